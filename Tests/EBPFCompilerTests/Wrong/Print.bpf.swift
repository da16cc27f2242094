// SPDX-License-Identifier: GPL-2.0-only OR MIT
// Mistake: print
// Refused by: the kernel-half compiler
// In C: `printf` compiles as an unresolved extern; the loader refuses the object

import EBPFKernel

@section("tracepoint/syscalls/sys_enter_getpgid")
func prints(_ context: TracepointContext<trace_event_raw_sys_enter>) -> Int32 {
    print("getpgid was called")  // error: prints to a standard output, which the kernel does not have
    return 0
}
