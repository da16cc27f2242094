// SPDX-License-Identifier: GPL-2.0-only OR MIT
// Mistake: a program takes the context of another kind of program
// Refused by: the kernel-half compiler
// In C: compiles; the verifier: `invalid bpf_context access`, or it reads other fields than are meant

import EBPFKernel

@section("tc")
func takes_a_packet_of_a_device(_ context: XDPContext) -> TrafficAction {  // error: takes XDPContext, and programs of section
    context.receiveQueue == 0 ? .pass : .drop
}
