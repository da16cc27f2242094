// SPDX-License-Identifier: GPL-2.0-only OR MIT
// Mistake: what a map keeps is read behind the section of RCU in which it stays
// Refused by: Swift
// In C: compiles, and is read with no assurance that it is still there

import EBPFKernel

struct task_struct: KernelType {
    var tgid: Int32
}

struct Job: BitwiseCopyable {
    var worker = KeptTask<task_struct>()
}

let jobs = HashMap<UInt32, Job>(maxEntries: 16)

@section("syscall")
func reads(_ context: SystemCallContext<Int32>) -> Int32 {
    guard let job = jobs.lookup(1) else { return 1 }
    var worker: RCUPointer<task_struct>?  // error: lifetime-dependent variable 'worker' escapes its scope
    withRCU { section in worker = job.pointee.worker.current(in: section) }
    return worker?.tgid ?? 0
}
