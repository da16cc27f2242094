// SPDX-License-Identifier: GPL-2.0-only OR MIT
// Mistake: two functions that call each other
// Refused by: the kernel-half compiler
// In C: compiles; the verifier: `the call stack of 8 frames is too deep`

import EBPFKernel

@inline(never) func is_even(_ n: Int, _ seed: Int) -> Int { n == 0 ? seed : is_odd(n &- 1, seed &* 3) &+ 1 }  // error: (is_even -> is_odd -> is_even)

@inline(never) func is_odd(_ n: Int, _ seed: Int) -> Int { n == 0 ? seed &+ 7 : is_even(n &- 1, seed ^ 5) &+ 2 }

@section("tracepoint/syscalls/sys_enter_getpgid")
func asks(_ context: TracepointContext<trace_event_raw_sys_enter>) -> Int32 {
    Int32(truncatingIfNeeded: is_even(context.id, 1))
}
