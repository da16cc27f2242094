// SPDX-License-Identifier: GPL-2.0-only OR MIT
// Mistake: a packet is changed that may only be read
// Refused by: Swift
// In C: compiles; the verifier: `cannot write into packet`

import EBPFKernel

@section("lwt_in")
func lives_longer(_ context: TunnelContext) -> TunnelAction {
    var packet = context.packet
    guard let header = packet.read(IPv4Header.self) else { return .proceed }
    header.pointee.timeToLive = 64  // error: cannot assign to property: 'pointee' is a get-only property
    return .proceed
}
