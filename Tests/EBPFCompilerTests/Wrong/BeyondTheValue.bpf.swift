// SPDX-License-Identifier: GPL-2.0-only OR MIT
// Mistake: memory behind a map's value is read
// Refused by: the verifier
// In C: compiles; the verifier: `invalid access to map value, value_size=8 off=8 size=8`

import EBPFKernel

let counts = HashMap<UInt32, UInt64>(maxEntries: 16)

@section("tracepoint/syscalls/sys_enter_getpgid")
func reads_the_next(_ context: TracepointContext<trace_event_raw_sys_enter>) -> Int32 {
    guard let count = counts.lookup(1) else { return 0 }
    return Int32(truncatingIfNeeded: (count + 1).pointee)  // verifier: invalid access to map value
}
