// SPDX-License-Identifier: GPL-2.0-only OR MIT
// Mistake: a closure that is kept
// Refused by: Swift
// In C: a pointer to a function compiles; the verifier: `unknown opcode 8d`

import EBPFKernel

var handler: ((Int) -> Int)?

@section("tracepoint/syscalls/sys_enter_getpgid")
func keeps(_ context: TracepointContext<trace_event_raw_sys_enter>) -> Int32 {
    let id = context.id
    handler = { $0 &+ id }  // error: a closure that is kept needs memory from a heap
    return Int32(truncatingIfNeeded: handler?(1) ?? 0)
}
