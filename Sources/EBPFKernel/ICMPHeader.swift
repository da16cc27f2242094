// SPDX-License-Identifier: GPL-2.0-only OR MIT

/// The header of ICMP, of IPv4 and IPv6, 8 bytes. `include/uapi/linux/icmp.h` and `icmpv6.h`: `struct icmphdr`, `struct icmp6hdr`.
@frozen public struct ICMPHeader: BitwiseCopyable, Sendable {
    /// What it is about: of IPv4, 8 asks for an echo and 0 is one; of IPv6, 128 and 129.
    public var type: UInt8
    /// More of that.
    public var code: UInt8
    @usableFromInline var storedChecksum: UInt16
    @usableFromInline var storedIdentifier: UInt16
    @usableFromInline var storedSequence: UInt16

    /// A header of an echo, whose checksum is 0.
    @inline(__always) public init(type: UInt8, code: UInt8 = 0, identifier: UInt16 = 0, sequence: UInt16 = 0) {
        self.type = type
        self.code = code
        storedChecksum = 0
        storedIdentifier = identifier.bigEndian
        storedSequence = sequence.bigEndian
    }

    /// The checksum of header and data.
    @inline(__always) public var checksum: UInt16 {
        get { UInt16(bigEndian: storedChecksum) }
        set { storedChecksum = newValue.bigEndian }
    }
    /// Of echoes: who asks.
    @inline(__always) public var identifier: UInt16 { UInt16(bigEndian: storedIdentifier) }
    /// Of echoes: the number of the question.
    @inline(__always) public var sequence: UInt16 { UInt16(bigEndian: storedSequence) }
}
