// SPDX-License-Identifier: GPL-2.0-only OR MIT

/// The header of TCP, 20 bytes and options. `include/uapi/linux/tcp.h`: `struct tcphdr`.
@frozen public struct TCPHeader: BitwiseCopyable, Sendable {
    @usableFromInline var storedSourcePort: UInt16
    @usableFromInline var storedDestinationPort: UInt16
    @usableFromInline var storedSequence: UInt32
    @usableFromInline var storedAcknowledgement: UInt32
    @usableFromInline var length: UInt8
    /// What the segment is for.
    public var flags: TCPFlags
    @usableFromInline var storedWindow: UInt16
    @usableFromInline var storedChecksum: UInt16
    @usableFromInline var storedUrgent: UInt16

    /// A header without options, whose checksum is 0.
    @inline(__always) public init(sourcePort: UInt16, destinationPort: UInt16, flags: TCPFlags, sequence: UInt32 = 0, acknowledgement: UInt32 = 0) {
        storedSourcePort = sourcePort.bigEndian
        storedDestinationPort = destinationPort.bigEndian
        storedSequence = sequence.bigEndian
        storedAcknowledgement = acknowledgement.bigEndian
        length = 0x50
        self.flags = flags
        storedWindow = UInt16(1024).bigEndian
        storedChecksum = 0
        storedUrgent = 0
    }

    /// The port of who has sent the segment.
    @inline(__always) public var sourcePort: UInt16 {
        get { UInt16(bigEndian: storedSourcePort) }
        set { storedSourcePort = newValue.bigEndian }
    }
    /// The port of whom it is for.
    @inline(__always) public var destinationPort: UInt16 {
        get { UInt16(bigEndian: storedDestinationPort) }
        set { storedDestinationPort = newValue.bigEndian }
    }
    /// The number of the first byte of data.
    @inline(__always) public var sequence: UInt32 { UInt32(bigEndian: storedSequence) }
    /// The number of the byte that is expected next.
    @inline(__always) public var acknowledgement: UInt32 { UInt32(bigEndian: storedAcknowledgement) }
    /// How many bytes the header has with its options, from 20 to 60; less where it is damaged.
    @inline(__always) public var byteCount: UInt32 { UInt32(length &>> 4) &<< 2 }
    /// How many bytes may be sent before they are acknowledged, in units that the connection has agreed upon.
    @inline(__always) public var window: UInt16 { UInt16(bigEndian: storedWindow) }
    /// The checksum of header and data.
    @inline(__always) public var checksum: UInt16 {
        get { UInt16(bigEndian: storedChecksum) }
        set { storedChecksum = newValue.bigEndian }
    }
}

extension PacketCursor {
    /// Reads a header of TCP, and moves on behind its options.
    ///
    /// - Returns: where the header lies; `nil` where the packet ends before it does, or it says that it has less than 20 bytes.
    @inline(__always) public mutating func read(_ type: TCPHeader.Type) -> UnsafeMutablePointer<TCPHeader>? {
        guard let header = peek(as: type) else { return nil }
        let byteCount = header.pointee.byteCount
        guard byteCount >= 20, skip(byteCount) else { return nil }
        return header
    }
}
