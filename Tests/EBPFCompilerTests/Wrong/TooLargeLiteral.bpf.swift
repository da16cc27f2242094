// SPDX-License-Identifier: GPL-2.0-only OR MIT
// Mistake: a number that its type cannot hold
// Refused by: Swift
// In C: clang warns: `implicit conversion ... changes value from 300 to 44`; it loads

import EBPFKernel

let mask = Constant<UInt8>(300)  // error: integer literal '300' overflows when stored into 'UInt8'

@section("tracepoint/syscalls/sys_enter_getpgid")
func masks(_ context: TracepointContext<trace_event_raw_sys_enter>) -> Int32 {
    Int32(mask.value)
}
