// SPDX-License-Identifier: GPL-2.0-only OR MIT
// Mistake: a field is declared as something of another kind
// Refused by: the kernel-half compiler, where there is BTF
// In C: compiles; when it is loaded, libbpf writes into the verifier's log: `failed to resolve CO-RE relocation`

import EBPFKernel

struct task_struct: KernelType { var real_parent: UInt }

@section("tracepoint/syscalls/sys_enter_getpgid")
func takes_a_pointer_for_a_number(_ context: TracepointContext<trace_event_raw_sys_enter>) -> Int32 {
    let parent = currentTask(as: task_struct.self).real_parent  // error: 'task_struct.real_parent' is a pointer in this kernel
    return parent == 0 ? 0 : 1
}
