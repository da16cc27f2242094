// SPDX-License-Identifier: GPL-2.0-only OR MIT

import EBPFKernel

/// What an answer says behind Ethernet: the beginning of what was too big behind headers of its own.
struct Answer: BitwiseCopyable {
    var ip: IPv4Header
    var part: Complaint
}

/// What the checksum of ICMP is about.
struct Complaint: BitwiseCopyable {
    var icmp: ICMPHeader
    var cause: IPv4Header
    var beginning: InlineArray<2, UInt32>
}

/// How many bytes a packet of IP may have.
let limit = Constant<UInt16>(600)

let answered = Variable<UInt64>(0)

@section("xdp")
func answer_big_packets(_ context: XDPContext) -> XDPAction {
    var packet = context.packet
    guard let ethernet = packet.read(EthernetHeader.self), ethernet.pointee.type == .ipv4, let header = packet.read(IPv4Header.self),
        header.pointee.byteCount == 20, header.pointee.totalByteCount > limit.value
    else { return .pass }
    let asked = ethernet.pointee
    let (source, destination) = (header.pointee.source, header.pointee.destination)

    // Ethernet, IP and 8 bytes are left; in front of them comes room for IP and ICMP.
    guard context.moveEnd(by: 42 &- Int32(bitPattern: context.byteCount)), context.moveStart(by: -28) else { return .drop }
    packet = context.packet
    guard let front = packet.read(EthernetHeader.self), let answer = packet.read(Answer.self) else { return .drop }
    front.pointee = EthernetHeader(destination: asked.source, source: asked.destination, type: .ipv4)
    answer.pointee.ip = IPv4Header(protocol: .icmp, source: destination, destination: source, totalByteCount: 56)
    // The packet must be in fragments; the number of the echo's place says how large they may be.
    answer.pointee.part.icmp = ICMPHeader(type: 3, code: 4, sequence: limit.value)
    var sum = InternetChecksum()
    sum.add(answer.pointer(to: \.ip).unsafelyUnwrapped)
    answer.pointee.ip.checksum = sum.value
    sum = InternetChecksum()
    sum.add(answer.pointer(to: \.part).unsafelyUnwrapped)
    answer.pointee.part.icmp.checksum = sum.value
    answered.add(1)
    return .transmit
}
