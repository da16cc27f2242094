// SPDX-License-Identifier: GPL-2.0-only OR MIT
// Mistake: memory is asked for by a pointer
// Refused by: Swift
// In C: `malloc` compiles as an unresolved extern; the loader refuses the object

import EBPFKernel

let sum = Variable<UInt64>(0)

@section("tracepoint/syscalls/sys_enter_getpgid")
func allocates(_ context: TracepointContext<trace_event_raw_sys_enter>) -> Int32 {
    let numbers = UnsafeMutablePointer<UInt64>.allocate(capacity: 2)  // error: UnsafeMutablePointer.allocate needs memory from a heap
    numbers[0] = UInt64(context.args[0])
    sum.value = numbers[0]
    numbers.deallocate()
    return 0
}
