// SPDX-License-Identifier: GPL-2.0-only OR MIT
// Mistake: a loop without end
// Refused by: the kernel-half compiler
// In C: compiles; the verifier: `infinite loop detected`

import EBPFKernel

let calls = Variable<UInt64>(0)

@section("tracepoint/syscalls/sys_enter_getpgid")
func never_ends(_ context: TracepointContext<trace_event_raw_sys_enter>) -> Int32 {
    while true { calls.add(1) }  // error: this loop never ends
    return 0
}
