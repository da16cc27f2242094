// SPDX-License-Identifier: GPL-2.0-only OR MIT

import EBPFKernel

// The state of the threads that called getsid most recently.

let target = Constant<UInt32>(0)

struct State: BitwiseCopyable {
    var calls: UInt64
    var last: UInt64
    var previous: UInt32
    var repeated: Bool
}

let states = LRUHashMap<UInt32, State>(maxEntries: 256)

@section("tracepoint/syscalls/sys_enter_getsid")
func remember(_ context: TracepointContext<trace_event_raw_sys_enter>) -> Int32 {
    let thread = currentProcess.threadID
    guard target.value == 0 || target.value == thread else { return 0 }
    let asked = UInt32(truncatingIfNeeded: context.args[0])
    guard let state = states.lookup(thread) else {
        states.update(thread, State(calls: 1, last: monotonicTime, previous: asked, repeated: false))
        return 0
    }
    state.pointee.calls &+= 1
    state.pointee.last = monotonicTime
    state.pointee.repeated = state.pointee.previous == asked
    state.pointee.previous = asked
    return 0
}
