// SPDX-License-Identifier: GPL-2.0-only OR MIT

import EBPFKernel

// Keeps threads and cgroups under keys, for other programs and other runs.

struct refcount_struct: KernelType {
    var refs: atomic_t
}

struct atomic_t: KernelType {
    var counter: Int32
}

struct task_struct: KernelType {
    var tgid: Int32
    var rcu_users: refcount_struct
    var real_parent: KernelPointer<task_struct>
}

struct cgroup: KernelType {
    var level: Int32
}

struct Job: BitwiseCopyable {
    var runs: UInt64 = 0
    var worker = KeptTask<task_struct>()
    var substitute = KeptTask<task_struct>()
    var group = KeptCgroup<cgroup>()
}

let jobs = HashMap<UInt32, Job>(maxEntries: 16)

let thread = Variable<Int32>(0)
let group_id = Variable<UInt64>(0)
let process = Variable<Int32>(0)
let replaced = Variable<Int32>(0)
let level = Variable<Int32>(-1)
let users = Variable<Int32>(0)
let number = Variable<UInt32>(0)

@section("tc")
func keep(_ context: TrafficContext) -> TrafficAction {
    jobs.update(1, Job(), .ifAbsent)
    guard let job = jobs.lookup(1), let task = OwnedTask<task_struct>(id: thread.value) else { return .drop }
    job.pointee.runs &+= 1
    if let before = job.pointee.worker.exchange(task) { replaced.value = before.tgid }
    return .pass
}

@section("tc")
func keep_group(_ context: TrafficContext) -> TrafficAction {
    guard let job = jobs.lookup(1), let group = OwnedCgroup<cgroup>(id: group_id.value) else { return .drop }
    _ = job.pointee.group.exchange(group)
    guard let kept = job.pointee.group.take() else { return .drop }
    level.value = kept.level
    return .pass
}

@section("tc")
func look(_ context: TrafficContext) -> TrafficAction {
    guard let job = jobs.lookup(1), let worker = job.pointee.worker.current else { return .drop }
    process.value = worker.tgid
    return .pass
}

struct Question: BitwiseCopyable {
    var process: Int32
}

@section("syscall")
func look_asleep(_ context: SystemCallContext<Question>) -> Int32 {
    guard let job = jobs.lookup(1) else { return 2 }
    return withRCU { section in
        guard let worker = job.pointee.worker.current(in: section) else { return 1 }
        context.value.pointee.process = worker.tgid
        return 0
    }
}

/// The thread that made the one which is kept, held beyond the section.
@section("syscall")
func hold_parent(_ context: SystemCallContext<Question>) -> Int32 {
    guard let job = jobs.lookup(1) else { return 2 }
    let parent = withRCU { section -> OwnedTask<task_struct>? in
        guard let worker = job.pointee.worker.current(in: section) else { return nil }
        return OwnedTask(worker.real_parent)
    }
    guard let parent else { return 1 }
    context.value.pointee.process = parent.tgid
    return 0
}

/// The same thread at two places.
@section("tc")
func share(_ context: TrafficContext) -> TrafficAction {
    guard let job = jobs.lookup(1), let worker = job.pointee.worker.current, let own = OwnedTask(worker) else { return .drop }
    _ = job.pointee.substitute.exchange(own)
    return .pass
}

/// What was kept, or nothing, goes to the other place.
@section("tc")
func move(_ context: TrafficContext) -> TrafficAction {
    guard let job = jobs.lookup(1) else { return .drop }
    let worker = job.pointee.worker.take()
    _ = job.pointee.substitute.exchange(worker)
    return .pass
}

@section("tc")
func take_out(_ context: TrafficContext) -> TrafficAction {
    guard let job = jobs.lookup(1), let worker = job.pointee.worker.take() else { return .drop }
    process.value = worker.tgid
    return .pass
}

/// Ends while it holds what it took out.
@section("tc")
func fail(_ context: TrafficContext) -> TrafficAction {
    guard let job = jobs.lookup(1), let worker = job.pointee.worker.take() else { return .drop }
    number.value += .max
    process.value = worker.tgid
    return .pass
}

/// How many hold the thread, this program among them.
@section("tc")
func count_users(_ context: TrafficContext) -> TrafficAction {
    guard let task = OwnedTask<task_struct>(id: thread.value) else { return .drop }
    users.value = task[dynamicMember: \.rcu_users.refs.counter]
    return .pass
}
