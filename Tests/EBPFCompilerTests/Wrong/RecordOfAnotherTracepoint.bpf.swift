// SPDX-License-Identifier: GPL-2.0-only OR MIT
// Mistake: a tracepoint's record is taken for that of another tracepoint
// Refused by: the kernel-half compiler, where there is BTF
// In C: compiles and loads; the number is another field's

import EBPFKernel

let last = Variable<Int>(0)

@section("tracepoint/syscalls/sys_enter_getpgid")
func reads_an_answer_too_early(_ context: TracepointContext<trace_event_raw_sys_exit>) {  // error: takes the record for 'trace_event_raw_sys_exit'
    last.value = context.ret
}
