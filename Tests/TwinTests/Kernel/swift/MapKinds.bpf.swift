// SPDX-License-Identifier: GPL-2.0-only OR MIT

import EBPFKernel

// The kinds of maps that no other kernel half of these tests has, each with what can be done with it.

struct css_set: KernelType { var dfl_cgrp: KernelPointer<cgroup> }
struct cgroup: KernelType { var level: Int32 }
struct task_struct: KernelType { var cgroups: KernelPointer<css_set> }
struct sock: KernelType { var sk_state: UInt8 }

struct Pair: BitwiseCopyable { var first: UInt32; var second: UInt32 }

let workers = CPUMap(maxEntries: 4)
let receivers = XSKMap(maxEntries: 4)
let outputs = DevMap(maxEntries: 4)
let numbered_sockets = SockMap(maxEntries: 4)
let named_sockets = SockHash<Pair>(maxEntries: 4)
let listeners = ReuseportSockArray(maxEntries: 4)
let of_threads = TaskStorage<UInt64>()
let of_cgroups = CgroupStorage<UInt64>()
let of_sockets = SocketStorage<Pair>()
let on_cpus = PerCPUHashMap<UInt32, UInt64>(maxEntries: 4)
let queues = HashOfMaps<UInt32, QueueMap<UInt64>>(maxEntries: 2, of: QueueMap(maxEntries: 8))

@section("xdp")
func choose(_ context: XDPContext) -> XDPAction {
    switch context.receiveQueue & 3 {
    case 0: workers.redirect(context.receiveQueue, otherwise: .pass)
    case 1: receivers.redirect(context.receiveQueue, otherwise: .drop)
    case 2: outputs.broadcast()
    default: outputs.broadcast(excludingIngress: false)
    }
}

@section("sk_msg")
func pass_on_data(_ context: MessageContext) -> StreamVerdict {
    let first = numbered_sockets.redirect(message: context, to: 1, ingress: true)
    return first == .pass ? first : named_sockets.redirect(message: context, to: Pair(first: 1, second: 2))
}

@section("sk_skb/stream_verdict")
func pass_on_packets(_ context: StreamContext) -> StreamVerdict {
    let first = numbered_sockets.redirect(packet: context, to: 1)
    return first == .pass ? first : named_sockets.redirect(packet: context, to: Pair(first: 1, second: 2), ingress: true)
}

@section("sockops")
func keep_sockets(_ context: SocketEventContext) -> CgroupVerdict {
    numbered_sockets.insert(context, at: 1, .ifAbsent)
    named_sockets.insert(context, for: Pair(first: 1, second: 2))
    return .allow
}

@section("sk_reuseport")
func choose_listener(_ context: ReuseportContext) -> StreamVerdict { listeners.choose(1, context) ? .pass : .drop }

@section("tp_btf/sched_process_exit")
func forget_thread(_ context: BTFTracepointContext) -> Int32 {
    let task = context.pointer(0, to: task_struct.self)
    if let count = of_threads.value(of: task) { of_cgroups.value(of: task.cgroups.dfl_cgrp, create: true)?.add(count.pointee) }
    of_threads.remove(of: task)
    return 0
}

@section("tp_btf/sys_enter")
func wait_for_thread(_ context: BTFTracepointContext) -> Int32 {
    of_threads.valueOfCurrentTask(create: true)?.add(on_cpus.lookup(1, cpu: 0)?.pointee ?? 1)
    guard let queue = queues.lookup(currentCPU & 1) else { return 0 }
    queue.pointee.push(monotonicTime, replacingOldest: true)
    return 0
}
