// SPDX-License-Identifier: GPL-2.0-only OR MIT

/// The header of IPv4, 20 bytes and options. `include/uapi/linux/ip.h`: `struct iphdr`.
@frozen public struct IPv4Header: BitwiseCopyable, Sendable {
    @usableFromInline var versionAndLength: UInt8
    /// How the packet is served, and whether it met congestion.
    public var typeOfService: UInt8
    @usableFromInline var storedTotalByteCount: UInt16
    @usableFromInline var storedIdentification: UInt16
    @usableFromInline var flagsAndOffset: UInt16
    /// How many more routers the packet may pass.
    public var timeToLive: UInt8
    /// What follows.
    public var `protocol`: IPProtocol
    @usableFromInline var storedChecksum: UInt16
    /// Who has sent the packet.
    public var source: IPv4Address
    /// Whom it is for.
    public var destination: IPv4Address

    /// A header without options, whose checksum is 0.
    @inline(__always)
    public init(`protocol`: IPProtocol, source: IPv4Address, destination: IPv4Address, totalByteCount: UInt16, timeToLive: UInt8 = 64) {
        versionAndLength = 0x45
        typeOfService = 0
        storedTotalByteCount = totalByteCount.bigEndian
        storedIdentification = 0
        flagsAndOffset = 0
        self.timeToLive = timeToLive
        self.protocol = `protocol`
        storedChecksum = 0
        self.source = source
        self.destination = destination
    }

    /// The version, which is 4.
    @inline(__always) public var version: UInt8 { versionAndLength &>> 4 }
    /// How many bytes the header has with its options, from 20 to 60; less where it is damaged.
    @inline(__always) public var byteCount: UInt32 { (UInt32(versionAndLength) & 15) &<< 2 }
    /// How many bytes the packet has, from this header on.
    @inline(__always) public var totalByteCount: UInt16 {
        get { UInt16(bigEndian: storedTotalByteCount) }
        set { storedTotalByteCount = newValue.bigEndian }
    }
    /// What the fragments of a packet have in common.
    @inline(__always) public var identification: UInt16 {
        get { UInt16(bigEndian: storedIdentification) }
        set { storedIdentification = newValue.bigEndian }
    }
    /// Where in its packet a fragment belongs, in bytes. Only where it is 0 does the header of what follows come next.
    @inline(__always) public var fragmentOffset: UInt16 { (UInt16(bigEndian: flagsAndOffset) & 0x1FFF) &<< 3 }
    /// Whether routers must not make fragments of the packet.
    @inline(__always) public var forbidsFragments: Bool { UInt16(bigEndian: flagsAndOffset) & 0x4000 != 0 }
    /// Whether other fragments of the packet come behind this one.
    @inline(__always) public var hasMoreFragments: Bool { UInt16(bigEndian: flagsAndOffset) & 0x2000 != 0 }
    /// Whether the packet is a fragment behind the first one: the header of what follows is in another packet.
    @inline(__always) public var isLaterFragment: Bool { UInt16(bigEndian: flagsAndOffset) & 0x1FFF != 0 }
    /// The checksum of the header.
    @inline(__always) public var checksum: UInt16 {
        get { UInt16(bigEndian: storedChecksum) }
        set { storedChecksum = newValue.bigEndian }
    }
}

extension PacketCursor {
    /// Reads a header of IPv4, and moves on behind its options.
    ///
    /// - Returns: where the header lies; `nil` where the packet ends before it does, or it says that it has less than 20 bytes.
    @inline(__always) public mutating func read(_ type: IPv4Header.Type) -> UnsafeMutablePointer<IPv4Header>? {
        guard let header = peek(as: type) else { return nil }
        let byteCount = header.pointee.byteCount
        guard byteCount >= 20, skip(byteCount) else { return nil }
        return header
    }

    /// What lies here as any structure.
    @inline(__always) @usableFromInline func peek<Header: BitwiseCopyable>(as type: Header.Type) -> UnsafeMutablePointer<Header>? { peek(type) }
}
