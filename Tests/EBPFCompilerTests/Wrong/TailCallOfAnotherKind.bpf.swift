// SPDX-License-Identifier: GPL-2.0-only OR MIT
// Mistake: a program goes on with programs of another kind
// Refused by: Swift
// In C: compiles; when it is loaded: `failed to load: -22`, for the program that is loaded last, without a reason

import EBPFKernel

let steps = ProgramArray<4, XDPContext>()

@section("tc")
func begins(_ context: TrafficContext) -> TrafficAction {
    steps.call(1, context)  // error: cannot convert value of type 'TrafficContext' to expected argument type 'XDPContext'
    return .pass
}
