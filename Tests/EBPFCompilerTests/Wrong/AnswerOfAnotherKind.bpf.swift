// SPDX-License-Identifier: GPL-2.0-only OR MIT
// Mistake: a program answers what means something else to programs of its kind
// Refused by: the kernel-half compiler
// In C: compiles and loads; TC_ACT_SHOT, 2, is XDP_PASS

import EBPFKernel

@section("xdp")
func drops_nothing(_ context: XDPContext) -> TrafficAction { .drop }  // error: programs of section 'xdp' answer XDPAction
