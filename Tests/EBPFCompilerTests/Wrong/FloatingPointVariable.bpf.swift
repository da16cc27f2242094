// SPDX-License-Identifier: GPL-2.0-only OR MIT
// Mistake: a global variable with a fraction
// Refused by: the kernel-half compiler
// In C: compiles and loads where it is only stored

import EBPFKernel

let ratio = Variable<Double>(0.5)  // error: the kernel has no floating point for eBPF

@section("tracepoint/syscalls/sys_enter_getpgid")
func sets(_ context: TracepointContext<trace_event_raw_sys_enter>) -> Int32 {
    ratio.value = 2
    return 0
}
