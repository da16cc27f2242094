// SPDX-License-Identifier: GPL-2.0-only OR MIT

import EBPFKernel

// From where a call is made, by processes of one cgroup only.

let target = Constant<UInt32>(0)

let watched = CgroupArray(maxEntries: 2)
let stacks = StackTraceMap(maxEntries: 64)
let callers = HashMap<UInt32, UInt64>(maxEntries: 64)
let unknown = Variable<UInt64>(0)
let others = Variable<UInt64>(0)

@section("tracepoint/syscalls/sys_enter_getpgid")
func find_caller(_ context: TracepointContext<trace_event_raw_sys_enter>) -> Int32 {
    guard target.value == 0 || target.value == currentProcess.threadID else { return 0 }
    guard watched.containsCurrentTask(UInt32(truncatingIfNeeded: context.args[0] & 1)) else {
        others.add(1)
        return 0
    }
    guard let stack = stacks.number(of: .user, context) else {
        unknown.add(1)
        return 0
    }
    if let count = callers.lookup(stack) { count.add(1) } else { callers.update(stack, 1) }
    return 0
}
