// SPDX-License-Identifier: GPL-2.0-only OR MIT
// Mistake: a map that is a local variable
// Refused by: the kernel-half compiler
// In C: compiles; the verifier: `R1 type=fp expected=map_ptr`

import EBPFKernel

@section("tracepoint/syscalls/sys_enter_getpgid")
func counts(_ context: TracepointContext<trace_event_raw_sys_enter>) -> Int32 {
    let counts = HashMap<UInt32, UInt64>(maxEntries: 8)
    counts.update(1, 1)  // error: uses a map that is a local variable
    return 0
}
