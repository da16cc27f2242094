// SPDX-License-Identifier: GPL-2.0-only OR MIT

/// The extension of IPv6 that makes a packet a fragment, 8 bytes (RFC 8200, section 4.5). `include/net/ipv6.h`: `struct frag_hdr`.
@frozen public struct IPv6Fragment: BitwiseCopyable, Sendable {
    /// What follows.
    public var nextHeader: IPProtocol
    @usableFromInline let reserved: UInt8
    @usableFromInline var storedOffset: UInt16
    @usableFromInline var storedIdentification: UInt32

    /// Where in its packet the fragment belongs, in bytes.
    @inline(__always) public var offset: UInt16 { UInt16(bigEndian: storedOffset) & 0xFFF8 }
    /// Whether other fragments of the packet come behind this one.
    @inline(__always) public var hasMoreFragments: Bool { UInt16(bigEndian: storedOffset) & 1 != 0 }
    /// Whether the packet is a fragment behind the first one: the header of what follows is in another packet.
    @inline(__always) public var isLaterFragment: Bool { UInt16(bigEndian: storedOffset) & 0xFFF8 != 0 }
    /// What the fragments of a packet have in common.
    @inline(__always) public var identification: UInt32 { UInt32(bigEndian: storedIdentification) }
}
