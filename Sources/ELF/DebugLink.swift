// SPDX-License-Identifier: Apache-2.0

import Bytes

/// Where a stripped file's debugging information went (`.gnu_debuglink`).
public struct DebugLink: Sendable, Hashable {
    /// The name of the file, without a directory. Debuggers look beside the stripped file, in `.debug` there, and under `/usr/lib/debug`.
    public let fileName: String
    /// The ``CRC32`` of the whole of that file.
    public let checksum: UInt32
}

extension ELFFile {
    /// Where the file's debugging information went; `nil` where the file does not say.
    ///
    /// - Throws: ``ELFError`` where the section ends early.
    public func debugLink() throws(ELFError) -> DebugLink? {
        guard let section = section(named: ".gnu_debuglink"), section.kind != .noBits else { return nil }
        let bytes = try section.contents()
        guard let length = bytes.stringLength(at: 0), let name = bytes.string(at: 0),
            let checksum = bytes.integer(UInt32.self, at: (length + 1 + 3) & ~3, order: byteOrder)
        else { throw ELFError(.malformed, "section .gnu_debuglink has \(bytes.count) bytes, which hold no name with a checksum") }
        return DebugLink(fileName: name, checksum: checksum)
    }
}
