// SPDX-License-Identifier: GPL-2.0-only OR MIT
// Mistake: a loop whose end the verifier does not see
// Refused by: the verifier
// In C: compiles; the verifier: `The sequence of 8193 jumps is too complex`

import EBPFKernel

let steps = Variable<UInt64>(0)

@section("tracepoint/syscalls/sys_enter_getpgid")
func counts_steps(_ context: TracepointContext<trace_event_raw_sys_enter>) -> Int32 {
    var number = context.args[0]
    while number != 1 {  // verifier: The sequence of 8193 jumps is too complex
        number = number & 1 == 0 ? number >> 1 : number &* 3 &+ 1
        steps.add(1)
    }
    return 0
}
