// SPDX-License-Identifier: GPL-2.0-only OR MIT
// Mistake: which function a loop calls depends on what is found at run time
// Refused by: the kernel-half compiler
// In C: compiles, and the verifier follows both ways

import EBPFKernel

let sum = Variable<UInt64>(0)

@inline(never) func adds(_ index: UInt32) -> Turn {
    sum.add(UInt64(index))
    return .next
}

@inline(never) func stops(_ index: UInt32) -> Turn { .stop }

@section("tc")
func chooses(_ context: TrafficContext) -> TrafficAction {
    let body = context.mark == 7 ? adds : stops
    loop(10, body)  // error: passes a function on that is not known
    return .pass
}
