// SPDX-License-Identifier: GPL-2.0-only OR MIT

import EBPFKernel

// What this kernel has: fields, bits, enumerators and two forms of one structure.

let target = Constant<UInt32>(0)

struct task_struct: KernelType {
    var sched_reset_on_fork: UInt32
    var no_cgroup_migration: UInt32
    var exit_code: Int32
}

/// Linux 5.14 renamed the field.
struct task_struct___new: KernelType {
    var __state: UInt32
}

struct task_struct___old: KernelType {
    var state: Int
    var never_was: Int32
}

struct never_was: KernelType {
    var field: Int32
}

enum bpf_func_id: UInt32, KernelEnumeration {
    case BPF_FUNC_ringbuf_output = 1
    case BPF_FUNC_never_was = 2
}

struct Knowledge: BitwiseCopyable {
    var state: UInt64
    var size: UInt64
    var output: UInt64
    var reset: Int32
    var migration: Int32
    var has_state: Bool
    var has_field: Bool
    var has_type: Bool
    var has_case: Bool
}

let known = ArrayMap<Knowledge>(maxEntries: 1)

@section("tracepoint/syscalls/sys_enter_getpgid")
func learn(_ context: TracepointContext<trace_event_raw_sys_enter>) -> Int32 {
    guard target.value == 0 || target.value == currentProcess.threadID else { return 0 }
    guard let knowledge = known.lookup(0) else { return 0 }
    let task = currentTask(as: task_struct.self)
    if task_struct___new.has(\.__state) {
        knowledge.pointee.state = UInt64(task.cast(to: task_struct___new.self).__state)
    } else {
        knowledge.pointee.state = UInt64(truncatingIfNeeded: task.cast(to: task_struct___old.self).state)
    }
    knowledge.pointee.size = UInt64(truncatingIfNeeded: task_struct.byteCount)
    knowledge.pointee.output = bpf_func_id.BPF_FUNC_ringbuf_output.kernelValue
    knowledge.pointee.reset = Int32(truncatingIfNeeded: task.bits(\.sched_reset_on_fork))
    knowledge.pointee.migration = Int32(truncatingIfNeeded: task.bits(\.no_cgroup_migration))
    knowledge.pointee.has_state = task_struct___new.has(\.__state)
    knowledge.pointee.has_field = task_struct___old.has(\.never_was)
    knowledge.pointee.has_type = never_was.exists
    knowledge.pointee.has_case = bpf_func_id.BPF_FUNC_never_was.existsInKernel
    return 0
}
