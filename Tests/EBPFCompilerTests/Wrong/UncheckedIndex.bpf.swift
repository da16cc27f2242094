// SPDX-License-Identifier: GPL-2.0-only OR MIT
// Mistake: an index from outside goes into a value without a check
// Refused by: the verifier
// In C: compiles; the verifier: `math between map_value pointer and register with unbounded min value is not allowed`

import EBPFKernel

struct Slots: BitwiseCopyable { var values: InlineArray<16, UInt64> }

let slots = PerCPUArrayMap<Slots>(maxEntries: 1)

@section("tracepoint/syscalls/sys_enter_getpgid")
func counts_by_argument(_ context: TracepointContext<trace_event_raw_sys_enter>) -> Int32 {
    guard let all = slots.lookup(0) else { return 0 }
    let first = UnsafeMutableRawPointer(all).assumingMemoryBound(to: UInt64.self)
    first[Int(truncatingIfNeeded: context.args[0])] = 1  // verifier: math between map_value pointer and register
    return 0
}
