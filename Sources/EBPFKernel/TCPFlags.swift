// SPDX-License-Identifier: GPL-2.0-only OR MIT

/// What a segment of TCP is for. `include/net/tcp.h`: `TCPHDR_...`.
@frozen public struct TCPFlags: OptionSet, BitwiseCopyable, Sendable {
    /// The bits.
    public let rawValue: UInt8

    /// Flags by their bits.
    @inline(__always) public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// The sender has nothing more to send.
    @inline(__always) public static var fin: TCPFlags { TCPFlags(rawValue: 1) }
    /// A connection begins.
    @inline(__always) public static var syn: TCPFlags { TCPFlags(rawValue: 2) }
    /// The connection is broken off.
    @inline(__always) public static var rst: TCPFlags { TCPFlags(rawValue: 4) }
    /// The data is to be handed on at once.
    @inline(__always) public static var psh: TCPFlags { TCPFlags(rawValue: 8) }
    /// ``TCPHeader/acknowledgement`` counts.
    @inline(__always) public static var ack: TCPFlags { TCPFlags(rawValue: 16) }
    /// A part of the data is urgent.
    @inline(__always) public static var urg: TCPFlags { TCPFlags(rawValue: 32) }
}
