// SPDX-License-Identifier: GPL-2.0-only OR MIT
// Mistake: a program ends by an exception while it holds a reservation
// Refused by: the kernel-half compiler
// In C: compiles; the verifier: `bpf_throw would lead to reference leak`

import EBPFKernel

let records = RingBuffer<UInt64>(byteCount: 4096)

@section("xdp")
func ends(_ context: XDPContext) -> XDPAction {
    guard let slot = records.reserve() else { return .pass }
    if context.byteCount > 100 { endProgram(answering: 1) }  // error: ends the program while it holds what bpf_ringbuf_reserve gave it
    slot.submit()
    return .pass
}
