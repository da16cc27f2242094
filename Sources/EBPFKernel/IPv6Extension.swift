// SPDX-License-Identifier: GPL-2.0-only OR MIT

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
        for _ in 0..<6 {
            if current == .fragment {
                guard let fragment = read(IPv6Fragment.self) else { return nil }
                if fragment.pointee.isLaterFragment { return .fragment }
                current = fragment.pointee.nextHeader
            } else if current == .hopByHop || current == .routing || current == .destinationOptions {
                guard let part = peek(IPv6Extension.self), skip((UInt32(part.pointee.length) &+ 1) &<< 3) else { return nil }
                current = part.pointee.nextHeader
            } else if current == .authentication {
                guard let part = peek(IPv6Extension.self), skip((UInt32(part.pointee.length) &+ 2) &<< 2) else { return nil }
                current = part.pointee.nextHeader
            } else {
                return current
            }
        }
        return nil
    }
}
