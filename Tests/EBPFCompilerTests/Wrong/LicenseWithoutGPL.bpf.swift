// SPDX-License-Identifier: MIT
// Mistake: a helper for programs under the GPL, in a kernel half that is not
// Refused by: the kernel-half compiler
// In C: compiles; the verifier: `cannot call GPL-restricted function from non-GPL compatible program`

import EBPFKernel

@section("tracepoint/syscalls/sys_enter_getpgid")
func prints(_ context: TracepointContext<trace_event_raw_sys_enter>) -> Int32 {
    log("hello")  // error: bpf_trace_printk is for kernel halves under the GPL
    return 0
}
