// SPDX-License-Identifier: GPL-2.0-only OR MIT
// Mistake: a program has the name of a function of the kernel that it calls
// Refused by: the kernel-half compiler
// In C: clang: `conflicting types for 'bpf_rcu_read_lock'`

import EBPFKernel

@section("tp_btf/sched_process_exit")
func bpf_rcu_read_lock(_ context: BTFTracepointContext) -> Int32 {  // error: 'bpf_rcu_read_lock' is a function of the kernel that is called here
    withRCU { _ in 0 }
}
