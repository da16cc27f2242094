// SPDX-License-Identifier: GPL-2.0-only OR MIT

/// What becomes of a packet on a route: what programs of sections `lwt_in`, `lwt_out`, `lwt_xmit` and `lwt_seg6local` answer, and those of
/// `flow_dissector`. `include/uapi/linux/bpf.h`: `enum bpf_ret_code`. Linux 4.10.
@frozen public struct TunnelAction: BitwiseCopyable, Equatable, Sendable {
    /// The number that the kernel knows it by.
    public let rawValue: Int32

    /// An action by its number.
    @inline(__always) public init(rawValue: Int32) { self.rawValue = rawValue }

    /// The packet goes on; a flow was taken apart (`BPF_OK`).
    @inline(__always) public static var proceed: TunnelAction { TunnelAction(rawValue: 0) }
    /// The packet is dropped; a flow was not understood (`BPF_DROP`).
    @inline(__always) public static var drop: TunnelAction { TunnelAction(rawValue: 2) }
    /// The packet goes where `bpf_redirect` has said; `lwt_xmit` alone (`BPF_REDIRECT`).
    @inline(__always) public static var redirect: TunnelAction { TunnelAction(rawValue: 7) }
    /// The route is looked for again, since the packet's header was changed; `lwt_in` and `lwt_xmit` (`BPF_LWT_REROUTE`). Linux 5.1.
    @inline(__always) public static var reroute: TunnelAction { TunnelAction(rawValue: 128) }
    /// The kernel takes the flow apart itself; `flow_dissector` alone (`BPF_FLOW_DISSECTOR_CONTINUE`). Linux 6.1.
    @inline(__always) public static var useKernelDissector: TunnelAction { TunnelAction(rawValue: 129) }
}
