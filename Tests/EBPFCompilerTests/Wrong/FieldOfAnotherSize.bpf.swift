// SPDX-License-Identifier: GPL-2.0-only OR MIT
// Mistake: a field is declared with fewer bytes than it has
// Refused by: the kernel-half compiler, where there is BTF (a warning)
// In C: compiles and loads; half of the value is read

import EBPFKernel

struct task_struct: KernelType { var start_time: UInt32 }

@section("tracepoint/syscalls/sys_enter_getpgid")
func takes_half(_ context: TracepointContext<trace_event_raw_sys_enter>) -> Int32 {
    let start = currentTask(as: task_struct.self).start_time  // warning: 'task_struct.start_time' has 8 bytes in this kernel
    return start == 0 ? 0 : 1
}
