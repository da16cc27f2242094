// SPDX-License-Identifier: GPL-2.0-only OR MIT
// Mistake: a member of a set of functions that is asked for a number answers nothing
// Refused by: the kernel-half compiler, where there is BTF
// In C: clang warns of a function that returns no value; the verifier: `R0 !read_ok`

import EBPFKernel

struct sock: KernelType {}
struct tcp_congestion_ops: BitwiseCopyable { var name: CString<16> }

let gentle = StructOperations(tcp_congestion_ops(name: CString("gentle")))

@section("struct_ops/gentle.undo_cwnd")
func forgets_the_window(socket: TrustedPointer<sock>) {  // error: answers nothing, and the kernel asks gentle.undo_cwnd for a number
}
