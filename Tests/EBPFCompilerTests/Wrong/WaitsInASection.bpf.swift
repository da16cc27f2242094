// SPDX-License-Identifier: GPL-2.0-only OR MIT
// Mistake: memory of user space is fetched in a section of RCU, where nothing may wait
// Refused by: the kernel-half compiler
// In C: compiles; the verifier: `sleepable helper bpf_copy_from_user#148 in rcu_read_lock region`

import EBPFKernel

struct task_struct: KernelType {
    var tgid: Int32
}

struct Job: BitwiseCopyable {
    var worker = KeptTask<task_struct>()
}

struct Question: BitwiseCopyable {
    var address: UInt
    var answer: Int32
}

let jobs = HashMap<UInt32, Job>(maxEntries: 16)

@section("syscall")
func asks(_ context: SystemCallContext<Question>) -> Int32 {
    guard let job = jobs.lookup(1) else { return 1 }
    let pointer = UserPointer<Int32>(address: context.value.pointee.address)
    return withRCU { section in
        guard let worker = job.pointee.worker.current(in: section) else { return 2 }
        context.value.pointee.answer = worker.tgid &+ (pointer.fetch() ?? 0)  // error: calls bpf_copy_from_user, which may wait, in a section of
        return 0
    }
}
