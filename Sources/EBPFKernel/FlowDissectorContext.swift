// SPDX-License-Identifier: GPL-2.0-only OR MIT

/// What programs of section `flow_dissector` are called with: a packet whose flow the kernel wants to know, and room for it.
///
/// Linux 4.20. `include/uapi/linux/bpf.h`: `struct bpf_flow_keys`.
@frozen public struct FlowDissectorContext: ProgramContext {
    /// Where the description of the packet lies.
    public let address: UnsafeMutableRawPointer

    /// The packet, from its header of IP or from ``FlowKeys/networkOffset`` on.
    @inline(__always) public var packet: PacketReader {
        let start = UnsafeMutableRawPointer(bitPattern: UInt(word(76))).unsafelyUnwrapped
        let end = UnsafeMutableRawPointer(bitPattern: UInt(word(80))).unsafelyUnwrapped
        return PacketReader(PacketCursor(start: start, end: end))
    }

    /// What the program fills in.
    @inline(__always) public var keys: UnsafeMutablePointer<FlowKeys> {
        address.load(fromByteOffset: 144, as: UnsafeMutableRawPointer.self).assumingMemoryBound(to: FlowKeys.self)
    }
}

/// What makes a flow: the beginning of the kernel's `struct bpf_flow_keys`, whose ports have the packet's byte order. Linux 4.20.
@frozen public struct FlowKeys: BitwiseCopyable {
    /// Where the network's header begins, in bytes.
    public var networkOffset: UInt16
    /// Where the header of UDP or TCP begins, in bytes.
    public var transportOffset: UInt16
    /// The EtherType of the addresses.
    public var addressType: UInt16
    /// 1 for a fragment.
    public var isFragment: UInt8
    /// 1 for the first of them.
    public var isFirstFragment: UInt8
    /// 1 for a packet within a packet.
    public var isEncapsulated: UInt8
    /// The number of the protocol that IP carries.
    public var ipProtocol: UInt8
    /// The EtherType, as in the packet.
    public var networkType: UInt16
    /// The source port, as in the packet.
    public var sourcePort: UInt16
    /// The destination port, as in the packet.
    public var destinationPort: UInt16
}
