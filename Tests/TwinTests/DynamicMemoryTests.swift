// SPDX-License-Identifier: Apache-2.0

import EBPF
import Testing

/// Memory whose bounds the kernel checks.
@Suite(.enabled(if: LiveKernel.isAvailable, LiveKernel.reason))
struct DynamicMemoryTests {
    @Test(
        .enabled("not run, because values of maps are memory whose bounds the kernel checks from Linux 5.19 on") {
            !LiveKernel.release.lexicographicallyPrecedes([5, 19])
        },
        arguments: [(0, true), (20, true), (30, true), (60, true), (61, false), (64, false), (1 << 40, false)] as [(UInt64, Bool)])
    func theValueOfAMapIsReadAndWrittenWithinItsBounds(offset: UInt64, isThere: Bool) throws {
        var object = try Memories.object()
        try object.set("offset", to: offset)
        let loaded = try object.load()
        let table = try loaded.map("table")
        let bytes = (0..<64).map { UInt8($0) }
        try table.update(bytes: [0, 0, 0, 0], to: bytes)
        #expect(try loaded.program("change").run(LoopTests.packet).value == 0)
        #expect(try loaded.value(of: "refused", as: UInt64.self) == (isThere ? 0 : 1))
        var expected = bytes
        if isThere {
            let place = Int(offset)
            let number = bytes[place..<place + 4].reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
            #expect(try loaded.value(of: "read", as: UInt32.self) == number)
            // The last byte of the four that is the first in memory.
            expected[place] += 1
        }
        #expect(try table.bytes(for: [0, 0, 0, 0]) == expected)
    }

    private static let ofPackets = ConditionTrait.enabled("not run, because packets are memory whose bounds the kernel checks from Linux 6.4 on") {
        !LiveKernel.release.lexicographicallyPrecedes([6, 4])
    }

    @Test(
        ofPackets,
        arguments: [
            ("traffic", 64, 20, true), ("traffic", 64, 56, true), ("traffic", 64, 57, false), ("express", 64, 13, true), ("express", 64, 64, false),
            // More than a page: in several pieces.
            ("fragments", 6000, 3516, true), ("fragments", 6000, 3512, true), ("fragments", 6000, 5992, true), ("fragments", 6000, 5993, false),
        ] as [(String, Int, UInt32, Bool)])
    func packetsAreReadAndWrittenWhereverTheirBytesLie(program: String, count: Int, offset: UInt32, isThere: Bool) throws {
        var object = try Pieces.object()
        try object.set("offset", to: offset)
        let loaded = try object.load()
        let packet = (0..<count).map { UInt8(truncatingIfNeeded: $0 * 7) }
        let outcome = try loaded.program(program).run(TestRun(data: packet))
        #expect(outcome.value == (program == "traffic" ? (isThere ? 0 : 2) : (isThere ? 2 : 1)))
        #expect(try loaded.value(of: "refused", as: UInt64.self) == (isThere ? 0 : 1))
        // Bytes 12 and 13 say what follows.
        #expect(try loaded.value(of: "type", as: UInt32.self) == 84 << 8 | 91)
        var expected = packet
        if isThere {
            let place = Int(offset)
            let number = packet[place..<place + 8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            #expect(try loaded.value(of: "read", as: UInt64.self) == number)
            expected.replaceSubrange(place..<place + 8, with: 1...8)
        }
        #expect(outcome.data == expected)
    }

    @Test(ofPackets, .enabled(if: LiveKernel.showsPacketsToCgroups, LiveKernel.noPacketsReason))
    func programsOfCgroupsReadPacketsAndDoNotWriteThem() throws {
        var object = try Pieces.object()
        try object.set("offset", to: UInt32(0))
        let loaded = try object.load()
        let outcome = try loaded.program("watch").run(LoopTests.packet)
        #expect(outcome.value == 0)
        // The header of Ethernet is not theirs.
        #expect(outcome.data.dropFirst(14) == LoopTests.packet.data.dropFirst(14))
        #expect(try loaded.value(of: "refused", as: UInt64.self) == 0)
    }
}
