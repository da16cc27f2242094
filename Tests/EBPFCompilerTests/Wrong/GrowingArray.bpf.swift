// SPDX-License-Identifier: GPL-2.0-only OR MIT
// Mistake: an array that grows
// Refused by: Swift
// In C: `realloc` compiles as an unresolved extern; the loader refuses the object

import EBPFKernel

@section("tracepoint/syscalls/sys_enter_getpgid")
func collects(_ context: TracepointContext<trace_event_raw_sys_enter>) -> Int32 {
    var ids: [Int] = []  // error: an array needs memory from a heap
    ids.append(context.id)
    ids.append(context.args[0] == 0 ? 1 : 2)
    return Int32(truncatingIfNeeded: ids.count)
}
