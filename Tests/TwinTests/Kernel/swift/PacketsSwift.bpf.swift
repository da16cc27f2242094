// SPDX-License-Identifier: GPL-2.0-only OR MIT

import EBPFKernel

// Drops UDP to one port, through VLAN tags and the extensions of IPv6, and counts packets by what they are about.

let port = Constant<UInt16>(0)

let protocols = PerCPUArrayMap<UInt64>(maxEntries: 256)

@section("xdp")
func filter_packet(_ context: XDPContext) -> XDPAction {
    var packet = context.packet
    guard let ethernet = packet.read(EthernetHeader.self) else { return .pass }
    var type = ethernet.pointee.type
    for _ in 0..<2 where type.isVLAN {
        guard let tag = packet.read(VLANTag.self) else { return .pass }
        type = tag.pointee.type
    }
    let content: IPProtocol
    if type == .ipv4 {
        guard let header = packet.read(IPv4Header.self), !header.pointee.isLaterFragment else { return .pass }
        content = header.pointee.protocol
    } else if type == .ipv6 {
        guard let header = packet.read(IPv6Header.self), let last = packet.skipExtensions(after: header.pointee.nextHeader) else { return .pass }
        content = last
    } else {
        return .pass
    }
    if let count = protocols.lookup(UInt32(content.rawValue)) { count.pointee &+= 1 }
    guard content == .udp, let udp = packet.read(UDPHeader.self) else { return .pass }
    return udp.pointee.destinationPort == port.value ? .drop : .pass
}
