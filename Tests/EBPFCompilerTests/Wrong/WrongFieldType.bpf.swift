// SPDX-License-Identifier: GPL-2.0-only OR MIT
// Mistake: a field is taken for a value of another type
// Refused by: Swift
// In C: clang: `incompatible pointer to integer conversion`

import EBPFKernel

struct task_struct: KernelType { var real_parent: KernelPointer<task_struct> }

@section("tracepoint/syscalls/sys_enter_getpgid")
func takes_a_pointer_for_a_number(_ context: TracepointContext<trace_event_raw_sys_enter>) -> Int32 {
    let parent: Int32 = currentTask(as: task_struct.self).real_parent  // error: to specified type 'Int32'
    return parent
}
