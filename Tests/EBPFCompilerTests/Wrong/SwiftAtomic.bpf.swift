// SPDX-License-Identifier: GPL-2.0-only OR MIT
// Mistake: an atomic of Swift's library instead of a variable's
// Refused by: the kernel-half compiler
// In C: clang crashes for `__atomic_load_n`: `Cannot select`

import EBPFKernel
import Synchronization

let calls = Atomic<UInt64>(0)

@section("tracepoint/syscalls/sys_enter_getpgid")
func counts(_ context: TracepointContext<trace_event_raw_sys_enter>) -> Int32 {
    calls.add(1, ordering: .relaxed)  // error: uses an atomic of Swift's (Atomic), for which eBPF has no instruction
    return 0
}
