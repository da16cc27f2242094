// SPDX-License-Identifier: GPL-2.0-only OR MIT
// Mistake: an option of the kernel's configuration is asked for as a choice and as a number
// Refused by: the kernel-half compiler
// In C: the second declaration is refused: `redeclaration with a different type`

import EBPFKernel

let found = Variable<UInt64>(0)

@section("tracepoint/syscalls/sys_enter_getpgid")
func asks(_ context: TracepointContext<trace_event_raw_sys_enter>) -> Int32 {  // error: asked for in two forms
    if KernelConfiguration.isEnabled("CONFIG_HZ") { found.value = KernelConfiguration.number("CONFIG_HZ") }
    return 0
}
