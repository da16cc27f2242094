// SPDX-License-Identifier: GPL-2.0-only OR MIT

/// What follows a header of Ethernet or a VLAN tag. `include/uapi/linux/if_ether.h`: `ETH_P_...`.
@frozen public struct EtherType: BitwiseCopyable, Hashable, Sendable {
    /// As it lies in the packet: so comparing needs no swapping of bytes.
    @usableFromInline let storage: UInt16

    /// A type by its number.
    @inline(__always) public init(rawValue: UInt16) { storage = rawValue.bigEndian }

    /// The number, such as 0x0800.
    @inline(__always) public var rawValue: UInt16 { UInt16(bigEndian: storage) }

    /// IPv4.
    @inline(__always) public static var ipv4: EtherType { EtherType(rawValue: 0x0800) }
    /// The question for the address of a device, and its answer.
    @inline(__always) public static var arp: EtherType { EtherType(rawValue: 0x0806) }
    /// A VLAN tag (802.1Q).
    @inline(__always) public static var vlan: EtherType { EtherType(rawValue: 0x8100) }
    /// IPv6.
    @inline(__always) public static var ipv6: EtherType { EtherType(rawValue: 0x86DD) }
    /// The outer one of two VLAN tags (802.1ad).
    @inline(__always) public static var serviceVLAN: EtherType { EtherType(rawValue: 0x88A8) }

    /// Whether a ``VLANTag`` follows.
    @inline(__always) public var isVLAN: Bool { self == .vlan || self == .serviceVLAN }
}
