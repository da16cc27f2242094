// SPDX-License-Identifier: GPL-2.0-only OR MIT
// Mistake: a program answers a number that means nothing
// Refused by: the kernel-half compiler
// In C: compiles and loads; the kernel takes it for `TC_ACT_UNSPEC`

import EBPFKernel

@section("tc")
func drops(_ context: TrafficContext) -> TrafficAction { TrafficAction(rawValue: 99) }  // error: answers 99, which no TrafficAction is
