// SPDX-License-Identifier: GPL-2.0-only OR MIT

import EBPFKernel

// Walks over the elements of a map and over threads, and hands records of some to who reads the walk.

let least = Constant<UInt64>(0)
let process = Constant<Int32>(0)

struct bpf_map: KernelType {}

struct task_struct: KernelType {
    var pid: Int32
    var tgid: Int32
    var real_parent: KernelPointer<task_struct>
    var start_time: UInt64
    var comm: CString<16>
}

struct Entry: BitwiseCopyable {
    var index: UInt64
    var value: UInt64
    var key: UInt32
    var spare: UInt32 = 0
}

struct Thread: BitwiseCopyable {
    var id: Int32
    var process: Int32
    var parent: Int32
    var spare: UInt32 = 0
    var started: UInt64
    var command: CString<16>
}

let entries = HashMap<UInt32, UInt64>(maxEntries: 256)

let passed_over = Variable<UInt64>(0)
let ends = Variable<UInt64>(0)

@section("iter/bpf_map_elem")
func walk_entries(_ context: IteratorContext, _: UInt, map: NullablePointer<bpf_map>, key: NullableBytes<UInt32>, value: NullableBytes<UInt64>) {
    guard let key = key.pointer, let value = value.pointer else {
        ends.value &+= 1
        return
    }
    guard value.pointee >= least.value else {
        passed_over.value &+= 1
        return
    }
    let entry = Entry(index: context.index, value: value.pointee, key: key.pointee)
    value.pointee = 0
    context.write(entry)
}

@section("iter/task")
func walk_threads(_ context: IteratorContext, _: UInt, task: NullablePointer<task_struct>) {
    guard let task = task.trusted, task.tgid == process.value else { return }
    context.write(
        Thread(
            id: task.pid, process: task.tgid, parent: task.real_parent.tgid, started: task.start_time, command: task.untrusted.comm))
}
