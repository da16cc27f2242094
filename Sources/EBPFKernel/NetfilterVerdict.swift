// SPDX-License-Identifier: GPL-2.0-only OR MIT

/// What becomes of a packet: what programs of section `netfilter` answer. `include/uapi/linux/netfilter.h`. Linux 6.4.
@frozen public struct NetfilterVerdict: BitwiseCopyable, Equatable, Sendable {
    /// The number that the kernel knows it by.
    public let rawValue: Int32

    /// A verdict by its number.
    @inline(__always) public init(rawValue: Int32) { self.rawValue = rawValue }

    /// The packet is dropped (`NF_DROP`).
    @inline(__always) public static var drop: NetfilterVerdict { NetfilterVerdict(rawValue: 0) }
    /// The next hook sees the packet (`NF_ACCEPT`).
    @inline(__always) public static var accept: NetfilterVerdict { NetfilterVerdict(rawValue: 1) }
}
