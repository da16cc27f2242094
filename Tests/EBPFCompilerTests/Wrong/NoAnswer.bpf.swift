// SPDX-License-Identifier: GPL-2.0-only OR MIT
// Mistake: a program that answers nothing
// Refused by: the kernel-half compiler
// In C: compiles; the verifier: `R0 !read_ok`

import EBPFKernel

@section("tracepoint/syscalls/sys_enter_getpgid")
func says_nothing(_ context: TracepointContext<trace_event_raw_sys_enter>) {  // error: the program 'says_nothing' must answer a number
}
