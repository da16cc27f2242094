// SPDX-License-Identifier: GPL-2.0-only OR MIT

import CEBPFHelpers

/// A context whose program may look sockets up: those of `xdp`, `tc` and `cgroup_skb`.
public protocol SocketLookup: ProgramContext {}

extension XDPContext: SocketLookup {}
extension TrafficContext: SocketLookup {}
extension CgroupPacketContext: SocketLookup {}

/// Both ends of a connection, by which a socket is looked up: ``IPv4Ends`` or ``IPv6Ends``.
public protocol ConnectionEnds: BitwiseCopyable {}

/// Both ends of a connection over IPv4, as packets to a socket name them.
///
/// `include/uapi/linux/bpf.h`: `struct bpf_sock_tuple`.
@frozen public struct IPv4Ends: ConnectionEnds, Sendable {
    /// From where packets come to the socket.
    public var source: IPv4Address
    /// The socket's own address.
    public var destination: IPv4Address
    @usableFromInline var sourcePortInPacket: UInt16
    @usableFromInline var destinationPortInPacket: UInt16

    /// Both ends. Ports are numbers of the machine's byte order.
    @inline(__always)
    public init(source: IPv4Address, sourcePort: UInt16, destination: IPv4Address, destinationPort: UInt16) {
        self.source = source
        self.destination = destination
        sourcePortInPacket = sourcePort.bigEndian
        destinationPortInPacket = destinationPort.bigEndian
    }
}

/// Both ends of a connection over IPv6, as packets to a socket name them.
///
/// `include/uapi/linux/bpf.h`: `struct bpf_sock_tuple`.
@frozen public struct IPv6Ends: ConnectionEnds, Sendable {
    /// From where packets come to the socket.
    public var source: IPv6Address
    /// The socket's own address.
    public var destination: IPv6Address
    @usableFromInline var sourcePortInPacket: UInt16
    @usableFromInline var destinationPortInPacket: UInt16

    /// Both ends. Ports are numbers of the machine's byte order.
    @inline(__always)
    public init(source: IPv6Address, sourcePort: UInt16, destination: IPv6Address, destinationPort: UInt16) {
        self.source = source
        self.destination = destination
        sourcePortInPacket = sourcePort.bigEndian
        destinationPortInPacket = destinationPort.bigEndian
    }
}

extension SocketLookup {
    /// The socket of TCP that gets packets of a connection, or listens for it; `nil` where there is none. Linux 4.20 (`cgroup_skb` 5.0).
    @inline(__always) public func tcpSocket<Ends: ConnectionEnds>(_ ends: Ends) -> OwnedSocket? {
        OwnedSocket(withZeroedCopy(of: ends) { bpf_sk_lookup_tcp(address, $0, UInt32(truncatingIfNeeded: MemoryLayout<Ends>.size), ~0, 0) })
    }

    /// The socket of UDP that gets packets of a connection; `nil` where there is none. Linux 4.20 (`cgroup_skb` 5.0).
    @inline(__always) public func udpSocket<Ends: ConnectionEnds>(_ ends: Ends) -> OwnedSocket? {
        OwnedSocket(withZeroedCopy(of: ends) { bpf_sk_lookup_udp(address, $0, UInt32(truncatingIfNeeded: MemoryLayout<Ends>.size), ~0, 0) })
    }

    /// The connection of TCP as far as the kernel knows of it, also one that is only being made, or over; a socket that listens for it where there is none
    /// yet; `nil` where there is neither. Linux 5.2.
    @inline(__always) public func tcpConnection<Ends: ConnectionEnds>(_ ends: Ends) -> OwnedConnection? {
        OwnedConnection(withZeroedCopy(of: ends) { bpf_skc_lookup_tcp(address, $0, UInt32(truncatingIfNeeded: MemoryLayout<Ends>.size), ~0, 0) })
    }
}

/// A socket that was looked up, and cannot go away while it is held. It is given back at the end of its scope.
///
///     if let socket = context.tcpSocket(ends) { isListening = socket.state == .listen }
///
/// `include/uapi/linux/bpf.h`: `struct bpf_sock`.
@frozen public struct OwnedSocket: ~Copyable {
    @usableFromInline let socket: UnsafeMutableRawPointer

