// SPDX-License-Identifier: GPL-2.0-only OR MIT

import EBPFKernel

// A chain of programs, each of which goes on with the next one: by what a packet is, and as often as its time to live says.

let steps = ProgramArray<4, XDPContext>([.init(take_ipv4), .none, .none, .init(turn)])
let entered = Variable<UInt64>(0)
let left = Variable<UInt32>(0)
let missed = Variable<UInt64>(0)

@section("xdp")
func begin_chain(_ context: XDPContext) -> XDPAction {
    var packet = context.packet
    guard let ethernet = packet.read(EthernetHeader.self) else { return .pass }
    entered.add(1)
    let next: UInt32 =
        switch ethernet.pointee.type {
        case .ipv4: 0
        case .ipv6: 1
        case .arp: 2
        default: 7
        }
    steps.call(next, context)
    missed.add(1)
    return .pass
}

@section("xdp")
func take_ipv4(_ context: XDPContext) -> XDPAction {
    var packet = context.packet
    guard packet.read(EthernetHeader.self) != nil, let header = packet.read(IPv4Header.self) else { return .pass }
    left.value = UInt32(header.pointee.timeToLive)
    steps.call(3, context)
    return .pass
}

@section("xdp")
func turn(_ context: XDPContext) -> XDPAction {
    if left.value == 0 { return .transmit }
    left.value &-= 1
    steps.call(3, context)
    return .drop
}
