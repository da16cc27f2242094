// SPDX-License-Identifier: GPL-2.0-only OR MIT
// Mistake: a line for the kernel's trace lacks a value that its format asks for
// Refused by: the kernel-half compiler
// In C: compiles and loads; what is left in a register is written

import EBPFKernel

@section("tracepoint/syscalls/sys_enter_getpgid")
func tells(_ context: TracepointContext<trace_event_raw_sys_enter>) -> Int32 {
    log("call %d of %d", context.id)  // error: the format has 2 conversions, and 1 value is passed
    return 0
}
