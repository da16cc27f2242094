// SPDX-License-Identifier: GPL-2.0-only OR MIT
// Mistake: an array of programs holds a function that is none
// Refused by: the kernel-half compiler
// In C: compiles; when it is loaded, libbpf: `.maps relo #0: 'pass' isn't a valid program reference`

import EBPFKernel

func pass(_ context: XDPContext) -> XDPAction { .pass }

let steps = ProgramArray<1, XDPContext>([.init(pass)])  // error: 'steps' holds a function that is no program

@section("xdp")
func begins(_ context: XDPContext) -> XDPAction {
    steps.call(0, context)
    return .drop
}
