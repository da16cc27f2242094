// SPDX-License-Identifier: GPL-2.0-only OR MIT
// Mistake: a reservation is handed on and used again
// Refused by: Swift
// In C: compiles; the verifier: `R1 type=scalar expected=ringbuf_mem`

import EBPFKernel

let records = RingBuffer<UInt64>(byteCount: 4096)

@section("tracepoint/syscalls/sys_enter_getpgid")
func submits_twice(_ context: TracepointContext<trace_event_raw_sys_enter>) -> Int32 {
    guard let slot = records.reserve() else { return 0 }  // error: 'slot' consumed more than once
    let other = slot
    slot.submit()
    other.submit()
    return 0
}
