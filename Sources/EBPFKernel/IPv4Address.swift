// SPDX-License-Identifier: GPL-2.0-only OR MIT

/// An address of IPv4, 4 bytes.
@frozen public struct IPv4Address: BitwiseCopyable, Hashable, Sendable {
    // As it lies in the packet.
    @usableFromInline let storage: UInt32

    /// An address by its number: 0x7F000001 is 127.0.0.1.
    @inline(__always) public init(rawValue: UInt32) { storage = rawValue.bigEndian }

    /// An address by its bytes, in the order in which they are written.
    @inline(__always) public init(_ a: UInt8, _ b: UInt8, _ c: UInt8, _ d: UInt8) {
        self.init(rawValue: UInt32(a) &<< 24 | UInt32(b) &<< 16 | UInt32(c) &<< 8 | UInt32(d))
    }

    /// The number: 0x7F000001 for 127.0.0.1.
    @inline(__always) public var rawValue: UInt32 { UInt32(bigEndian: storage) }
}
