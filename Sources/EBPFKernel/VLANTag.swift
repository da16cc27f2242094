// SPDX-License-Identifier: GPL-2.0-only OR MIT

/// A VLAN tag, 4 bytes, as it follows an ``EtherType`` that says so. `include/linux/if_vlan.h`: `struct vlan_hdr`.
///
/// Many devices take the tag out of a packet before XDP and traffic control see it, and the kernel keeps it beside the packet.
@frozen public struct VLANTag: BitwiseCopyable, Sendable {
    @usableFromInline var control: UInt16
    /// What follows.
    public var type: EtherType

    /// A tag of these.
    ///
    /// - Parameters:
    ///   - id: the number of the VLAN, of which 12 bits count.
    ///   - priority: from 0 to 7.
    @inline(__always) public init(id: UInt16, priority: UInt8 = 0, type: EtherType) {
        control = (id & 0xFFF | UInt16(priority & 7) &<< 13).bigEndian
        self.type = type
    }

    /// The number of the VLAN.
    @inline(__always) public var id: UInt16 { UInt16(bigEndian: control) & 0xFFF }
    /// How urgent the packet is, from 0 to 7.
    @inline(__always) public var priority: UInt8 { UInt8(truncatingIfNeeded: UInt16(bigEndian: control) &>> 13) }
}
