// SPDX-License-Identifier: GPL-2.0-only OR MIT

import EBPFKernel

struct linux_binprm: KernelType {
    var filename: KernelPointer<UInt8>
}

struct task_struct: KernelType {
    var tgid: Int32
    var real_parent: KernelPointer<task_struct>
}

struct Execution: BitwiseCopyable {
    var process: Int32
    var parent: Int32
    var user: UInt32
    var command: CString<16>
    var path: CString<128>
}

/// Whose children are told of; 0 is everyone's.
let target = Constant<Int32>(0)

let executions = RingBuffer<Execution>(byteCount: 256 * 1024)

@section("tp_btf/sched_process_exec")
func process_executes(_ context: BTFTracepointContext) -> Int32 {
    let task = context.pointer(0, to: task_struct.self)
    let parent = task.real_parent.tgid
    guard target.value == 0 || target.value == parent else { return 0 }
    guard let slot = executions.reserve() else { return 0 }
    slot.record.process = task.tgid
    slot.record.parent = parent
    slot.record.user = currentProcess.userID
    slot.record.command = currentProcess.command
    slot.record.path.read(kernel: context.pointer(2, to: linux_binprm.self).filename)
    slot.submit()
    return 0
}
