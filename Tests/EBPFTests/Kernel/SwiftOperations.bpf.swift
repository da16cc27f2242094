// SPDX-License-Identifier: GPL-2.0-only OR MIT
import EBPFKernel

struct sock: KernelType {}
struct tcp_congestion_ops: BitwiseCopyable { var name: CString<16> }

/// How often a connection asked how its window grows.
let seen = Variable<UInt64>(0)

let steady = StructOperations(tcp_congestion_ops(name: CString("steady")))

@section("struct_ops/steady.ssthresh")
func steady_ssthresh(socket: TrustedPointer<sock>) -> UInt32 { 2 }

@section("struct_ops/steady.cong_avoid")
func steady_cong_avoid(socket: TrustedPointer<sock>, _: UInt32, acknowledged: UInt32) { seen.add(1) }

@section("struct_ops/steady.undo_cwnd")
func steady_undo_cwnd(socket: TrustedPointer<sock>) -> UInt32 { 2 }
