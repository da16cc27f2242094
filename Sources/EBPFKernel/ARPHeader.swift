// SPDX-License-Identifier: GPL-2.0-only OR MIT

/// A question for the Ethernet address of an IPv4 address, or its answer, 28 bytes (RFC 826). `include/uapi/linux/if_arp.h`: `struct arphdr`.
@frozen public struct ARPHeader: BitwiseCopyable, Sendable {
    @usableFromInline let hardware: UInt16
    /// What kind of addresses is asked for: ``EtherType/ipv4``.
    public let network: EtherType
    @usableFromInline let lengths: UInt16
    @usableFromInline let storedOperation: UInt16
    /// The Ethernet address of who sends it.
    public var senderHardware: MACAddress
    // The addresses of IPv4 lie at even places, and not at multiples of four.
    @usableFromInline let sender: (UInt16, UInt16)
    /// The Ethernet address of whom it is for; zeros in a question.
    public var targetHardware: MACAddress
    @usableFromInline let target: (UInt16, UInt16)

    /// 1 asks, 2 answers.
    @inline(__always) public var operation: UInt16 { UInt16(bigEndian: storedOperation) }
    /// The address of who sends it.
    @inline(__always) public var senderAddress: IPv4Address { Self.address(sender) }
    /// The address that is asked for.
    @inline(__always) public var targetAddress: IPv4Address { Self.address(target) }

    @inline(__always) @usableFromInline static func address(_ halves: (UInt16, UInt16)) -> IPv4Address {
        IPv4Address(rawValue: UInt32(UInt16(bigEndian: halves.0)) &<< 16 | UInt32(UInt16(bigEndian: halves.1)))
    }
}
