// SPDX-License-Identifier: GPL-2.0-only OR MIT

import EBPFKernel

/// How many packets of each protocol of IP were dropped, by its number.
let dropped = PerCPUArrayMap<UInt64>(maxEntries: 256)

@section("xdp")
func drop_packets(_ context: XDPContext) -> XDPAction {
    var packet = context.packet
    guard let ethernet = packet.read(EthernetHeader.self) else { return .drop }
    var type = ethernet.pointee.type
    for _ in 0..<2 where type.isVLAN {
        guard let tag = packet.read(VLANTag.self) else { return .drop }
        type = tag.pointee.type
    }
    var content = IPProtocol(rawValue: 0)
    if type == .ipv4 {
        if let header = packet.read(IPv4Header.self) { content = header.pointee.protocol }
    } else if type == .ipv6 {
        if let header = packet.read(IPv6Header.self) { content = header.pointee.nextHeader }
    }
    if let count = dropped.lookup(UInt32(content.rawValue)) { count.pointee &+= 1 }
    return .drop
}
