// SPDX-License-Identifier: GPL-2.0-only OR MIT
// Mistake: a member of a structure of the kernel is declared as a trusted pointer
// Refused by: Swift
// In C: C has one kind of pointer, and how it is read is said where it is read

import EBPFKernel

struct task_struct: KernelType {
    var tgid: Int32
    var real_parent: TrustedPointer<task_struct>
}

let last = Variable<Int32>(0)

@section("tp_btf/sched_process_exit")
func exits(task: TrustedPointer<task_struct>) {
    last.value = task.real_parent.tgid  // error: a member of a KernelType that points to a structure is a KernelPointer
}
