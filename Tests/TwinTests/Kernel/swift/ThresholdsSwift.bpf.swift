// SPDX-License-Identifier: GPL-2.0-only OR MIT

import EBPFKernel

// Into which interval a number falls: a loop with a bound over an array that user space fills.

let target = Constant<UInt32>(0)

struct Thresholds: BitwiseCopyable {
    var count: UInt32
    var limits: InlineArray<16, UInt32>
    var hits: InlineArray<16, UInt64>
}

let table = ArrayMap<Thresholds>(maxEntries: 1)

@section("tracepoint/syscalls/sys_enter_getsid")
func classify(_ context: TracepointContext<trace_event_raw_sys_enter>) -> Int32 {
    guard target.value == 0 || target.value == currentProcess.threadID else { return 0 }
    let value = UInt32(truncatingIfNeeded: context.args[0])
    guard let thresholds = table.lookup(0) else { return 0 }
    for index in 0..<16 where index < thresholds.pointee.count {
        if value < thresholds.pointee.limits[index] {
            thresholds.pointee.hits[index] &+= 1
            return 0
        }
    }
    return 0
}
