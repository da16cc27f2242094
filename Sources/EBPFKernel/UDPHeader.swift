// SPDX-License-Identifier: GPL-2.0-only OR MIT

/// The header of UDP, 8 bytes. `include/uapi/linux/udp.h`: `struct udphdr`.
@frozen public struct UDPHeader: BitwiseCopyable, Sendable {
    @usableFromInline var storedSourcePort: UInt16
    @usableFromInline var storedDestinationPort: UInt16
    @usableFromInline var storedByteCount: UInt16
    @usableFromInline var storedChecksum: UInt16

    /// A header whose checksum is 0, which means that there is none.
    @inline(__always) public init(sourcePort: UInt16, destinationPort: UInt16, byteCount: UInt16) {
        storedSourcePort = sourcePort.bigEndian
        storedDestinationPort = destinationPort.bigEndian
        storedByteCount = byteCount.bigEndian
        storedChecksum = 0
    }

    /// The port of who has sent the datagram.
    @inline(__always) public var sourcePort: UInt16 {
        get { UInt16(bigEndian: storedSourcePort) }
        set { storedSourcePort = newValue.bigEndian }
    }
    /// The port of whom it is for.
    @inline(__always) public var destinationPort: UInt16 {
        get { UInt16(bigEndian: storedDestinationPort) }
        set { storedDestinationPort = newValue.bigEndian }
    }
    /// How many bytes the datagram has, with this header.
    @inline(__always) public var byteCount: UInt16 {
        get { UInt16(bigEndian: storedByteCount) }
        set { storedByteCount = newValue.bigEndian }
    }
    /// The checksum of header and data; 0 where there is none.
    @inline(__always) public var checksum: UInt16 {
        get { UInt16(bigEndian: storedChecksum) }
        set { storedChecksum = newValue.bigEndian }
    }
}
