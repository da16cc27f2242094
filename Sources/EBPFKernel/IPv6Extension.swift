// SPDX-License-Identifier: GPL-2.0-only OR MIT

import CEBPFHelpers

/// The beginning of an extension of IPv6 (RFC 8200, section 4), 2 bytes. `include/uapi/linux/ipv6.h`: `struct ipv6_opt_hdr`.
@frozen public struct IPv6Extension: BitwiseCopyable, Sendable {
    /// What follows the extension.
    public var nextHeader: IPProtocol
    /// How long the extension is, in a measure that depends on its kind.
    public var length: UInt8

    /// An extension of these.
    @inline(__always) public init(nextHeader: IPProtocol, length: UInt8) {
        self.nextHeader = nextHeader
        self.length = length
    }
}

extension PacketCursor {
    /// Moves on over the extensions of IPv6, of which it takes up to six.
    ///
    /// - Parameter first: what follows the header: ``IPv6Header/nextHeader``.
    /// - Returns: what comes then. ``IPProtocol/fragment`` where that is a later fragment of a packet, which begins with no header; `nil` where
    ///   the packet ends before its extensions do, or has more of them: the cursor is then somewhere among them.
    @inline(__always) public mutating func skipExtensions(after first: IPProtocol) -> IPProtocol? {
        var current = first
        var left = ebpf_opaque_number(6)
        while left > 0 {
            left &-= 1
            if current == .fragment {
                guard let fragment = read(IPv6Fragment.self) else { return nil }
                if fragment.pointee.isLaterFragment { return .fragment }
                current = fragment.pointee.nextHeader
                continue
            }
            let isAuthentication = current == .authentication
            guard isAuthentication || current == .hopByHop || current == .routing || current == .destinationOptions else { return current }
            guard let part = peek(IPv6Extension.self) else { return nil }
            // One way for all kinds, since the verifier follows each way through each turn.
            let length = UInt32(part.pointee.length)
            current = part.pointee.nextHeader
            guard skip(isAuthentication ? (length &+ 2) &<< 2 : (length &+ 1) &<< 3) else { return nil }
        }
        return nil
    }
}
