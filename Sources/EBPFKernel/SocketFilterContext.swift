// SPDX-License-Identifier: GPL-2.0-only OR MIT

import CEBPFHelpers

/// What programs of section `socket` are called with: a packet that a socket receives.
///
///     @section("socket")
///     func filter(_ context: SocketFilterContext) -> SocketVerdict {
///         guard let header = context.copy(UDPHeader.self, at: 0) else { return .drop }
///         return header.sourcePort == 53 ? .keep : .drop
///     }
///
/// Linux 3.19.
@frozen public struct SocketFilterContext: PacketContext {
    /// Where the description of the packet lies.
    public let address: UnsafeMutableRawPointer

    /// Copies a header out of the packet: these programs do not reach its bytes where they lie.
    ///
    /// - Parameters:
    ///   - type: the header, as in ``PacketCursor/read(_:)``.
    ///   - offset: where it begins, in bytes: from the header of the socket's own protocol on for one of UDP or TCP, from Ethernet's for one that
    ///     receives all packets (`AF_PACKET`).
    /// - Returns: the header; `nil` where the packet ends before it does. Linux 4.5.
    @inline(__always) public func copy<Header: BitwiseCopyable>(_ type: Header.Type, at offset: UInt32) -> Header? {
        withUnsafeTemporaryAllocation(byteCount: MemoryLayout<Header>.size, alignment: MemoryLayout<Header>.alignment) { room in
            let place = room.baseAddress.unsafelyUnwrapped
            guard bpf_skb_load_bytes(address, offset, place, UInt32(truncatingIfNeeded: MemoryLayout<Header>.size)) == 0 else { return nil }
            return place.load(as: Header.self)
        }
    }
}
