// SPDX-License-Identifier: GPL-2.0-only OR MIT
// Mistake: two programs of one name
// Refused by: the kernel-half compiler
// In C: clang: `redefinition of 'counts'`

import EBPFKernel

@section("tracepoint/syscalls/sys_enter_getpgid")
func counts(_ context: TracepointContext<trace_event_raw_sys_enter>) -> Int32 {
    0
}

@section("tracepoint/syscalls/sys_exit_getpgid")
func counts(_ context: TracepointContext<trace_event_raw_sys_exit>) -> Int32 {  // error: a program 'counts' stands at
    0
}
