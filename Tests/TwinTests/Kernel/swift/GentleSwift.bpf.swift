// SPDX-License-Identifier: GPL-2.0-only OR MIT

import EBPFKernel

// A way of TCP to avoid congestion: windows grow as Reno's do, and shrink by a quarter.

struct sock: KernelType {}

struct tcp_sock: KernelType {
    var snd_cwnd: UInt32
    var prior_cwnd: UInt32
}

struct tcp_congestion_ops: BitwiseCopyable { var name: CString<16> }

@section(".ksyms") @inline(never) @_optimize(none)
func tcp_reno_cong_avoid(_ socket: TrustedPointer<sock>, _ acknowledgement: UInt32, _ count: UInt32) { kernelFunction() }

let begun = Variable<UInt64>(0)
let ended = Variable<UInt64>(0)
let acknowledged = Variable<UInt64>(0)
let losses = Variable<UInt64>(0)
let first = Variable<UInt32>(0)
let last = Variable<UInt32>(0)
let largest = Variable<UInt32>(0)

let gentle = StructOperations(tcp_congestion_ops(name: CString("gentle_swift")))

/// The kernel hands over a socket of TCP, whose type the verifier knows.
func connection(_ socket: TrustedPointer<sock>) -> TrustedPointer<tcp_sock> { TrustedPointer(address: socket.address) }

@section("struct_ops/gentle.ssthresh")
func gentle_ssthresh(socket: TrustedPointer<sock>) -> UInt32 {
    let window = connection(socket).snd_cwnd
    losses.add(1)
    return max(window &- window / 4, 2)
}

@section("struct_ops/gentle.cong_avoid")
func gentle_cong_avoid(socket: TrustedPointer<sock>, acknowledgement: UInt32, count: UInt32) {
    let window = connection(socket).snd_cwnd
    if window > largest.value { largest.value = window }
    acknowledged.add(UInt64(count))
    tcp_reno_cong_avoid(socket, acknowledgement, count)
}

@section("struct_ops/gentle.undo_cwnd")
func gentle_undo_cwnd(socket: TrustedPointer<sock>) -> UInt32 {
    let socket = connection(socket)
    return max(socket.snd_cwnd, socket.prior_cwnd)
}

@section("struct_ops/gentle.init")
func gentle_init(socket: TrustedPointer<sock>) {
    first.value = connection(socket).snd_cwnd
    begun.add(1)
}

@section("struct_ops/gentle.release")
func gentle_release(socket: TrustedPointer<sock>) {
    last.value = connection(socket).snd_cwnd
    ended.add(1)
}
