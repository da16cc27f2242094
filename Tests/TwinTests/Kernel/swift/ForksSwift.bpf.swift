// SPDX-License-Identifier: GPL-2.0-only OR MIT

import EBPFKernel

// Which process makes which, from arguments whose types the verifier knows.

let target = Constant<Int32>(0)

struct task_struct: KernelType {
    var pid: Int32
    var tgid: Int32
    var real_parent: KernelPointer<task_struct>
    var start_time: UInt64
    var comm: CString<16>
}

struct Birth: BitwiseCopyable {
    var parent: Int32
    var child: Int32
    var thread: Int32
    var grandparent: Int32
    var age: UInt64
    var command: CString<16>
}

let births = RingBuffer<Birth>(byteCount: 64 * 1024)

@section("tp_btf/sched_process_fork")
func process_forks(_ context: BTFTracepointContext) -> Int32 {
    let parent = context.pointer(0, to: task_struct.self)
    let child = context.pointer(1, to: task_struct.self)
    guard target.value == 0 || target.value == parent.pid else { return 0 }
    guard let slot = births.reserve() else { return 0 }
    slot.record.parent = parent.tgid
    slot.record.child = child.tgid
    slot.record.thread = child.pid
    slot.record.grandparent = parent.real_parent.tgid
    slot.record.age = child.start_time &- parent.start_time
    slot.record.command = parent.untrusted.comm
    slot.submit()
    return 0
}
