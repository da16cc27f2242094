// SPDX-License-Identifier: GPL-2.0-only OR MIT

import CEBPFHelpers

/// What programs of sections `sk_skb/stream_parser`, `sk_skb/stream_verdict` and `sk_skb/verdict` are called with: what a socket of a map has received.
/// Linux 4.14.
@frozen public struct StreamContext: PacketContext {
    /// Where the description of the data lies.
    public let address: UnsafeMutableRawPointer

    /// The data, as far as its bytes lie in one piece: ``pull(_:)`` sees to it that they do.
    @inline(__always) public var packet: PacketCursor { cursor() }

    /// Puts the beginning of the data into one piece, where it can be read. What was read of it before is refused by the verifier then.
    ///
    /// - Parameter byteCount: how many bytes.
    /// - Returns: whether it is done.
    @inline(__always) public func pull(_ byteCount: UInt32) -> Bool { bpf_skb_pull_data(address, byteCount) == 0 }

    /// The other side's port.
    @inline(__always) public var remotePort: UInt16 { UInt16(truncatingIfNeeded: word(132).byteSwapped) }
    /// The port of this machine.
    @inline(__always) public var localPort: UInt16 { UInt16(truncatingIfNeeded: word(136)) }
}