    @inline(__always) @usableFromInline init?(_ socket: UnsafeMutableRawPointer?) {
        guard let socket else { return nil }
        self.socket = socket
    }

    /// Gives it back now.
    @inline(__always) public consuming func release() {}

    /// The family of addresses: 2 for IPv4, 10 for IPv6 (`AF_INET`, `AF_INET6`). Linux 4.20.
    @inline(__always) public var family: UInt32 { word(4) }
    /// `IPPROTO_TCP` and the like. Linux 4.20.
    @inline(__always) public var `protocol`: IPProtocol { IPProtocol(rawValue: UInt8(truncatingIfNeeded: word(12))) }
    /// The mark that its packets get. Linux 4.20.
    @inline(__always) public var mark: UInt32 { word(16) }
    /// Its own port. Linux 5.1.
    @inline(__always) public var port: UInt16 { UInt16(truncatingIfNeeded: word(44)) }
    /// How far its connection is. Linux 5.1.
    @inline(__always) public var state: TCPState { TCPState(rawValue: word(72)) }

    /// What the verifier makes a read of the kernel's own field.
    @inline(__always) @usableFromInline func word(_ offset: Int) -> UInt32 { socket.load(fromByteOffset: offset, as: UInt32.self) }

    @inline(__always) deinit { _ = bpf_sk_release(socket) }
}

/// A connection that was looked up, which may be less than a socket: one that waits for the third packet (``TCPState/synReceived``), or is over
/// (``TCPState/timeWait``). It is given back at the end of its scope. Linux 5.2.
///
/// `include/uapi/linux/bpf.h`: `struct bpf_sock`; `net/core/filter.c`: `bpf_sock_common_is_valid_access`.
@frozen public struct OwnedConnection: ~Copyable {
    @usableFromInline let socket: UnsafeMutableRawPointer

    @inline(__always) @usableFromInline init?(_ socket: UnsafeMutableRawPointer?) {
        guard let socket else { return nil }
        self.socket = socket
    }

    /// Gives it back now.
    @inline(__always) public consuming func release() {}

    /// The family of addresses: 2 for IPv4, 10 for IPv6 (`AF_INET`, `AF_INET6`).
    @inline(__always) public var family: UInt32 { socket.load(fromByteOffset: 4, as: UInt32.self) }
    /// Its own port.
    @inline(__always) public var port: UInt16 { UInt16(truncatingIfNeeded: socket.load(fromByteOffset: 44, as: UInt32.self)) }
    /// How far it is.
    @inline(__always) public var state: TCPState { TCPState(rawValue: socket.load(fromByteOffset: 72, as: UInt32.self)) }

    @inline(__always) deinit { _ = bpf_sk_release(socket) }
}

/// How far a connection of TCP is: `enum` of `include/net/tcp_states.h`.
@frozen public struct TCPState: BitwiseCopyable, Hashable, Sendable {
    /// The kernel's number.
    public let rawValue: UInt32
    /// A state by its number.
    @inline(__always) public init(rawValue: UInt32) { self.rawValue = rawValue }
    /// `TCP_ESTABLISHED`.
    @inline(__always) public static var established: TCPState { TCPState(rawValue: 1) }
    /// `TCP_SYN_SENT`.
    @inline(__always) public static var synSent: TCPState { TCPState(rawValue: 2) }
    /// `TCP_SYN_RECV`.
    @inline(__always) public static var synReceived: TCPState { TCPState(rawValue: 3) }
    /// `TCP_TIME_WAIT`.
    @inline(__always) public static var timeWait: TCPState { TCPState(rawValue: 6) }
    /// `TCP_CLOSE`.
    @inline(__always) public static var closed: TCPState { TCPState(rawValue: 7) }
    /// `TCP_LISTEN`.
    @inline(__always) public static var listen: TCPState { TCPState(rawValue: 10) }
    /// Whether both are the same.
    @inline(__always) public static func == (left: TCPState, right: TCPState) -> Bool { left.rawValue == right.rawValue }
}
