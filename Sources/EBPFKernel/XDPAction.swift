// SPDX-License-Identifier: GPL-2.0-only OR MIT

/// What becomes of a packet: what programs of section `xdp` answer.
///
/// It is no `enum`, since Swift keeps one of those as a byte, and the kernel looks at 32 bits. `include/uapi/linux/bpf.h`: `enum xdp_action`. Linux 4.8.
@frozen public struct XDPAction: BitwiseCopyable, Equatable, Sendable {
    /// The number that the kernel knows it by.
    public let rawValue: Int32

    /// An action by its number.
    @inline(__always) public init(rawValue: Int32) { self.rawValue = rawValue }

    /// The packet is dropped, and the tracepoint `xdp:xdp_exception` tells of it (`XDP_ABORTED`).
    @inline(__always) public static var aborted: XDPAction { XDPAction(rawValue: 0) }
    /// The packet is dropped (`XDP_DROP`).
    @inline(__always) public static var drop: XDPAction { XDPAction(rawValue: 1) }
    /// The kernel takes the packet (`XDP_PASS`).
    @inline(__always) public static var pass: XDPAction { XDPAction(rawValue: 2) }
    /// The packet goes out of the device that received it (`XDP_TX`).
    @inline(__always) public static var transmit: XDPAction { XDPAction(rawValue: 3) }
    /// The packet goes where `bpf_redirect` has said (`XDP_REDIRECT`). Linux 4.14.
    @inline(__always) public static var redirect: XDPAction { XDPAction(rawValue: 4) }
}
