// SPDX-License-Identifier: GPL-2.0-only OR MIT

/// What becomes of a packet: what programs of traffic control answer, whether of `tc`, `tcx` or `netkit`, which have the same numbers.
///
/// `include/uapi/linux/pkt_cls.h`: `TC_ACT_...`; `bpf.h`: `enum tcx_action_base`; `if_link.h`: `enum netkit_action`. It is no `enum` for the reason that
/// ``XDPAction`` is none.
@frozen public struct TrafficAction: BitwiseCopyable, Equatable, Sendable {
    /// The number that the kernel knows it by.
    public let rawValue: Int32

    /// An action by its number.
    @inline(__always) public init(rawValue: Int32) { self.rawValue = rawValue }

    /// The next program decides; behind the last one, the packet goes on (`TC_ACT_UNSPEC`, `TCX_NEXT`, `NETKIT_NEXT`).
    @inline(__always) public static var next: TrafficAction { TrafficAction(rawValue: -1) }
    /// The packet goes on (`TC_ACT_OK`, `TCX_PASS`, `NETKIT_PASS`).
    @inline(__always) public static var pass: TrafficAction { TrafficAction(rawValue: 0) }
    /// The packet is dropped (`TC_ACT_SHOT`, `TCX_DROP`, `NETKIT_DROP`).
    @inline(__always) public static var drop: TrafficAction { TrafficAction(rawValue: 2) }
    /// The packet goes where `bpf_redirect` has said (`TC_ACT_REDIRECT`, `TCX_REDIRECT`, `NETKIT_REDIRECT`).
    @inline(__always) public static var redirect: TrafficAction { TrafficAction(rawValue: 7) }
}
