// SPDX-License-Identifier: GPL-2.0-only OR MIT

/// What programs of section `sk_lookup` are called with: a connection or datagram for which the kernel looks for a socket.
///
/// Linux 5.9. `include/uapi/linux/bpf.h`: `struct bpf_sk_lookup`.
@frozen public struct SocketLookupContext: SocketPlace {
    /// Where the description of what came lies.
    public let address: UnsafeMutableRawPointer

    /// Where its addresses lie in the kernel's structure.
    @inline(__always) public static var offsets: SocketPlaceOffsets {
        SocketPlaceOffsets(family: 8, remoteIPv4: 16, localIPv4: 40, remotePort: 36, localPort: 60)
    }

    /// What it is of.
    @inline(__always) public var `protocol`: IPProtocol { IPProtocol(rawValue: UInt8(truncatingIfNeeded: word(12))) }

    /// The other end's port. The kernel has it as two bytes.
    @inline(__always) public var remotePort: UInt16 { UInt16(bigEndian: address.load(fromByteOffset: 36, as: UInt16.self)) }
}
