// SPDX-License-Identifier: GPL-2.0-only OR MIT

import EBPFKernel

struct Total: BitwiseCopyable {
    var count: UInt64
    var nanoseconds: UInt64
}

/// The thread to look at; 0 is every one.
let target = Constant<UInt32>(0)

/// When the call of a thread began.
let begun = HashMap<UInt32, UInt64>(maxEntries: 10_240)

/// By the number of the system call.
let totals = HashMap<UInt32, Total>(maxEntries: 512)

@section("tracepoint/raw_syscalls/sys_enter")
func call_begins(_ context: TracepointContext<trace_event_raw_sys_enter>) -> Int32 {
    let thread = currentProcess.threadID
    guard target.value == 0 || target.value == thread else { return 0 }
    begun.update(thread, monotonicTime)
    return 0
}

@section("tracepoint/raw_syscalls/sys_exit")
func call_ends(_ context: TracepointContext<trace_event_raw_sys_exit>) -> Int32 {
    let thread = currentProcess.threadID
    guard let start = begun.lookup(thread) else { return 0 }
    let duration = monotonicTime &- start.pointee
    begun.remove(thread)
    // -1 stands for calls that are not there.
    guard context.id >= 0 else { return 0 }
    let number = UInt32(truncatingIfNeeded: context.id)
    if totals.lookup(number) == nil { totals.update(number, Total(count: 0, nanoseconds: 0), .ifAbsent) }
    guard let total = totals.lookup(number) else { return 0 }
    total.pointer(to: \.count).unsafelyUnwrapped.add(1)
    total.pointer(to: \.nanoseconds).unsafelyUnwrapped.add(duration)
    return 0
}
