// SPDX-License-Identifier: GPL-2.0-only OR MIT
// Mistake: a field is read that the structure was not declared with
// Refused by: Swift
// In C: clang: `no member named 'pid' in 'struct task_struct'`

import EBPFKernel

struct task_struct: KernelType { var tgid: Int32 }

@section("tracepoint/syscalls/sys_enter_getpgid")
func reads_a_field(_ context: TracepointContext<trace_event_raw_sys_enter>) -> Int32 {
    currentTask(as: task_struct.self).pid  // error: value of type 'KernelPointer<task_struct>' has no dynamic member 'pid'
}
