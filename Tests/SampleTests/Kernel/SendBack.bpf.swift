// SPDX-License-Identifier: GPL-2.0-only OR MIT

import EBPFKernel

let sentBack = Variable<UInt64>(0)

@section("xdp")
func send_back(_ context: XDPContext) -> XDPAction {
    var packet = context.packet
    guard let ethernet = packet.read(EthernetHeader.self), ethernet.pointee.type == .ipv4, let header = packet.read(IPv4Header.self),
        header.pointee.protocol == .udp
    else { return .pass }
    let sender = ethernet.pointee.source
    ethernet.pointee.source = ethernet.pointee.destination
    ethernet.pointee.destination = sender
    sentBack.add(1)
    return .transmit
}
