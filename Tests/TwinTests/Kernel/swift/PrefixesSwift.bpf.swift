// SPDX-License-Identifier: GPL-2.0-only OR MIT

import EBPFKernel

// A firewall by networks: the longest one that a packet comes from says what becomes of it.

struct Rule: BitwiseCopyable {
    var action: Int32
    var spare: UInt32 = 0
    var packets: UInt64
}

let networks = LPMTrie<Prefix<IPv4Address>, Rule>(maxEntries: 64)
let networks6 = LPMTrie<Prefix<IPv6Address>, Rule>(maxEntries: 64)

@section("xdp")
func filter_network(_ context: XDPContext) -> XDPAction {
    var packet = context.packet
    guard let ethernet = packet.read(EthernetHeader.self) else { return .pass }
    let rule: UnsafeMutablePointer<Rule>?
    if ethernet.pointee.type == .ipv4 {
        guard let header = packet.read(IPv4Header.self) else { return .pass }
        rule = networks.lookup(header.pointee.source)
    } else if ethernet.pointee.type == .ipv6 {
        guard let header = packet.read(IPv6Header.self) else { return .pass }
        rule = networks6.lookup(header.pointee.source)
    } else {
        return .pass
    }
    guard let rule else { return .pass }
    rule.pointee.packets &+= 1
    return XDPAction(rawValue: rule.pointee.action)
}
