// SPDX-License-Identifier: GPL-2.0-only OR MIT
// Mistake: an index that is out of range whatever happens
// Refused by: the kernel-half compiler
// In C: clang warns: `array index 16 is past the end of the array`; the verifier: `invalid read from stack`

import EBPFKernel

@section("tracepoint/syscalls/sys_enter_getpgid")
func reads_behind_the_end(_ context: TracepointContext<trace_event_raw_sys_enter>) -> Int32 {
    let command = currentProcess.command
    return Int32(command[16])  // error: 'reads_behind_the_end' always ends here
}
