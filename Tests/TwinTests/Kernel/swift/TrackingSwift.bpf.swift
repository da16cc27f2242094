// SPDX-License-Identifier: GPL-2.0-only OR MIT

import EBPFKernel

// Follows connections of TCP, and drops what belongs to none.

/// The two ends, addresses and ports, the lower one first: both directions have the same.
struct Ends: BitwiseCopyable {
    var low: UInt64
    var high: UInt64
}

/// How far a connection has come. Numbers, since user space reads them.
enum State {
    static var asked: UInt32 { 0 }
    static var answered: UInt32 { 1 }
    static var established: UInt32 { 2 }
    static var closing: UInt32 { 3 }
}

struct Connection: BitwiseCopyable {
    var state: UInt32
    /// Whether the higher end has opened it, and which ends have nothing more to send: 1 is who has opened it, 2 the other.
    var is_from_high: Bool
    var finished: UInt8 = 0
    var spare: UInt16 = 0
    var sent: UInt64
    var received: UInt64 = 0
    var bytes: UInt64
}

let strays = Variable<UInt64>(0)
let opened = Variable<UInt64>(0)
let closed = Variable<UInt64>(0)

let connections = LRUHashMap<Ends, Connection>(maxEntries: 1024)

func end(_ address: IPv4Address, _ port: UInt16) -> UInt64 { UInt64(address.rawValue) &<< 16 | UInt64(port) }

func begin(_ ends: Ends, isFromHigh: Bool, bytes: UInt64) {
    connections.update(ends, Connection(state: State.asked, is_from_high: isFromHigh, sent: 1, bytes: bytes))
    opened.add(1)
}

func close(_ ends: Ends) {
    connections.remove(ends)
    closed.add(1)
}

@section("xdp")
func track(_ context: XDPContext) -> XDPAction {
    var packet = context.packet
    guard let ethernet = packet.read(EthernetHeader.self), ethernet.pointee.type == .ipv4, let header = packet.read(IPv4Header.self),
        header.pointee.protocol == .tcp, !header.pointee.isLaterFragment, let tcp = packet.peek(TCPHeader.self)
    else { return .pass }
    let source = end(header.pointee.source, tcp.pointee.sourcePort)
    let destination = end(header.pointee.destination, tcp.pointee.destinationPort)
    let isFromHigh = source > destination
    let ends = isFromHigh ? Ends(low: destination, high: source) : Ends(low: source, high: destination)
    let flags = tcp.pointee.flags
    let bytes = UInt64(header.pointee.totalByteCount)
    let found = connections.lookup(ends)
    if flags.intersection([.syn, .ack]) == .syn, found == nil || found?.pointee.state == State.closing {
        begin(ends, isFromHigh: isFromHigh, bytes: bytes)
        return .pass
    }
    guard let connection = found else {
        strays.add(1)
        return .drop
    }
    let isFromOpener = connection.pointee.is_from_high == isFromHigh
    if isFromOpener {
        withUnsafeMutablePointer(to: &connection.pointee.sent) { $0.add(1) }
    } else {
        withUnsafeMutablePointer(to: &connection.pointee.received) { $0.add(1) }
    }
    withUnsafeMutablePointer(to: &connection.pointee.bytes) { $0.add(bytes) }
    if flags.contains(.rst) {
        close(ends)
        return .pass
    }
    let state = connection.pointee.state
    if flags.contains(.fin) {
        connection.pointee.state = State.closing
        connection.pointee.finished |= isFromOpener ? 1 : 2
    } else if state == State.asked, !isFromOpener, flags.isSuperset(of: [.syn, .ack]) {
        connection.pointee.state = State.answered
    } else if state == State.answered, isFromOpener, flags.contains(.ack) {
        connection.pointee.state = State.established
    } else if connection.pointee.finished == 3, flags.contains(.ack) {
        // What acknowledges the second end.
        close(ends)
    }
    return .pass
}
