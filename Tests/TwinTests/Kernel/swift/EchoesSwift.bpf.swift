// SPDX-License-Identifier: GPL-2.0-only OR MIT

import EBPFKernel

// Makes an answer of what asks for an echo, in the packet itself.

let answered = Variable<UInt64>(0)

@section("tc")
func answer_echo(_ context: TrafficContext) -> TrafficAction {
    var packet = context.packet
    guard let ethernet = packet.read(EthernetHeader.self), ethernet.pointee.type == .ipv4, let header = packet.read(IPv4Header.self),
        header.pointee.protocol == .icmp, !header.pointee.isLaterFragment, let echo = packet.read(ICMPHeader.self), echo.pointee.type == 8
    else { return .next }
    let asker = ethernet.pointee.source
    ethernet.pointee.source = ethernet.pointee.destination
    ethernet.pointee.destination = asker
    let address = header.pointee.source
    header.pointee.source = header.pointee.destination
    header.pointee.destination = address
    echo.pointee.type = 0
    // The checksum is the complement of a sum to which the type has added 0x0800.
    let sum = UInt32(echo.pointee.checksum) &+ 0x0800
    echo.pointee.checksum = UInt16(truncatingIfNeeded: sum &+ sum &>> 16)
    context.setMark(8)
    answered.add(1)
    return .pass
}
