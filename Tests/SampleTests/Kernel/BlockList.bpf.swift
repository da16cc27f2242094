// SPDX-License-Identifier: GPL-2.0-only OR MIT

import EBPFKernel

/// Whose packets are dropped, and how many were: user space adds the addresses.
let blocked = HashMap<IPv4Address, UInt64>(maxEntries: 10_240)

@section("xdp")
func block_addresses(_ context: XDPContext) -> XDPAction {
    var packet = context.packet
    guard let ethernet = packet.read(EthernetHeader.self), ethernet.pointee.type == .ipv4, let header = packet.read(IPv4Header.self),
        let count = blocked.lookup(header.pointee.source)
    else { return .pass }
    count.add(1)
    return .drop
}
