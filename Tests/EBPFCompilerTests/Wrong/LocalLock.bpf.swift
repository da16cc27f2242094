// SPDX-License-Identifier: GPL-2.0-only OR MIT
// Mistake: a lock that is a local variable
// Refused by: the kernel-half compiler
// In C: compiles; the verifier: `R1 type=fp expected=map_value`

import EBPFKernel

let total = Variable<UInt32>(0)

@section("tc")
func counts(_ context: TrafficContext) -> TrafficAction {
    var lock = SpinLock()
    lock.withLock { total.value &+= 1 }  // error: uses a lock that is a local variable
    return .pass
}
