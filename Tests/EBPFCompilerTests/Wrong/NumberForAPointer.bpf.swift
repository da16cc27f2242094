// SPDX-License-Identifier: GPL-2.0-only OR MIT
// Mistake: a pointer is taken for a number of fewer bytes
// Refused by: the kernel-half compiler, where there is BTF
// In C: compiles and loads; half of the address is read

import EBPFKernel

@section("tp_btf/sched_process_exit")
func takes_a_task_for_its_number(process: Int32) {  // error: takes 'process' as a number of 4 bytes
    if process == 1 { log("the first") }
}
