// SPDX-License-Identifier: GPL-2.0-only OR MIT
// Mistake: a header is read that was found before the packet was moved
// Refused by: the verifier
// In C: compiles; the verifier: `R7 invalid mem access 'scalar'`

import EBPFKernel

@section("xdp")
func strips(_ context: XDPContext) -> XDPAction {
    var packet = context.packet
    guard let ethernet = packet.read(EthernetHeader.self) else { return .pass }
    guard context.moveStart(by: 4) else { return .pass }
    return ethernet.pointee.type == .ipv4 ? .pass : .drop  // verifier: led into the packet before bpf_xdp_adjust_head
}
