// SPDX-License-Identifier: GPL-2.0-only OR MIT
// Mistake: a record is written after it was submitted
// Refused by: Swift
// In C: compiles; the verifier: `R6 invalid mem access 'scalar'`

import EBPFKernel

let records = RingBuffer<UInt64>(byteCount: 4096)

@section("tracepoint/syscalls/sys_enter_getpgid")
func writes_late(_ context: TracepointContext<trace_event_raw_sys_enter>) -> Int32 {
    guard let slot = records.reserve() else { return 0 }  // error: 'slot' used after consume
    slot.record = 1
    slot.submit()
    slot.record = 2
    return 0
}
