// SPDX-License-Identifier: GPL-2.0-only OR MIT
// Mistake: a function of the kernel is declared as one whose body Swift looks into
// Refused by: the kernel-half compiler
// In C: nothing to forget: `extern ... __ksym` has no body

import EBPFKernel

let found = Variable<UInt64>(0)

@section(".ksyms")
func bpf_fsverity_count(_ number: UInt64) -> UInt64 { kernelFunction() }  // error: declare it with @section(".ksyms") @inline(never) @_optimize(none)

@section("syscall")
func asks(_ context: SystemCallContext<UInt64>) -> Int32 {
    found.value = bpf_fsverity_count(4)
    return 0
}
