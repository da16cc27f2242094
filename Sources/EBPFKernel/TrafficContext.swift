// SPDX-License-Identifier: GPL-2.0-only OR MIT

import CEBPFHelpers

/// What programs of traffic control are called with, those of sections `tc`, `tcx/ingress`, `tcx/egress`, `netkit/primary` and `netkit/peer`: a packet
/// on its way in or out.
///
///     @section("tcx/ingress")
///     func filter(_ context: TrafficContext) -> TrafficAction {
///         var packet = context.packet
///         guard let ethernet = packet.read(EthernetHeader.self) else { return .pass }
///         return ethernet.pointee.type == .arp ? .drop : .pass
///     }
///
/// Linux 4.7 (`tc`, with direct access to packets), 6.6 (`tcx`), 6.7 (`netkit`).
@frozen public struct TrafficContext: PacketContext {
    /// Where the description of the packet lies.
    public let address: UnsafeMutableRawPointer

    /// The packet, from its header of Ethernet on, as far as its bytes lie in one piece: the headers do as a rule, and ``pull(_:)`` sees to it that they
    /// do. Its bytes may be changed.
    @inline(__always) public var packet: PacketCursor { cursor() }

    /// Puts the beginning of the packet into one piece, where it can be read. What was read of it before is refused by the verifier then.
    ///
    /// - Parameter byteCount: how many bytes; 0 for as many as lie there.
    /// - Returns: whether it is done. Linux 4.9.
    @inline(__always) public func pull(_ byteCount: UInt32) -> Bool { bpf_skb_pull_data(address, byteCount) == 0 }

    /// Sets the ``PacketContext/mark`` of the packet. Linux 4.1.
    @inline(__always) public func setMark(_ mark: UInt32) {
        // The verifier takes a store of the whole field only.
        set(8, mark)
    }
}
