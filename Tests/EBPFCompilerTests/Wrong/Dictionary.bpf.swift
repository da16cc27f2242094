// SPDX-License-Identifier: GPL-2.0-only OR MIT
// Mistake: a dictionary
// Refused by: Swift
// In C: C has none

import EBPFKernel

@section("tracepoint/syscalls/sys_enter_getpgid")
func collects(_ context: TracepointContext<trace_event_raw_sys_enter>) -> Int32 {
    var calls: [Int: Int] = [:]  // error: a dictionary needs memory from a heap
    calls[context.id] = 1
    return Int32(truncatingIfNeeded: calls.count)
}
