// SPDX-License-Identifier: GPL-2.0-only OR MIT
// Mistake: a map whose size is not known when it is compiled
// Refused by: the kernel-half compiler
// In C: clang: `fields must have a constant size`

import EBPFKernel

let wanted = Constant<UInt32>(64)
let counts = HashMap<UInt32, UInt64>(maxEntries: wanted.value)  // error: what 'counts' is declared with is not known

@section("tracepoint/syscalls/sys_enter_getpgid")
func counts_calls(_ context: TracepointContext<trace_event_raw_sys_enter>) -> Int32 {
    counts.update(1, 1)
    return 0
}
