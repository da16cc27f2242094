// SPDX-License-Identifier: GPL-2.0-only OR MIT

import EBPFKernel

// Reads what the kernel knows of a thread that is named by its number.

struct task_struct: KernelType {
    var pid: Int32
    var tgid: Int32
    var prio: Int32
}

let wanted = Variable<Int32>(0)
let process = Variable<Int32>(0)
let priority = Variable<Int32>(0)
let missing = Variable<UInt64>(0)

@section("tc")
func look_up(_ context: TrafficContext) -> TrafficAction {
    guard let task = OwnedTask<task_struct>(id: wanted.value) else {
        missing.value &+= 1
        return .pass
    }
    process.value = task.tgid
    priority.value = task.prio
    return .pass
}
