// SPDX-License-Identifier: GPL-2.0-only OR MIT
// Mistake: two programs for one member of a set of functions
// Refused by: the kernel-half compiler
// In C: clang warns: `initializer overrides prior initialization of this subobject`; the last one counts

import EBPFKernel

struct sock: KernelType {}
struct tcp_congestion_ops: BitwiseCopyable { var name: CString<16> }

let gentle = StructOperations(tcp_congestion_ops(name: CString("gentle")))

@section("struct_ops/gentle.ssthresh")
func halves(socket: TrustedPointer<sock>) -> UInt32 { 2 }

@section("struct_ops/gentle.ssthresh")
func halves_again(socket: TrustedPointer<sock>) -> UInt32 { 4 }  // error: 'ssthresh' of 'gentle' is 'halves' already
