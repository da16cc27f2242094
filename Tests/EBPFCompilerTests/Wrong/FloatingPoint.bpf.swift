// SPDX-License-Identifier: GPL-2.0-only OR MIT
// Mistake: a number with a fraction
// Refused by: the kernel-half compiler
// In C: clang, for each step: `A call to built-in function '__muldf3' is not supported`

import EBPFKernel

@section("tracepoint/syscalls/sys_enter_getpgid")
func scales(_ context: TracepointContext<trace_event_raw_sys_enter>) -> Int32 {
    let scaled = Double(context.id) * 1.5  // error: the kernel has no floating point for eBPF
    return Int32(scaled)
}
