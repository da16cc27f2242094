// SPDX-License-Identifier: GPL-2.0-only OR MIT

/// What follows a header of IP. The numbers: `include/uapi/linux/in.h` and `in6.h`, `IPPROTO_...`.
@frozen public struct IPProtocol: BitwiseCopyable, Hashable, Sendable {
    /// The number.
    public let rawValue: UInt8

    /// A protocol by its number.
    @inline(__always) public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// ICMP of IPv4.
    @inline(__always) public static var icmp: IPProtocol { IPProtocol(rawValue: 1) }
    /// TCP.
    @inline(__always) public static var tcp: IPProtocol { IPProtocol(rawValue: 6) }
    /// UDP.
    @inline(__always) public static var udp: IPProtocol { IPProtocol(rawValue: 17) }
    /// ICMP of IPv6.
    @inline(__always) public static var icmpv6: IPProtocol { IPProtocol(rawValue: 58) }

    /// An extension of IPv6 that each router looks at.
    @inline(__always) public static var hopByHop: IPProtocol { IPProtocol(rawValue: 0) }
    /// An extension of IPv6 with the routers on the way.
    @inline(__always) public static var routing: IPProtocol { IPProtocol(rawValue: 43) }
    /// An extension of IPv6: a part of a packet follows.
    @inline(__always) public static var fragment: IPProtocol { IPProtocol(rawValue: 44) }
    /// An extension of IP that says who has sent the packet.
    @inline(__always) public static var authentication: IPProtocol { IPProtocol(rawValue: 51) }
    /// An extension of IPv6 for the receiver.
    @inline(__always) public static var destinationOptions: IPProtocol { IPProtocol(rawValue: 60) }
}
