// SPDX-License-Identifier: GPL-2.0-only OR MIT
// Mistake: a program that filters a cgroup's packets asks for a route, which only traffic control and XDP may
// Refused by: the kernel-half compiler
// In C: compiles; the verifier: `program of this type cannot use helper bpf_fib_lookup#69`

import EBPFKernel

@section("cgroup_skb/egress")
func routes(_ context: CgroupPacketContext) -> CgroupVerdict {
    var question: (UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0, 0, 0, 0, 0)
    let answer = bpf_fib_lookup(context.address, &question, 64, 0)  // error: programs of section 'cgroup_skb/egress' may not call bpf_fib_lookup
    return answer == 0 ? .allow : .deny
}
