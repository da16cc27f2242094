// SPDX-License-Identifier: GPL-2.0-only OR MIT
// Mistake: a map that lies in another one is used without asking whether it is there
// Refused by: Swift
// In C: compiles; the verifier: `R1 type=map_value_or_null expected=map_ptr`

import EBPFKernel

let tables = ArrayOfMaps(maxEntries: 4, of: HashMap<UInt32, UInt64>(maxEntries: 16))

@section("tracepoint/syscalls/sys_enter_getpgid")
func counts_calls(_ context: TracepointContext<trace_event_raw_sys_enter>) -> Int32 {
    tables.lookup(1).pointee.update(1, 1)  // error: must be unwrapped to refer to member 'pointee'
    return 0
}
