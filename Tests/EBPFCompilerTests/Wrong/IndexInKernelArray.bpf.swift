// SPDX-License-Identifier: GPL-2.0-only OR MIT
// Mistake: an element of a kernel structure's array by an index that is not known
// Refused by: the kernel-half compiler
// In C: compiles and loads: a macro computes the place from the array's

import EBPFKernel

struct task_struct: KernelType { var comm: InlineArray<16, UInt8> }

@section("tracepoint/syscalls/sys_enter_getpgid")
func reads_a_letter(_ context: TracepointContext<trace_event_raw_sys_enter>) -> Int32 {
    let index = Int(truncatingIfNeeded: context.args[0] & 15)
    return Int32(currentTask(as: task_struct.self).comm[index])  // error: reads a field or an element whose place is not known
}
