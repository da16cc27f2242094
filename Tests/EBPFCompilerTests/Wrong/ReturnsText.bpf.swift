// SPDX-License-Identifier: GPL-2.0-only OR MIT
// Mistake: a program answers something that is no number
// Refused by: Swift
// In C: clang: `incompatible pointer to integer conversion`

import EBPFKernel

@section("tracepoint/syscalls/sys_enter_getpgid")
func answers_with_text(_ context: TracepointContext<trace_event_raw_sys_enter>) -> Int32 {
    "done"  // error: cannot convert return expression of type 'String' to return type 'Int32'
}
