// SPDX-License-Identifier: GPL-2.0-only OR MIT

/// What programs of section `sk_reuseport` are called with: a connection or datagram for one of several sockets that share a port.
///
/// Linux 4.19. `include/uapi/linux/bpf.h`: `struct sk_reuseport_md`.
@frozen public struct ReuseportContext: ProgramContext {
    /// Where the description of what came lies.
    public let address: UnsafeMutableRawPointer

    /// The packet, from its header of UDP or TCP on.
    @inline(__always) public var packet: PacketReader {
        PacketReader(
            PacketCursor(
                start: address.load(as: UnsafeMutableRawPointer.self), end: address.load(fromByteOffset: 8, as: UnsafeMutableRawPointer.self)))
    }

    /// How many bytes there are, the header's among them.
    @inline(__always) public var byteCount: UInt32 { word(16) }
    /// A number that is the same for all packets of a connection: what the kernel chooses by.
    @inline(__always) public var hash: UInt32 { word(32) }
}
