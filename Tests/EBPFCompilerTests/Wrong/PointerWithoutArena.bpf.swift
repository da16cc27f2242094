// SPDX-License-Identifier: GPL-2.0-only OR MIT
// Mistake: memory of an arena is read, and there is none
// Refused by: the kernel-half compiler
// In C: compiles; the verifier: `addr_space_cast insn can only be used in a program that has an associated arena`

import EBPFKernel

@section("syscall")
func reads(_ context: SystemCallContext<UInt64>) -> Int32 {
    let pointer = ArenaPointer<UInt64>(address: context.value.pointee)
    context.value.pointee = pointer.pointee  // error: reads or writes memory of an arena, and this kernel half has none
    return 0
}
