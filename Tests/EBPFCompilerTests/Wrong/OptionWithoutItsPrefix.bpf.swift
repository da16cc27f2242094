// SPDX-License-Identifier: GPL-2.0-only OR MIT
// Mistake: an option of the kernel's configuration lacks a part of its name
// Refused by: the kernel-half compiler
// In C: compiles; when it is loaded, libbpf says `extern (kcfg) 'HZ': unrecognized virtual extern`

import EBPFKernel

let hertz = Variable<UInt64>(0)

@section("tracepoint/syscalls/sys_enter_getpgid")
func asks(_ context: TracepointContext<trace_event_raw_sys_enter>) -> Int32 {
    hertz.value = KernelConfiguration.number("HZ")  // error: 'HZ' is no option of the kernel's configuration
    return 0
}
