// SPDX-License-Identifier: Apache-2.0

import BPFObject
public import Bytes

extension Reading {
    /// Reads a verifier's log: whole, cut at its beginning, and cut in its middle.
    public static func log(_ bytes: ByteView) {
        for truncation in [nil, VerifierLog.Truncation.beginning(missing: 1), .middle(at: bytes.count / 2)] {
            let log = VerifierLog(bytes, truncation: truncation)
            let visited = Array(log.instructions)
            if let last = log.lastInstruction {
                check(visited.last?.slot == last.slot && visited.last?.text == last.text, "the last instruction is not the last of all")
            }
            check(log.excerpt.utf8.count < 64 * 1024, "the excerpt has no bounds")
            check(visited.count <= bytes.count, "there are more instructions than bytes")
            _ = (log.hint(), log.registers, log.statistics, visited.map(\.description))
        }
    }
}
