// SPDX-License-Identifier: GPL-2.0-only OR MIT

/// An address of IPv6, 16 bytes.
@frozen public struct IPv6Address: BitwiseCopyable, Hashable, Sendable {
    // As it lies in the packet: in pieces of 4 bytes, since a header of IPv6 begins at a multiple of those.
    @usableFromInline let words: (UInt32, UInt32, UInt32, UInt32)

    @inline(__always) @usableFromInline init(words: (UInt32, UInt32, UInt32, UInt32)) { self.words = words }

    /// An address by its groups of 16 bits, in the order in which they are written.
    @inline(__always)
    public init(_ a: UInt16, _ b: UInt16, _ c: UInt16, _ d: UInt16, _ e: UInt16, _ f: UInt16, _ g: UInt16, _ h: UInt16) {
        words = (Self.word(a, b), Self.word(c, d), Self.word(e, f), Self.word(g, h))
    }

    @inline(__always) @usableFromInline static func word(_ high: UInt16, _ low: UInt16) -> UInt32 { (UInt32(high) &<< 16 | UInt32(low)).bigEndian }

    /// The first 64 bits: the network.
    @inline(__always) public var network: UInt64 { UInt64(UInt32(bigEndian: words.0)) &<< 32 | UInt64(UInt32(bigEndian: words.1)) }
    /// The last 64 bits: the interface.
    @inline(__always) public var interface: UInt64 { UInt64(UInt32(bigEndian: words.2)) &<< 32 | UInt64(UInt32(bigEndian: words.3)) }

    /// Whether both are the same.
    @inline(__always) public static func == (left: IPv6Address, right: IPv6Address) -> Bool {
        left.words.0 == right.words.0 && left.words.1 == right.words.1 && left.words.2 == right.words.2 && left.words.3 == right.words.3
    }

    /// For sets and dictionaries of user space.
    @inline(__always) public func hash(into hasher: inout Hasher) {
        hasher.combine(network)
        hasher.combine(interface)
    }
}
