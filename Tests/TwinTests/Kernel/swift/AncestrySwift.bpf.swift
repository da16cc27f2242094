// SPDX-License-Identifier: GPL-2.0-only OR MIT

import EBPFKernel

// What the kernel knows of the thread that calls getpgid: chains of its structures.

let target = Constant<UInt32>(0)

struct pid_namespace: KernelType {
    var level: UInt32
}

struct nsproxy: KernelType {
    var pid_ns_for_children: KernelPointer<pid_namespace>
}

struct mm_struct: KernelType {
    var start_stack: UInt64
    var arg_start: UInt64
}

struct task_struct: KernelType {
    var pid: Int32
    var tgid: Int32
    var prio: Int32
    var real_parent: KernelPointer<task_struct>
    var group_leader: KernelPointer<task_struct>
    var mm: KernelPointer<mm_struct>
    var nsproxy: KernelPointer<nsproxy>
    var comm: CString<16>
    var start_time: UInt64
}

struct Ancestry: BitwiseCopyable {
    var thread: Int32
    var process: Int32
    var parent: Int32
    var grandparent: Int32
    var stack: UInt64
    var arguments: UInt64
    var began: UInt64
    var level: UInt32
    var priority: Int32
    var command: CString<16>
}

let found = HashMap<UInt32, Ancestry>(maxEntries: 1024)

@section("tracepoint/syscalls/sys_enter_getpgid")
func look(_ context: TracepointContext<trace_event_raw_sys_enter>) -> Int32 {
    let thread = currentProcess.threadID
    guard target.value == 0 || target.value == thread else { return 0 }
    let task = currentTask(as: task_struct.self)
    let parent = task.real_parent
    let memory = task.mm
    let ancestry = Ancestry(
        thread: task.pid, process: task.tgid, parent: parent.tgid, grandparent: parent.real_parent.tgid, stack: memory.start_stack,
        arguments: memory.arg_start, began: task.group_leader.start_time, level: task.nsproxy.pid_ns_for_children.level, priority: task.prio,
        command: parent.comm)
    found.update(thread, ancestry)
    return 0
}
