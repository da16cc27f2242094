// SPDX-License-Identifier: GPL-2.0-only OR MIT
// Mistake: a map without room for an entry
// Refused by: the kernel-half compiler
// In C: compiles; when it is loaded: `failed to create: Invalid argument`

import EBPFKernel

let counts = HashMap<UInt32, UInt64>(maxEntries: 0)  // error: 'counts' has room for no entry

@section("tracepoint/syscalls/sys_enter_getpgid")
func counts_calls(_ context: TracepointContext<trace_event_raw_sys_enter>) -> Int32 {
    counts.update(1, 1)
    return 0
}
