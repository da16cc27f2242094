// SPDX-License-Identifier: GPL-2.0-only OR MIT
// Mistake: two variables of one name, in different scopes
// Refused by: the kernel-half compiler
// In C: `static` variables of one name in two functions get numbers behind their names, by which user space does not know them

import EBPFKernel

enum Reads { static let count = Variable<UInt64>(0) }
enum Writes { static let count = Variable<UInt64>(0) }  // error: names of their own

@section("tracepoint/syscalls/sys_enter_getpgid")
func counts_both(_ context: TracepointContext<trace_event_raw_sys_enter>) -> Int32 {
    Reads.count.add(1)
    Writes.count.add(1)
    return 0
}
