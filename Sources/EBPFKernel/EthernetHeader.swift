// SPDX-License-Identifier: GPL-2.0-only OR MIT

/// The header of Ethernet, 14 bytes. `include/uapi/linux/if_ether.h`: `struct ethhdr`.
@frozen public struct EthernetHeader: BitwiseCopyable, Sendable {
    /// Whom the packet is for.
    public var destination: MACAddress
    /// Who has sent it.
    public var source: MACAddress
    /// What follows.
    public var type: EtherType

    /// A header of these.
    @inline(__always) public init(destination: MACAddress, source: MACAddress, type: EtherType) {
        self.destination = destination
        self.source = source
        self.type = type
    }
}
