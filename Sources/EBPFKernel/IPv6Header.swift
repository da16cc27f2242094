// SPDX-License-Identifier: GPL-2.0-only OR MIT

/// The header of IPv6, 40 bytes, behind which extensions may come. `include/uapi/linux/ipv6.h`: `struct ipv6hdr`.
@frozen public struct IPv6Header: BitwiseCopyable, Sendable {
    @usableFromInline var versionAndFlow: UInt32
    @usableFromInline var storedPayloadByteCount: UInt16
    /// What follows: an extension, or what the packet is about. ``PacketCursor/skipExtensions(after:)`` goes on from here.
    public var nextHeader: IPProtocol
    /// How many more routers the packet may pass.
    public var hopLimit: UInt8
    /// Who has sent the packet.
    public var source: IPv6Address
    /// Whom it is for.
    public var destination: IPv6Address

    /// A header of these.
    @inline(__always)
    public init(nextHeader: IPProtocol, source: IPv6Address, destination: IPv6Address, payloadByteCount: UInt16, hopLimit: UInt8 = 64) {
        versionAndFlow = UInt32(0x6000_0000).bigEndian
        storedPayloadByteCount = payloadByteCount.bigEndian
        self.nextHeader = nextHeader
        self.hopLimit = hopLimit
        self.source = source
        self.destination = destination
    }

    /// The version, which is 6.
    @inline(__always) public var version: UInt8 { UInt8(truncatingIfNeeded: UInt32(bigEndian: versionAndFlow) &>> 28) }
    /// How the packet is served, and whether it met congestion.
    @inline(__always) public var trafficClass: UInt8 { UInt8(truncatingIfNeeded: UInt32(bigEndian: versionAndFlow) &>> 20) }
    /// What the packets of a flow have in common, 20 bits.
    @inline(__always) public var flowLabel: UInt32 { UInt32(bigEndian: versionAndFlow) & 0xF_FFFF }
    /// How many bytes come behind this header, with its extensions.
    @inline(__always) public var payloadByteCount: UInt16 {
        get { UInt16(bigEndian: storedPayloadByteCount) }
        set { storedPayloadByteCount = newValue.bigEndian }
    }
}
