// SPDX-License-Identifier: GPL-2.0-only OR MIT

import EBPFKernel

struct task_struct: KernelType {
    var pid: Int32
    var tgid: Int32
    var comm: CString<16>
}

struct Absence: BitwiseCopyable {
    var count: UInt64
    var nanoseconds: UInt64
    var command: CString<16>
}

/// The process to look at; 0 is every one.
let target = Constant<Int32>(0)

/// When a thread left its CPU.
let left = HashMap<Int32, UInt64>(maxEntries: 10_240)

/// By thread: how often and how long it was away.
let absences = HashMap<Int32, Absence>(maxEntries: 10_240)

@section("tp_btf/sched_switch")
func threads_change(_ context: BTFTracepointContext) -> Int32 {
    let now = monotonicTime
    let previous = context.pointer(1, to: task_struct.self)
    if target.value == 0 || target.value == previous.tgid { left.update(previous.pid, now) }

    let next = context.pointer(2, to: task_struct.self)
    let thread = next.pid
    guard let since = left.lookup(thread) else { return 0 }
    let duration = now &- since.pointee
    left.remove(thread)
    guard let absence = absences.lookup(thread) else {
        absences.update(thread, Absence(count: 1, nanoseconds: duration, command: next.untrusted.comm))
        return 0
    }
    // A thread comes back on one CPU at a time.
    absence.pointee.count &+= 1
    absence.pointee.nanoseconds &+= duration
    return 0
}
