// SPDX-License-Identifier: GPL-2.0-only OR MIT
// Mistake: a function is called that is declared nowhere
// Refused by: Swift
// In C: clang: `call to undeclared function`

import EBPFKernel

@section("tracepoint/syscalls/sys_enter_getpgid")
func calls_nothing(_ context: TracepointContext<trace_event_raw_sys_enter>) -> Int32 {
    bpf_do_what_i_mean(context.address)  // error: cannot find 'bpf_do_what_i_mean' in scope
    return 0
}
