// SPDX-License-Identifier: GPL-2.0-only OR MIT
// Mistake: a map keeps pointers
// Refused by: the kernel-half compiler
// In C: compiles; the verifier: `invalid mem access 'scalar'`, where it is read through

import EBPFKernel

let headers = HashMap<UInt32, UnsafeMutablePointer<IPv4Header>>(maxEntries: 3)  // error: 'headers' keeps pointers (UnsafeMutablePointer) as its value

@section("xdp")
func keeps(_ context: XDPContext) -> XDPAction {
    var packet = context.packet
    guard packet.read(EthernetHeader.self) != nil, let header = packet.read(IPv4Header.self) else { return .pass }
    headers.update(1, header)
    return .pass
}
