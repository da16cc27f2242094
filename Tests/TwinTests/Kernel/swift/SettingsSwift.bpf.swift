// SPDX-License-Identifier: GPL-2.0-only OR MIT

import EBPFKernel

// What user space sets, before loading and while the program runs.

struct Limits: BitwiseCopyable {
    var lowest: UInt32
    var highest: UInt32
    var step: UInt16
    var inclusive: Bool
}

let target = Constant<UInt32>(0)
let limits = Constant<Limits>(Limits(lowest: 1, highest: 10, step: 1, inclusive: false))
let offset = Constant<Int64>(-5)
let flags = Constant<UInt8>(0)

let inside = Variable<UInt64>(0)
let sum = Variable<Int64>(100)
let last = Variable<UInt32>(0)
let enabled = Variable<Bool>(true)

@section("tracepoint/syscalls/sys_enter_getsid")
func weigh(_ context: TracepointContext<trace_event_raw_sys_enter>) -> Int32 {
    guard target.value == 0 || target.value == currentProcess.threadID else { return 0 }
    guard enabled.value else { return 0 }
    let value = UInt32(truncatingIfNeeded: context.args[0])
    let limits = limits.value
    guard value >= limits.lowest, value < limits.highest || value == limits.highest && limits.inclusive else { return 0 }
    inside.add(1)
    sum.value &+= Int64(value) &* Int64(limits.step) &+ offset.value
    if flags.value & 2 != 0 { last.value = value }
    return 0
}
