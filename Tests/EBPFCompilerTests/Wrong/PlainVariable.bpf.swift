// SPDX-License-Identifier: GPL-2.0-only OR MIT
// Mistake: a global variable of Swift's, which may be changed
// Refused by: the kernel-half compiler (a warning); Swift 6, where it compiles the source for this machine
// In C: compiles and loads: globals of C are such

import EBPFKernel

var count = 0  // warning: 'count' is a variable of Swift's, which Swift 6 refuses outside of the kernel

@section("tracepoint/syscalls/sys_enter_getpgid")
func counts(_ context: TracepointContext<trace_event_raw_sys_enter>) -> Int32 {
    count &+= 1
    return 0
}
