// SPDX-License-Identifier: Apache-2.0

import Bytes
import CNamespaces
@testable import EBPF
import Glibc
import Testing

/// Requests to the network configuration, and who answers them.
struct NetlinkTests {
    @Test func anAnswerTellsWhichRequestItIsToAndWhoAsked() throws {
        let message = NetlinkMessage(type: 18, flags: 0, fixed: [1, 2, 3, 4])
        let answers = NetlinkAnswer.read(ByteView(message.bytes(sequence: 77) + message.bytes(sequence: 78)))
        #expect(answers.map(\.sequence) == [77, 78])
        #expect(answers.map(\.port) == [0, 0])
        #expect(answers.map(\.body.count) == [4, 4])
    }

    @Test(.enabled(if: LiveKernel.isAvailable, LiveKernel.reason))
    func whatOthersSendIsNotTakenForTheKernelsAnswer() async {
        await #expect(processExitsWith: .success) {
            try HookTests.takeNamespaces()
            let netlink = try Netlink(for: "ask about a device")
            // A refusal with the right number and the right port, which waits already when the first request is sent.
            let forged = (-EPERM).nativeBytes + [UInt8](repeating: 0, count: 16)
            let header = UInt32(16 + forged.count).nativeBytes + UInt16(2).nativeBytes + UInt16(0).nativeBytes + UInt32(1).nativeBytes
            let bytes = header + netlink.port.nativeBytes + forged
            let other = socket(16, Int32(SOCK_RAW.rawValue), 0)
            defer { close(other) }
            var place = UInt16(16).nativeBytes + [0, 0] + netlink.port.nativeBytes + [0, 0, 0, 0]
            let sent = place.withUnsafeMutableBytes { place in
                place.withMemoryRebound(to: sockaddr.self) { sendto(other, bytes, bytes.count, 0, $0.baseAddress, 12) }
            }
            #expect(sent == bytes.count, "the forged answer was sent: \(String(cString: strerror(errno)))")
            let index = try NetworkInterface("lo").index
            let request = NetlinkMessage(
                type: 18, flags: NetlinkMessage.acknowledged, fixed: [0, 0, 0, 0] + index.nativeBytes + [UInt8](repeating: 0, count: 8))
            for _ in 0..<2 {
                let answers = try netlink.request(request)
                #expect(answers.map(\.type) == [16], "the device is told of")
            }
        }
    }
}
