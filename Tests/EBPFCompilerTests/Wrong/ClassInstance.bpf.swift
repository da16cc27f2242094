// SPDX-License-Identifier: GPL-2.0-only OR MIT
// Mistake: an object of a class is made
// Refused by: Swift
// In C: `malloc` compiles as an unresolved extern; the loader refuses the object

import EBPFKernel

final class Counter {
    var count: Int
    init(_ count: Int) { self.count = count }
}

let counters = Variable<Int>(0)

@inline(never) func count(_ counter: Counter) { counters.value = counter.count }

@section("tracepoint/syscalls/sys_enter_getpgid")
func makes_an_object(_ context: TracepointContext<trace_event_raw_sys_enter>) -> Int32 {
    let counter = Counter(context.id)  // error: an object of class 'Counter' needs memory from a heap
    count(counter)
    return 0
}
