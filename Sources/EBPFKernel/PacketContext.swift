// SPDX-License-Identifier: GPL-2.0-only OR MIT

/// What the kernel says of a packet beside its bytes, to programs that get one as a buffer of the network stack: ``TrafficContext``,
/// ``CgroupPacketContext`` and ``SocketFilterContext``.
///
/// `include/uapi/linux/bpf.h`: `struct __sk_buff`, of which these are the fields that all of them may read.
public protocol PacketContext: ProgramContext {}

extension PacketContext {
    /// How many bytes the packet has, also those that lie apart from its beginning. Linux 4.1.
    @inline(__always) public var byteCount: UInt32 { word(0) }

    /// A mark that parts of the kernel leave for one another. Linux 4.1.
    @inline(__always) public var mark: UInt32 { word(8) }

    /// What the packet is: what Ethernet would say, also where there is no header of that. Linux 4.1.
    @inline(__always) public var type: EtherType {
        // The upper half is zero; the lower one is as in the packet.
        EtherType(rawValue: UInt16(bigEndian: UInt16(truncatingIfNeeded: word(16))))
    }

    /// The device that has received the packet, by its index; 0 where it was made here. Linux 4.1.
    @inline(__always) public var ingressInterface: UInt32 { word(36) }

    /// The device that has the packet now, by its index. Linux 4.1.
    @inline(__always) public var interface: UInt32 { word(40) }

    /// A field that stands for a pointer: read as 32 bits, which the verifier makes a read of the pointer.
    @inline(__always) @usableFromInline func cursor() -> PacketCursor {
        let start = UnsafeMutableRawPointer(bitPattern: UInt(word(76))).unsafelyUnwrapped
        let end = UnsafeMutableRawPointer(bitPattern: UInt(word(80))).unsafelyUnwrapped
        return PacketCursor(start: start, end: end)
    }
}
