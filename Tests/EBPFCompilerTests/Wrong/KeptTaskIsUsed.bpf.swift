// SPDX-License-Identifier: GPL-2.0-only OR MIT
// Mistake: a thread is read after it was put into a map
// Refused by: Swift
// In C: compiles; the verifier: `R6 invalid mem access 'scalar'`

import EBPFKernel

struct task_struct: KernelType {
    var tgid: Int32
}

struct Job: BitwiseCopyable {
    var worker = KeptTask<task_struct>()
}

let jobs = HashMap<UInt32, Job>(maxEntries: 16)
let process = Variable<Int32>(0)

@section("tc")
func keeps(_ context: TrafficContext) -> TrafficAction {
    guard let job = jobs.lookup(1) else { return .drop }
    guard let task = OwnedTask<task_struct>(id: 1) else { return .drop }  // error: 'task' used after consume
    _ = job.pointee.worker.exchange(task)
    process.value = task.tgid
    return .pass
}
