// SPDX-License-Identifier: GPL-2.0-only OR MIT
// Mistake: a program that takes two values
// Refused by: the kernel-half compiler
// In C: compiles; the verifier: `R2 !read_ok`

import EBPFKernel

@section("tracepoint/syscalls/sys_enter_getpgid")
func compares(_ first: UInt, _ second: UInt) -> Int32 {  // error: the program 'compares' takes 2 values
    first < second ? 1 : 0
}
