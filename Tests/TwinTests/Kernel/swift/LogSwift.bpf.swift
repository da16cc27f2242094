// SPDX-License-Identifier: GPL-2.0-only OR MIT

import EBPFKernel

// A line of the kernel's trace for each call of getpgid.

let target = Constant<UInt32>(0)
let written = Variable<UInt64>(0)

@section("tracepoint/syscalls/sys_enter_getpgid")
func tell(_ context: TracepointContext<trace_event_raw_sys_enter>) -> Int32 {
    let id = currentProcess.processAndThreadID
    guard target.value == 0 || target.value == UInt32(truncatingIfNeeded: id) else { return 0 }
    log("twin %d asks about %d on %d", UInt32(id >> 32), UInt32(truncatingIfNeeded: context.args[0]), currentCPU)
    written.add(1)
    return 0
}
