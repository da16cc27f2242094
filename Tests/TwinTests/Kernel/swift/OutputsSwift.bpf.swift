// SPDX-License-Identifier: GPL-2.0-only OR MIT

import EBPFKernel

// Which device a packet leaves by: the last byte of its destination says it, or how it came in.

let devices = DevMap(maxEntries: 8)
let many_devices = DevMapHash(maxEntries: 8)
let known = BloomFilter<MACAddress>(maxEntries: 64)
let strangers = Variable<UInt64>(0)

@section("xdp")
func choose_output(_ context: XDPContext) -> XDPAction {
    var packet = context.packet
    guard let ethernet = packet.read(EthernetHeader.self) else { return .drop }
    let source = ethernet.pointee.source
    if !known.mayContain(source) {
        known.push(source)
        strangers.add(1)
    }
    if ethernet.pointee.destination.isMulticast { return .pass }
    guard let header = packet.read(IPv4Header.self) else { return devices.redirect(7, otherwise: .drop) }
    let host = header.pointee.destination.rawValue
    if host & 1 == 0 { return devices.redirect(host & 15, otherwise: .pass) }
    return many_devices.redirect(host, otherwise: .transmit)
}
