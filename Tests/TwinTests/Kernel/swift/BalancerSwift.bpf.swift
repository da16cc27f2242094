// SPDX-License-Identifier: GPL-2.0-only OR MIT

import EBPFKernel

// Sends what is for one address and port to one of several backends, and all packets of a flow to the same.

let address = Constant<UInt32>(0)
let port = Constant<UInt16>(0)

/// Who sends to the one address and port.
struct Flow: BitwiseCopyable {
    var source: IPv4Address
    var port: UInt16
    var `protocol`: UInt8
    var spare: UInt8 = 0
}

struct Backend: BitwiseCopyable {
    var address: IPv4Address
    var device: MACAddress
    var is_up: Bool
    var packets: UInt64
    var bytes: UInt64
}

/// What is there for packets that nobody can take.
let refused = Variable<UInt64>(0)

let backends = ArrayMap<Backend>(maxEntries: 8)

/// Which backend takes flows that are new, by their hash; user space fills it.
let slots = ArrayMap<UInt32>(maxEntries: 64)

/// Which one has taken a flow: it stays there when the slots are filled anew.
let choices = LRUHashMap<Flow, UInt32>(maxEntries: 1024)

func hash(_ flow: Flow) -> UInt32 {
    var mixed = (flow.source.rawValue.bigEndian ^ (UInt32(flow.port) &<< 16 | UInt32(flow.protocol))) &* 0x9E37_79B1
    mixed = (mixed ^ mixed &>> 15) &* 0x85EB_CA77
    return mixed ^ mixed &>> 13
}

func chosen(_ flow: Flow) -> UnsafeMutablePointer<Backend>? {
    if let kept = choices.lookup(flow), let backend = backends.lookup(kept.pointee), backend.pointee.is_up { return backend }
    guard let number = slots.lookup(hash(flow) % 64), let backend = backends.lookup(number.pointee), backend.pointee.is_up else { return nil }
    choices.update(flow, number.pointee)
    return backend
}

@section("xdp")
func balance(_ context: XDPContext) -> XDPAction {
    var packet = context.packet
    guard let ethernet = packet.read(EthernetHeader.self), ethernet.pointee.type == .ipv4, let header = packet.read(IPv4Header.self),
        header.pointee.destination == IPv4Address(rawValue: address.value), !header.pointee.isLaterFragment
    else { return .pass }
    if header.pointee.protocol != .tcp && header.pointee.protocol != .udp { return .pass }
    // TCP has its ports where UDP has them.
    guard let ports = packet.peek(UDPHeader.self), ports.pointee.destinationPort == port.value else { return .pass }
    let flow = Flow(source: header.pointee.source, port: ports.pointee.sourcePort, protocol: header.pointee.protocol.rawValue)
    guard let backend = chosen(flow) else {
        refused.add(1)
        return .drop
    }
    let (from:before, to:after) = (header.pointee.destination, backend.pointee.address)
    if header.pointee.protocol == .tcp {
        guard let tcp = packet.peek(TCPHeader.self) else { return .pass }
        tcp.pointee.checksum = InternetChecksum.changed(tcp.pointee.checksum, from: before, to: after)
    } else if ports.pointee.checksum != 0 {
        let sum = InternetChecksum.changed(ports.pointee.checksum, from: before, to: after)
        ports.pointee.checksum = sum == 0 ? 0xFFFF : sum
    }
    header.pointee.checksum = InternetChecksum.changed(header.pointee.checksum, from: before, to: after)
    header.pointee.destination = after
    ethernet.pointee.source = ethernet.pointee.destination
    ethernet.pointee.destination = backend.pointee.device
    withUnsafeMutablePointer(to: &backend.pointee.packets) { $0.add(1) }
    withUnsafeMutablePointer(to: &backend.pointee.bytes) { $0.add(UInt64(header.pointee.totalByteCount)) }
    return .transmit
}
