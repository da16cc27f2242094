// SPDX-License-Identifier: GPL-2.0-only OR MIT
// Mistake: a product of 128 bits
// Refused by: the kernel-half compiler
// In C: clang: `A call to built-in function '__multi3' is not supported`

import EBPFKernel

let high = Variable<Int>(0)

@section("tracepoint/syscalls/sys_enter_getpgid")
func multiplies(_ context: TracepointContext<trace_event_raw_sys_enter>) -> Int32 {
    high.value = Int(truncatingIfNeeded: (Int128(context.id) &* Int128(context.args[0])) >> 64)  // error: multiplies numbers of 128 bits
    return 0
}
