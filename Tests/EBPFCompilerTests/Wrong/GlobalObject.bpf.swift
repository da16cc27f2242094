// SPDX-License-Identifier: GPL-2.0-only OR MIT
// Mistake: a global variable that refers to an object
// Refused by: Swift
// In C: C has no objects that are made when they are first asked for

import EBPFKernel

final class Counter {
    var count = 0
}

let counter = Counter()  // error: an object of class 'Counter' needs memory from a heap

@section("tracepoint/syscalls/sys_enter_getpgid")
func counts(_ context: TracepointContext<trace_event_raw_sys_enter>) -> Int32 {
    counter.count &+= 1
    return 0
}
