// SPDX-License-Identifier: GPL-2.0-only OR MIT
// Mistake: texts are joined
// Refused by: Swift
// In C: `strcat` compiles as an unresolved extern; the loader refuses the object

import EBPFKernel

@section("tracepoint/syscalls/sys_enter_getpgid")
func joins(_ context: TracepointContext<trace_event_raw_sys_enter>) -> Int32 {
    let text = "call " + (context.id == 121 ? "getpgid" : "another")  // error: a text that is put together or compared needs memory from a heap
    return Int32(truncatingIfNeeded: text.utf8.count)
}
