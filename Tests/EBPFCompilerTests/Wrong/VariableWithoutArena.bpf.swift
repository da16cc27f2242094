// SPDX-License-Identifier: GPL-2.0-only OR MIT
// Mistake: a variable lies in an arena, and the kernel half declares none
// Refused by: the kernel-half compiler
// In C: compiles, and is refused when it is loaded

import EBPFKernel

let total = ArenaVariable<UInt64>(0)  // error: 'total' lies in an arena, and this kernel half has none

@section("syscall")
func adds(_ context: SystemCallContext<UInt64>) {
    total.value &+= context.value.pointee
}
