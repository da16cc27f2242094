// SPDX-License-Identifier: GPL-2.0-only OR MIT
// Mistake: a program goes on with another while it holds a reservation
// Refused by: the kernel-half compiler
// In C: compiles; the verifier: `tail_call would lead to reference leak`

import EBPFKernel

let records = RingBuffer<UInt64>(byteCount: 4096)
let steps = ProgramArray<4, XDPContext>()

@section("xdp")
func goes_on(_ context: XDPContext) -> XDPAction {
    if let slot = records.reserve() {
        steps.call(1, context)  // error: goes on with another program while it holds what bpf_ringbuf_reserve gave it
        slot.submit()
    }
    return .pass
}
