// SPDX-License-Identifier: Apache-2.0

import EBPF
import Testing

/// Loops that the kernel runs: a function of the program is called again and again, or an iterator is asked.
@Suite(.enabled(if: LiveKernel.isAvailable, LiveKernel.reason))
struct LoopTests {
    static let packet = TestRun(data: Frame.all[0].bytes)

    @Test(
        .enabled("not run, because bpf_loop came with Linux 5.17") { LiveKernel.takes(.loops) },
        arguments: [
            (0, 100, 0, 0), (1, 100, 0, 1), (5, 100, 30, 5), (1000, 100, 140, 8), (1000, UInt64.max, 332_833_500, 1000),
            (1 << 23 + 1, 10, 0, -7),
        ] as [(UInt32, UInt64, UInt64, Int64)])
    func aBodyIsCalledUntilItSaysStop(turns: UInt32, limit: UInt64, sum: UInt64, taken: Int64) throws {
        let loaded = try Twin.loops.load {
            try $0.set("turns", to: turns)
            try $0.set("limit", to: limit)
        }
        for loaded in [loaded.c, loaded.swift] {
            #expect(try loaded.program("add_squares").run(Self.packet).value == 0)
            #expect(try loaded.value(of: "sum", as: UInt64.self) == sum)
            // Where the kernel makes instructions of the call, an error is a number of 32 bits.
            #expect(try Int32(truncatingIfNeeded: loaded.value(of: "taken", as: Int64.self)) == Int32(taken))
        }
    }

    @Test(.enabled("not run, because bpf_for_each_map_elem came with Linux 5.13") { LiveKernel.takes(.census) })
    func eachEntryOfAMapIsSeenOnce() throws {
        let loaded = try Twin.census.load { try $0.set("oldest", to: UInt64(40)) }
        for loaded in [loaded.c, loaded.swift] {
            for key in UInt32(0)..<50 { try loaded.map("ages").update(key, to: UInt64(key)) }
            #expect(try loaded.program("take_census").run(Self.packet).value == 0)
            #expect(try loaded.value(of: "counted", as: UInt64.self) == 41)
            #expect(try loaded.value(of: "sum", as: UInt64.self) == 820)
            #expect(try loaded.value(of: "removed", as: UInt64.self) == 9)
            for key in UInt32(0)..<50 {
                #expect(try loaded.map("ages").value(for: key, as: UInt64.self) == (key <= 40 ? UInt64(key) : nil))
            }
        }
    }

    @Test(
        .enabled("not run, because bpf_iter_num_new came with Linux 6.4") { LiveKernel.takes(.numbers) },
        arguments: [(0, 0), (1, 3), (10, 165), (256, 98_688), (300, 98_688), (0x1_0001, 3)] as [(UInt32, UInt64)])
    func anIteratorCountsAsFarAsUserSpaceSays(count: UInt32, sum: UInt64) throws {
        let loaded = try Twin.numbers.load { try $0.set("count", to: count) }
        for loaded in [loaded.c, loaded.swift] {
            for key in UInt32(0)..<256 { try loaded.map("values").update(key, to: UInt64(key) * 3 + 3) }
            #expect(try loaded.program("add_up").run(Self.packet).value == 0)
            #expect(try loaded.value(of: "sum", as: UInt64.self) == sum)
        }
    }
}
