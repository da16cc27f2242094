// SPDX-License-Identifier: GPL-2.0-only OR MIT

import CEBPFHelpers

/// What programs of section `sk_msg` are called with: what a process sends on a socket of a map.
///
/// Linux 4.17. `include/uapi/linux/bpf.h`: `struct sk_msg_md`.
@frozen public struct MessageContext: SocketPlace {
    /// Where the description of the message lies.
    public let address: UnsafeMutableRawPointer

    /// Where its addresses lie in the kernel's structure.
    @inline(__always) public static var offsets: SocketPlaceOffsets {
        SocketPlaceOffsets(family: 16, remoteIPv4: 20, localIPv4: 24, remotePort: 60, localPort: 64)
    }

    /// The bytes that may be read and changed; those of `sendfile` cannot until ``pull(from:to:)`` has them.
    @inline(__always) public var data: PacketCursor {
        PacketCursor(
            start: address.load(as: UnsafeMutableRawPointer.self), end: address.load(fromByteOffset: 8, as: UnsafeMutableRawPointer.self))
    }

    /// How many bytes are sent. Linux 4.20.
    @inline(__always) public var byteCount: UInt32 { word(68) }

    /// Makes bytes of the message readable. What was read before is refused by the verifier then.
    ///
    /// - Returns: whether it is done.
    @inline(__always) public func pull(from start: UInt32, to end: UInt32) -> Bool { bpf_msg_pull_data(address, start, end, 0) == 0 }

    /// The verdict counts for so many bytes, and the program is called again for what comes after them.
    @inline(__always) public func apply(_ byteCount: UInt32) -> Bool { bpf_msg_apply_bytes(address, byteCount) == 0 }

    /// The program is called again when so many bytes are there.
    @inline(__always) public func cork(_ byteCount: UInt32) -> Bool { bpf_msg_cork_bytes(address, byteCount) == 0 }
}
