// SPDX-License-Identifier: GPL-2.0-only OR MIT
// Mistake: a program answers a number where its kind has a type
// Refused by: the kernel-half compiler
// In C: compiles and loads: every program answers an `int`

import EBPFKernel

@section("xdp")
func passes(_ context: XDPContext) -> Int32 { 2 }  // error: answers Int32, and programs of section 'xdp' answer XDPAction
