// Mistake: no licence is stated
// Refused by: the kernel-half compiler
// Error at 1: the kernel half states no licence
// In C: compiles; the verifier, for some helpers: `cannot call GPL-restricted function from non-GPL compatible program`

import EBPFKernel

@section("tracepoint/syscalls/sys_enter_getpgid")
func says_nothing(_ context: TracepointContext<trace_event_raw_sys_enter>) -> Int32 {
    0
}
