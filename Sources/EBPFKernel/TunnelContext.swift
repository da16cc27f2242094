// SPDX-License-Identifier: GPL-2.0-only OR MIT

/// What programs of sections `lwt_in`, `lwt_out`, `lwt_xmit` and `lwt_seg6local` are called with: a packet on a route. Linux 4.10.
@frozen public struct TunnelContext: PacketContext {
    /// Where the description of the packet lies.
    public let address: UnsafeMutableRawPointer

    /// The packet, from its header of IP on, as far as its bytes lie in one piece. Only `lwt_xmit` may change them.
    @inline(__always) public var packet: PacketReader { PacketReader(cursor()) }
}
