// SPDX-License-Identifier: GPL-2.0-only OR MIT

import EBPFKernel

struct task_struct: KernelType {
    var pid: Int32
    var tgid: Int32
    var real_parent: KernelPointer<task_struct>
    var start_time: UInt64
    var exit_code: Int32
}

struct End: BitwiseCopyable {
    var process: Int32
    var parent: Int32
    /// Nanoseconds.
    var age: UInt64
    var status: Int32
    var signal: Int32
    var command: CString<16>
}

/// Whose children are told of; 0 is everyone's.
let target = Constant<Int32>(0)

let ends = RingBuffer<End>(byteCount: 64 * 1024)

@section("tp_btf/sched_process_exit")
func process_ends(_ context: BTFTracepointContext) -> Int32 {
    let task = context.pointer(0, to: task_struct.self)
    let parent = task.real_parent.tgid
    guard task.pid == task.tgid, target.value == 0 || target.value == parent else { return 0 }
    let code = task.exit_code
    ends.send(
        End(
            process: task.tgid, parent: parent, age: monotonicTime &- task.start_time, status: code >> 8 & 0xFF, signal: code & 0x7F,
            command: currentProcess.command))
    return 0
}
