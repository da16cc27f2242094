// SPDX-License-Identifier: GPL-2.0-only OR MIT

import EBPFKernel

// How long each getpriority takes: what one event knows is kept until the other comes.

let target = Constant<UInt32>(0)

struct Pending: BitwiseCopyable {
    var start: UInt64
    var which: UInt32
    var who: UInt32
}

struct Call: BitwiseCopyable {
    var duration: UInt64
    var process: UInt32
    var thread: UInt32
    var which: UInt32
    var who: UInt32
    var result: Int64
}

let begun = HashMap<UInt32, Pending>(maxEntries: 1024)

let calls = RingBuffer<Call>(byteCount: 64 * 1024)

@section("tracepoint/syscalls/sys_enter_getpriority")
func call_begins(_ context: TracepointContext<trace_event_raw_sys_enter>) -> Int32 {
    let thread = currentProcess.threadID
    guard target.value == 0 || target.value == thread else { return 0 }
    let pending = Pending(
        start: monotonicTime, which: UInt32(truncatingIfNeeded: context.args[0]), who: UInt32(truncatingIfNeeded: context.args[1]))
    begun.update(thread, pending)
    return 0
}

@section("tracepoint/syscalls/sys_exit_getpriority")
func call_ends(_ context: TracepointContext<trace_event_raw_sys_exit>) -> Int32 {
    let id = currentProcess.processAndThreadID
    let thread = UInt32(truncatingIfNeeded: id)
    guard let pending = begun.lookup(thread) else { return 0 }
    if let slot = calls.reserve() {
        slot.record.duration = monotonicTime &- pending.pointee.start
        slot.record.process = UInt32(id >> 32)
        slot.record.thread = thread
        slot.record.which = pending.pointee.which
        slot.record.who = pending.pointee.who
        slot.record.result = Int64(context.ret)
        slot.submit()
    }
    begun.remove(thread)
    return 0
}
