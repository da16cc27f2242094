// SPDX-License-Identifier: GPL-2.0-only OR MIT

import EBPFKernel

/// How often each name was asked for. Names are as in packets: each part behind a byte that says its length.
let queries = LRUHashMap<CString<64>, UInt64>(maxEntries: 4096)

@section("xdp")
func count_queries(_ context: XDPContext) -> XDPAction {
    var packet = context.packet
    guard let ethernet = packet.read(EthernetHeader.self), ethernet.pointee.type == .ipv4, let header = packet.read(IPv4Header.self),
        header.pointee.protocol == .udp, !header.pointee.isLaterFragment, let udp = packet.read(UDPHeader.self), udp.pointee.destinationPort == 53,
        let message = packet.read(DNSHeader.self), !message.pointee.isResponse, message.pointee.questionCount != 0
    else { return .pass }
    var name = CString<64>()
    for index in 0..<63 {
        guard let byte = packet.read(UInt8.self)?.pointee, byte != 0 else { break }
        name[index] = byte
    }
    if let count = queries.lookup(name) { count.add(1) } else { queries.update(name, 1) }
    return .pass
}
