// SPDX-License-Identifier: GPL-2.0-only OR MIT

/// What becomes of a packet that a socket receives: what programs of section `socket` answer, the number of bytes that are kept of it.
@frozen public struct SocketVerdict: BitwiseCopyable, Equatable, Sendable {
    /// The number that the kernel knows it by.
    public let rawValue: Int32

    /// A verdict by its number.
    @inline(__always) public init(rawValue: Int32) { self.rawValue = rawValue }

    /// The socket does not get the packet.
    @inline(__always) public static var drop: SocketVerdict { SocketVerdict(rawValue: 0) }
    /// The socket gets the packet.
    @inline(__always) public static var keep: SocketVerdict { SocketVerdict(rawValue: -1) }
    /// The socket gets the beginning of the packet; 0 bytes are none of it.
    @inline(__always) public static func keep(_ byteCount: UInt32) -> SocketVerdict { SocketVerdict(rawValue: Int32(bitPattern: byteCount)) }
}
