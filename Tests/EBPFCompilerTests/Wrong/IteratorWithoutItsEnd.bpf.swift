// SPDX-License-Identifier: GPL-2.0-only OR MIT
// Mistake: what an iterator walks over is read without asking whether it is there
// Refused by: the kernel-half compiler
// In C: compiles; the verifier: `R2 invalid mem access 'trusted_ptr_or_null_'`

import EBPFKernel

struct task_struct: KernelType { var tgid: Int32 }

@section("iter/task")
func lists(_ context: IteratorContext, _: UInt, task: TrustedPointer<task_struct>) {  // error: takes 'task' as a TrustedPointer
    context.write(task.tgid)
}
