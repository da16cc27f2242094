// SPDX-License-Identifier: GPL-2.0-only OR MIT

/// What programs of sections `cgroup_skb/ingress` and `cgroup_skb/egress` are called with: a packet that a process of the cgroup receives or sends.
///
///     @section("cgroup_skb/egress")
///     func filter(_ context: CgroupPacketContext) -> CgroupVerdict {
///         var packet = context.packet
///         guard context.type == .ipv4, let header = packet.read(IPv4Header.self) else { return .allow }
///         return header.pointee.protocol == .icmp ? .deny : .allow
///     }
///
/// Linux 4.10; the packet's bytes 5.0.
@frozen public struct CgroupPacketContext: PacketContext {
    /// Where the description of the packet lies.
    public let address: UnsafeMutableRawPointer

    /// The packet, from its header of IP on: ``PacketContext/type`` says of which version. Linux 5.0.
    @inline(__always) public var packet: PacketReader { PacketReader(cursor()) }
}
