// SPDX-License-Identifier: GPL-2.0-only OR MIT
// Mistake: a hash of Swift's library
// Refused by: the kernel-half compiler
// In C: C's library has none

import EBPFKernel

let hash = Variable<Int>(0)

@section("tracepoint/syscalls/sys_enter_getpgid")
func hashes(_ context: TracepointContext<trace_event_raw_sys_enter>) -> Int32 {
    var hasher = Hasher()  // error: asks for what Swift's library makes when it is first asked
    hasher.combine(context.id)
    hash.value = hasher.finalize()
    return 0
}
