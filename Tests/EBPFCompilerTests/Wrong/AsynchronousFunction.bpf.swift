// SPDX-License-Identifier: GPL-2.0-only OR MIT
// Mistake: a function that waits
// Refused by: the kernel-half compiler
// In C: C has no such functions

import EBPFKernel

func answer() async -> Int32 { 0 }  // error: 'async' needs Swift's runtime for concurrency

@section("tracepoint/syscalls/sys_enter_getpgid")
func answers(_ context: TracepointContext<trace_event_raw_sys_enter>) -> Int32 {
    0
}
