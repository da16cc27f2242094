// SPDX-License-Identifier: GPL-2.0-only OR MIT
// Mistake: a function that calls itself, and whose arithmetic is checked
// Refused by: the kernel-half compiler
// In C: compiles; the verifier, after a million instructions: `BPF program is too large`

import EBPFKernel

func fibonacci(_ n: Int) -> Int {  // error: 'fibonacci' calls itself (fibonacci -> fibonacci)
    n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2)
}

@section("tracepoint/syscalls/sys_enter_getpgid")
func computes(_ context: TracepointContext<trace_event_raw_sys_enter>) -> Int32 {
    Int32(truncatingIfNeeded: fibonacci(context.id))
}
