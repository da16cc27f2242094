// SPDX-License-Identifier: GPL-2.0-only OR MIT
// Mistake: a program takes more arguments than the function has
// Refused by: the kernel-half compiler, where there is BTF
// In C: compiles; the verifier: `func 'do_unlinkat' doesn't have 3-th argument`

import EBPFKernel

struct filename: KernelType { var name: KernelPointer<UInt8> }

@section("fentry/do_unlinkat")
func takes_an_answer_too_early(directory: Int32, name: TrustedPointer<filename>, result: Int32) {  // error: passes 2
    if result < 0 { log("refused") }
}
