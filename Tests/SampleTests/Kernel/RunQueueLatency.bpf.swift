// SPDX-License-Identifier: GPL-2.0-only OR MIT

import EBPFKernel

struct task_struct: KernelType {
    var pid: Int32
    var tgid: Int32
}

/// The process to look at; 0 is every one.
let target = Constant<Int32>(0)

/// When a thread was made ready to run.
let ready = HashMap<Int32, UInt64>(maxEntries: 10_240)

/// How many waited for between 2^n and 2^(n + 1) microseconds.
let histogram = ArrayMap<UInt64>(maxEntries: 64)

@inline(__always) func becomesReady(_ task: TrustedPointer<task_struct>) {
    guard target.value == 0 || target.value == task.tgid else { return }
    ready.update(task.pid, monotonicTime)
}

@section("tp_btf/sched_wakeup")
func thread_wakes(_ context: BTFTracepointContext) -> Int32 {
    becomesReady(context.pointer(0))
    return 0
}

@section("tp_btf/sched_wakeup_new")
func thread_begins(_ context: BTFTracepointContext) -> Int32 {
    becomesReady(context.pointer(0))
    return 0
}

@section("tp_btf/sched_switch")
func thread_runs(_ context: BTFTracepointContext) -> Int32 {
    let next = context.pointer(2, to: task_struct.self).pid
    guard let since = ready.lookup(next) else { return 0 }
    let microseconds = (monotonicTime &- since.pointee) / 1000
    ready.remove(next)
    let slot = 63 - (microseconds | 1).leadingZeroBitCount
    if let count = histogram.lookup(UInt32(truncatingIfNeeded: slot)) { count.add(1) }
    return 0
}
