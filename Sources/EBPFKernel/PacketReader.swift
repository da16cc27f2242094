// SPDX-License-Identifier: GPL-2.0-only OR MIT

/// A ``PacketCursor`` over a packet that a program may read and not change.
@frozen public struct PacketReader: BitwiseCopyable {
    @usableFromInline var cursor: PacketCursor

    @inline(__always) @usableFromInline init(_ cursor: PacketCursor) { self.cursor = cursor }

    /// Reads a header, and moves on behind it: ``PacketCursor/read(_:)``.
    @inline(__always) public mutating func read<Header: BitwiseCopyable>(_ type: Header.Type) -> UnsafePointer<Header>? {
        cursor.read(type).map { UnsafePointer($0) }
    }

    /// Reads a header of IPv4, and moves on behind its options.
    @inline(__always) public mutating func read(_ type: IPv4Header.Type) -> UnsafePointer<IPv4Header>? { cursor.read(type).map { UnsafePointer($0) } }

    /// Reads a header of TCP, and moves on behind its options.
    @inline(__always) public mutating func read(_ type: TCPHeader.Type) -> UnsafePointer<TCPHeader>? { cursor.read(type).map { UnsafePointer($0) } }

    /// Looks at what the next read answers, and stays where it is.
    @inline(__always) public func peek<Header: BitwiseCopyable>(_ type: Header.Type) -> UnsafePointer<Header>? {
        cursor.peek(type).map { UnsafePointer($0) }
    }

    /// Moves on over bytes that nobody reads: ``PacketCursor/skip(_:)``.
    @inline(__always) public mutating func skip(_ byteCount: UInt32) -> Bool { cursor.skip(byteCount) }

    /// Moves on over the extensions of IPv6: ``PacketCursor/skipExtensions(after:)``.
    @inline(__always) public mutating func skipExtensions(after first: IPProtocol) -> IPProtocol? { cursor.skipExtensions(after: first) }
}
