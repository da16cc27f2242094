// SPDX-License-Identifier: GPL-2.0-only OR MIT

/// What becomes of what a socket is to get: what programs of sections `sk_msg`, `sk_skb`, `sk_lookup` and `sk_reuseport` answer.
///
/// `include/uapi/linux/bpf.h`: `enum sk_action`. Linux 4.14.
@frozen public struct StreamVerdict: BitwiseCopyable, Equatable, Sendable {
    /// The number that the kernel knows it by.
    public let rawValue: Int32

    /// A verdict by its number.
    @inline(__always) public init(rawValue: Int32) { self.rawValue = rawValue }

    /// It is dropped (`SK_DROP`).
    @inline(__always) public static var drop: StreamVerdict { StreamVerdict(rawValue: 0) }
    /// It goes on, or where the program has sent it (`SK_PASS`).
    @inline(__always) public static var pass: StreamVerdict { StreamVerdict(rawValue: 1) }
}
