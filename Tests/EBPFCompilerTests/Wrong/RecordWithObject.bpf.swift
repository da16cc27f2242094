// SPDX-License-Identifier: GPL-2.0-only OR MIT
// Mistake: a record that refers to an object
// Refused by: Swift
// In C: compiles and loads; user space gets an address that means nothing there

import EBPFKernel

final class Name { var length = 0 }
struct Named { var name: Name }

let records = RingBuffer<Named>(byteCount: 4096)  // error: type 'Named' does not conform to protocol 'BitwiseCopyable'

@section("tracepoint/syscalls/sys_enter_getpgid")
func sends(_ context: TracepointContext<trace_event_raw_sys_enter>) -> Int32 {
    0
}
