// SPDX-License-Identifier: GPL-2.0-only OR MIT
// Mistake: a program that answers nothing where its answer decides
// Refused by: the kernel-half compiler
// In C: compiles; the verifier: `R0 !read_ok`

import EBPFKernel

@section("xdp")
func says_nothing(_ context: XDPContext) {  // error: the program 'says_nothing' answers nothing
}
