// SPDX-License-Identifier: GPL-2.0-only OR MIT
// Mistake: an enumeration that holds itself
// Refused by: Swift
// In C: C would need `malloc`, which compiles as an unresolved extern; the loader refuses the object

import EBPFKernel

indirect enum Rule {
    case number(Int)
    case both(Rule, Rule)
}

func sum(_ rule: Rule) -> Int {
    switch rule {
    case .number(let number): number
    case .both(let first, let second): sum(first) &+ sum(second)
    }
}

@section("tracepoint/syscalls/sys_enter_getpgid")
func decides(_ context: TracepointContext<trace_event_raw_sys_enter>) -> Int32 {
    let rule = Rule.both(.number(context.id), .number(2))  // error: what is put into a box
    return Int32(truncatingIfNeeded: sum(rule))
}
