// SPDX-License-Identifier: GPL-2.0-only OR MIT

/// What programs of sections `cgroup/sock_create`, `cgroup/sock_release`, `cgroup/post_bind4` and `cgroup/post_bind6` are called with: a socket of a
/// process of the cgroup.
///
/// Linux 4.10; `post_bind` 4.17, `sock_release` 5.9. `include/uapi/linux/bpf.h`: `struct bpf_sock`.
@frozen public struct CgroupSocketContext: ProgramContext {
    /// Where the description of the socket lies.
    public let address: UnsafeMutableRawPointer

    /// The family of addresses: 2 for IPv4, 10 for IPv6.
    @inline(__always) public var family: UInt32 { word(4) }
    /// 1 for a stream, 2 for datagrams, 3 for raw packets (`SOCK_STREAM` and its like).
    @inline(__always) public var type: UInt32 { word(8) }
    /// What it is of.
    @inline(__always) public var `protocol`: IPProtocol { IPProtocol(rawValue: UInt8(truncatingIfNeeded: word(12))) }
    /// The mark that its packets get; in programs of `cgroup/sock_create` and `cgroup/sock_release` alone, which may set it.
    @inline(__always) public var mark: UInt32 {
        get { word(16) }
        nonmutating set { set(16, newValue) }
    }
    /// The priority that its packets get; in programs of `cgroup/sock_create` and `cgroup/sock_release` alone, which may set it.
    @inline(__always) public var priority: UInt32 {
        get { word(20) }
        nonmutating set { set(20, newValue) }
    }
    /// The device that it is bound to, by its index; in programs of `cgroup/sock_create` and `cgroup/sock_release` alone, which may set it.
    @inline(__always) public var boundInterface: UInt32 {
        get { word(0) }
        nonmutating set { set(0, newValue) }
    }
    /// The address that it was bound to; in programs of `cgroup/post_bind4` alone. Linux 4.17.
    @inline(__always) public var sourceIPv4: IPv4Address { IPv4Address(rawValue: UInt32(bigEndian: word(24))) }
    /// The port that it was bound to; in programs of `cgroup/post_bind4` and `cgroup/post_bind6`. Linux 4.17.
    @inline(__always) public var sourcePort: UInt16 { UInt16(truncatingIfNeeded: word(44)) }
}
