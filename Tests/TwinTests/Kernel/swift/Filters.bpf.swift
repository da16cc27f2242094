// SPDX-License-Identifier: GPL-2.0-only OR MIT

import EBPFKernel

// Programs that read packets and do not change them.

@section("cgroup_skb/egress")
func deny_echoes(_ context: CgroupPacketContext) -> CgroupVerdict {
    var packet = context.packet
    guard context.type == .ipv6 else {
        guard context.type == .ipv4, let header = packet.read(IPv4Header.self) else { return .allow }
        return header.pointee.protocol == .icmp ? .deny : .allow
    }
    guard let header = packet.read(IPv6Header.self) else { return .allow }
    return packet.skipExtensions(after: header.pointee.nextHeader) == .icmpv6 ? .deny : .allow
}

@section("socket")
func keep_datagrams(_ context: SocketFilterContext) -> SocketVerdict {
    guard context.type == .ipv4, let header = context.copy(IPv4Header.self, at: 0), header.protocol == .udp,
        let udp = context.copy(UDPHeader.self, at: header.byteCount)
    else { return .drop }
    return udp.destinationPort == 4000 ? .keep : .keep(header.byteCount)
}
