// SPDX-License-Identifier: GPL-2.0-only OR MIT

import EBPFKernel

struct task_struct: KernelType {
    var pid: Int32
    var tgid: Int32
}

/// The process to look at; 0 is every one.
let target = Constant<Int32>(0)

/// Since when a thread runs.
let running = HashMap<Int32, UInt64>(maxEntries: 10_240)

/// How many ran for between 2^n and 2^(n + 1) microseconds, before another took their CPU.
let histogram = PerCPUArrayMap<UInt64>(maxEntries: 64)

@section("tp_btf/sched_switch")
func threads_change(_ context: BTFTracepointContext) -> Int32 {
    let now = monotonicTime
    let previous = context.pointer(1, to: task_struct.self).pid
    if let start = running.lookup(previous) {
        let microseconds = (now &- start.pointee) / 1000
        running.remove(previous)
        let slot = 63 - (microseconds | 1).leadingZeroBitCount
        if let count = histogram.lookup(UInt32(truncatingIfNeeded: slot)) { count.pointee &+= 1 }
    }
    let next = context.pointer(2, to: task_struct.self)
    if target.value == 0 || target.value == next.tgid { running.update(next.pid, now) }
    return 0
}
