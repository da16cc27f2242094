// SPDX-License-Identifier: GPL-2.0-only OR MIT
// Mistake: a field that the kernel's structure does not have
// Refused by: the kernel-half compiler, where there is BTF
// In C: compiles; when it is loaded, libbpf writes into the verifier's log: `failed to resolve CO-RE relocation`

import EBPFKernel

struct task_struct: KernelType { var pidd: Int32 }

@section("tracepoint/syscalls/sys_enter_getpgid")
func reads_a_field(_ context: TracepointContext<trace_event_raw_sys_enter>) -> Int32 {
    currentTask(as: task_struct.self).pidd  // error: 'task_struct.pidd' is not in this kernel; 'pid' is
}
