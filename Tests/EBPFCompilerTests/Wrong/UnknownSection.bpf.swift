// SPDX-License-Identifier: GPL-2.0-only OR MIT
// Mistake: a section that does not exist
// Refused by: the kernel-half compiler
// In C: compiles; libbpf, when it is loaded: `failed to guess program type from ELF section`, and the list of all

import EBPFKernel

@section("tracepiont/syscalls/sys_enter_getpgid")  // error: did you mean 'tracepoint/CATEGORY/NAME'?
func hangs_on_nothing(_ context: TracepointContext<trace_event_raw_sys_enter>) -> Int32 {
    0
}
