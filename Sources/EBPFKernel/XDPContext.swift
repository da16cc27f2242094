// SPDX-License-Identifier: GPL-2.0-only OR MIT

/// What programs of section `xdp` are called with: a packet as a device has received it, before the kernel makes anything of it.
///
///     @section("xdp")
///     func filter(_ context: XDPContext) -> XDPAction {
///         var packet = context.packet
///         guard let ethernet = packet.read(EthernetHeader.self) else { return .pass }
///         return ethernet.pointee.type == .arp ? .drop : .pass
///     }
///
/// Linux 4.8. `include/uapi/linux/bpf.h`: `struct xdp_md`.
@frozen public struct XDPContext: ProgramContext {
    /// Where the description of the packet lies.
    public let address: UnsafeMutableRawPointer

    /// The packet, from its first byte on. Its bytes may be changed.
    @inline(__always) public var packet: PacketCursor { PacketCursor(start: place(0), end: place(4)) }

    /// The device that has received the packet, by its index. Linux 4.16.
    @inline(__always) public var ingressInterface: UInt32 { word(12) }

    /// The queue of the device that the packet came through. Linux 4.16.
    @inline(__always) public var receiveQueue: UInt32 { word(16) }

    /// A field that stands for a pointer: read as 32 bits, which the verifier makes a read of the pointer.
    @inline(__always) @usableFromInline func place(_ offset: Int) -> UnsafeMutableRawPointer {
        UnsafeMutableRawPointer(bitPattern: UInt(word(offset))).unsafelyUnwrapped
    }
}
