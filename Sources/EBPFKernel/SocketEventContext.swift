// SPDX-License-Identifier: GPL-2.0-only OR MIT

import CEBPFHelpers

/// What programs of section `sockops` are called with: something that happens to a TCP socket of the cgroup, or that the kernel wants to know for one.
///
///     @section("sockops")
///     func watch(_ context: SocketEventContext) -> CgroupVerdict {
///         if context.event == .activeEstablished { established.add(1) }
///         return .allow
///     }
///
/// Linux 4.13. `include/uapi/linux/bpf.h`: `struct bpf_sock_ops`.
@frozen public struct SocketEventContext: SocketPlace {
    /// Where the description of the socket lies.
    public let address: UnsafeMutableRawPointer

    /// Where its addresses lie in the kernel's structure.
    @inline(__always) public static var offsets: SocketPlaceOffsets {
        SocketPlaceOffsets(family: 20, remoteIPv4: 24, localIPv4: 28, remotePort: 64, localPort: 68)
    }

    /// What happens.
    @inline(__always) public var event: SocketEvent { SocketEvent(rawValue: word(0)) }

    /// What the event is about, from 0 to 3: for ``SocketEvent/stateChanged``, the state before and after it.
    @inline(__always) public func argument(_ index: Int) -> UInt32 { word(4 &+ (index & 3) &* 4) }

    /// Answers what the kernel wants to know; -1 leaves it to the kernel.
    @inline(__always) public func reply(_ value: Int32) { (address + 4).assumingMemoryBound(to: Int32.self).pointee = value }

    /// Chooses which further events the program is told of for this socket: `BPF_SOCK_OPS_..._CB_FLAG`. Linux 4.16.
    @inline(__always) public func listen(for flags: Int32) -> Bool { bpf_sock_ops_cb_flags_set(address, flags) == 0 }
}

/// What happens to a TCP socket. `include/uapi/linux/bpf.h`: `BPF_SOCK_OPS_...`.
@frozen public struct SocketEvent: BitwiseCopyable, Equatable, Sendable {
    /// The number that the kernel knows it by.
    public let rawValue: UInt32

    /// An event by its number.
    @inline(__always) public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// The kernel asks for the time before a SYN is sent again (`TIMEOUT_INIT`).
    @inline(__always) public static var initialTimeout: SocketEvent { SocketEvent(rawValue: 1) }
    /// The kernel asks for the first receive window (`RWND_INIT`).
    @inline(__always) public static var initialWindow: SocketEvent { SocketEvent(rawValue: 2) }
    /// A connection is begun (`TCP_CONNECT_CB`).
    @inline(__always) public static var connecting: SocketEvent { SocketEvent(rawValue: 3) }
    /// A connection stands that this machine began (`ACTIVE_ESTABLISHED_CB`).
    @inline(__always) public static var activeEstablished: SocketEvent { SocketEvent(rawValue: 4) }
    /// A connection stands that the other side began (`PASSIVE_ESTABLISHED_CB`).
    @inline(__always) public static var passiveEstablished: SocketEvent { SocketEvent(rawValue: 5) }
    /// A segment is sent again after a time (`RTO_CB`); told of where it was asked for. Linux 4.16.
    @inline(__always) public static var retransmissionTimeout: SocketEvent { SocketEvent(rawValue: 8) }
    /// The connection's state changes (`STATE_CB`); told of where it was asked for. Linux 4.16.
    @inline(__always) public static var stateChanged: SocketEvent { SocketEvent(rawValue: 10) }
    /// A socket listens (`TCP_LISTEN_CB`). Linux 4.19.
    @inline(__always) public static var listening: SocketEvent { SocketEvent(rawValue: 11) }
}
