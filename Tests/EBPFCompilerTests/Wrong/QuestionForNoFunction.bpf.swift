// SPDX-License-Identifier: GPL-2.0-only OR MIT
// Mistake: a program asks whether the kernel has a function, and misspells its name
// Refused by: the kernel-half compiler
// In C: compiles where it is declared so; every kernel lacks it, and nobody says so

import EBPFKernel

@section(".ksyms") @inline(never) @_optimize(none)
func bpf_get_fsverity_digest(_ count: UInt64) -> UInt64 { kernelFunction() }

let answer = Variable<UInt64>(0)

@section("tc")
func asks(_ context: TrafficContext) -> TrafficAction {
    if kernelHasFunction("bpf_get_fsverity_digset") {  // error: asks whether the kernel has 'bpf_get_fsverity_digset'
        answer.value = bpf_get_fsverity_digest(1)
    }
    return .pass
}
