// SPDX-License-Identifier: GPL-2.0-only OR MIT
// Mistake: a variable has the name under which the object counts a ring buffer's losses
// Refused by: the kernel-half compiler
// In C: compiles, or is a redefinition where the macro that declares the stream counts under this name

import EBPFKernel

let opens = RingBuffer<UInt64>(byteCount: 4096)
let opens_dropped = Variable<UInt32>(0)  // error: what belongs to 'opens'

@section("tracepoint/syscalls/sys_enter_getpgid")
func sends(_ context: TracepointContext<trace_event_raw_sys_enter>) -> Int32 {
    opens.send(1)
    opens_dropped.add(1)
    return 0
}
