// SPDX-License-Identifier: GPL-2.0-only OR MIT
// Mistake: a structure that only a typedef names is declared as one of the kernel's
// Refused by: the kernel-half compiler, where there is BTF
// In C: compiles; when it is loaded, libbpf writes into the verifier's log: `failed to resolve CO-RE relocation`

import EBPFKernel

struct cred: KernelType { var uid: kuid_t }
struct kuid_t: KernelType { var val: UInt32 }
struct task_struct: KernelType { var cred: KernelPointer<cred> }

let user = Variable<UInt32>(0)

@section("tracepoint/syscalls/sys_enter_getpgid")
func reads(_ context: TracepointContext<trace_event_raw_sys_enter>) -> Int32 {
    user.value = currentTask(as: task_struct.self).cred.uid.val  // error: 'kuid_t' is a structure that only a typedef names in this kernel
    return 0
}
