// SPDX-License-Identifier: GPL-2.0-only OR MIT
// Mistake: a constant is changed by a program
// Refused by: Swift
// In C: clang: `cannot assign to variable 'limit' with const-qualified type`

import EBPFKernel

let limit = Constant<UInt32>(10)

@section("tracepoint/syscalls/sys_enter_getpgid")
func raises_the_limit(_ context: TracepointContext<trace_event_raw_sys_enter>) -> Int32 {
    limit.value = 20  // error: cannot assign to property: 'value' is a get-only property
    return 0
}
