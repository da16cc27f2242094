// SPDX-License-Identifier: GPL-2.0-only OR MIT
// Mistake: a lookup is unwrapped without a check
// Refused by: the verifier
// In C: compiles; the verifier: `R0 invalid mem access 'map_value_or_null'`

import EBPFKernel

let counts = HashMap<UInt32, UInt64>(maxEntries: 16)

@section("tracepoint/syscalls/sys_enter_getpgid")
func counts_calls(_ context: TracepointContext<trace_event_raw_sys_enter>) -> Int32 {
    counts.lookup(1).unsafelyUnwrapped.pointee &+= 1  // verifier: invalid mem access 'map_value_or_null'
    return 0
}
