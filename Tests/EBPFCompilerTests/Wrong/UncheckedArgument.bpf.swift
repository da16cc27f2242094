// SPDX-License-Identifier: GPL-2.0-only OR MIT
// Mistake: an argument that may be nothing is used without asking
// Refused by: Swift
// In C: compiles; the verifier: `R1 invalid mem access 'trusted_ptr_or_null_'`

import EBPFKernel

struct task_struct: KernelType { var tgid: Int32 }

@section("iter/task")
func reads_the_last_task(_ context: IteratorContext, _: UInt, task: NullablePointer<task_struct>) {
    context.write(task.tgid)  // error: value of type 'NullablePointer<task_struct>' has no member 'tgid'
}
