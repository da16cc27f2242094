// SPDX-License-Identifier: Apache-2.0

import COpenCalls
import BPFObject
import Bytes
import EBPF
import Glibc
import TestImages
import Testing

/// Loops whose bounds only the kernel knows.
@Suite(.enabled(if: LiveKernel.isAvailable, LiveKernel.reason))
struct RangeTests {
    @Test(arguments: [
        ("a..<b", "Int"), ("1..<b", "Int"), ("0..<b", "Int"), ("a...b", "Int"), ("a..<b", "UInt32"), ("a...b", "UInt8"), ("a..<b", "UInt"),
        ("(a &- 5)..<(b &- 3)", "Int"), ("(a &- 5)...(b &- 9)", "Int8"),
    ])
    func loopsOverRangesEndWhereTheyShould(range: String, type: String) throws {
        let text = """
            let wanted = Constant<UInt32>(0)
            let sum = Variable<Int>(0)
            let turns = Variable<Int>(0)

            @section("tracepoint/syscalls/sys_enter_sched_get_priority_max")
            func sums(_ context: TracepointContext<trace_event_raw_sys_enter>) -> Int32 {
                guard currentProcess.threadID == wanted.value else { return 0 }
                turns.value = -1
                let a = \(type)(truncatingIfNeeded: context.args[0] & 15), b = \(type)(truncatingIfNeeded: context.args[0] &>> 4 & 31)
                var (total, count) = (0, 0)
                for i in \(range) {
                    total &+= Int(i) &* 3
                    count &+= 1
                    if total == 27 { break }
                }
                sum.value = total
                turns.value = count
                return 0
            }
            """
        var object = try ObjectFile(ByteView(CompiledSwiftHalf.compile(text).object))
        try object.set("wanted", to: UInt32(bitPattern: current_thread()))
        let loaded = try object.load()
        for (a, b) in [(0, 0), (0, 1), (3, 3), (3, 4), (2, 30), (15, 31), (1, 2), (9, 8), (15, 0)] {
            let links = try loaded.attachAll()
            _ = sched_get_priority_max(Int32(a | b << 4))
            links.detach()
            #expect(try loaded.value(of: "turns", as: Int.self) == expected(range, a, b).count, "\(a) \(b)")
            if !expected(range, a, b).isTrap { #expect(try loaded.value(of: "sum", as: Int.self) == expected(range, a, b).sum, "\(a) \(b)") }
        }
    }

    /// What Swift does with the range; it traps where the range ends before it begins.
    private func expected(_ range: String, _ a: Int, _ b: Int) -> (count: Int, sum: Int, isTrap: Bool) {
        let bounds: (first: Int, behind: Int) =
            switch range {
            case "a..<b": (a, b)
            case "1..<b": (1, b)
            case "0..<b": (0, b)
            case "a...b": (a, b + 1)
            case "(a &- 5)..<(b &- 3)": (a - 5, b - 3)
            default: (a - 5, b - 8)
            }
        guard bounds.first <= bounds.behind, range.contains("..<") || bounds.first < bounds.behind else { return (-1, 0, true) }
        var (count, sum) = (0, 0)
        for i in bounds.first..<bounds.behind {
            sum += i * 3
            count += 1
            if sum == 27 { break }
        }
        return (count, sum, false)
    }
}
