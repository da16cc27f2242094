// SPDX-License-Identifier: GPL-2.0-only OR MIT
// Mistake: the kernel's memory is read like one's own
// Refused by: the verifier
// In C: compiles; the verifier: `R0 invalid mem access 'scalar'`

import EBPFKernel

import CEBPFHelpers

@section("tracepoint/syscalls/sys_enter_getpgid")
func reads_directly(_ context: TracepointContext<trace_event_raw_sys_enter>) -> Int32 {
    let task = UnsafePointer<Int32>(bitPattern: UInt(bpf_get_current_task()))
    return task.unsafelyUnwrapped.pointee  // verifier: R0 invalid mem access 'scalar'
}
