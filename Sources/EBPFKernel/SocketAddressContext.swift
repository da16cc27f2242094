// SPDX-License-Identifier: GPL-2.0-only OR MIT

/// What programs of the sections `cgroup/bind4`, `cgroup/connect4`, `cgroup/sendmsg4`, `cgroup/recvmsg4`, `cgroup/getpeername4` and
/// `cgroup/getsockname4` are called with: an address of IPv4 that a socket of the cgroup uses, which the program may change.
///
///     @section("cgroup/connect4")
///     func redirect(_ context: IPv4SocketAddressContext) -> CgroupVerdict {
///         if context.port == 53 { context.ipAddress = IPv4Address(127, 0, 0, 1) }
///         return .allow
///     }
///
/// Linux 4.17; `sendmsg4` 4.18, `recvmsg4` 5.2, the last two 5.8. `include/uapi/linux/bpf.h`: `struct bpf_sock_addr`.
@frozen public struct IPv4SocketAddressContext: SocketAddressContext {
    /// Where the description lies.
    public let address: UnsafeMutableRawPointer

    /// The address.
    @inline(__always) public var ipAddress: IPv4Address {
        get { IPv4Address(rawValue: UInt32(bigEndian: word(4))) }
        nonmutating set { set(4, newValue.rawValue.bigEndian) }
    }
}

/// What programs of the sections `cgroup/bind6`, `cgroup/connect6`, `cgroup/sendmsg6`, `cgroup/recvmsg6`, `cgroup/getpeername6` and
/// `cgroup/getsockname6` are called with: an address of IPv6 that a socket of the cgroup uses, which the program may change.
///
/// Linux 4.17; `sendmsg6` 4.18, `recvmsg6` 5.2, the last two 5.8.
@frozen public struct IPv6SocketAddressContext: SocketAddressContext {
    /// Where the description lies.
    public let address: UnsafeMutableRawPointer

    /// The address.
    @inline(__always) public var ipAddress: IPv6Address {
        get { IPv6Address(words: (word(8), word(12), word(16), word(20))) }
        nonmutating set {
            set(8, newValue.words.0)
            set(12, newValue.words.1)
            set(16, newValue.words.2)
            set(20, newValue.words.3)
        }
    }
}

/// What programs of the sections `cgroup/connect_unix`, `cgroup/sendmsg_unix`, `cgroup/recvmsg_unix`, `cgroup/getpeername_unix` and
/// `cgroup/getsockname_unix` are called with: an address of the machine's own sockets that a socket of the cgroup uses. Linux 6.7.
@frozen public struct UnixSocketAddressContext: SocketAddressContext {
    /// Where the description lies.
    public let address: UnsafeMutableRawPointer
}

/// What the programs have in common that are told of addresses.
public protocol SocketAddressContext: ProgramContext {}

extension SocketAddressContext {
    /// The family of the socket: 1 for those of the machine itself, 2 for IPv4, 10 for IPv6.
    @inline(__always) public var family: UInt32 { word(28) }
    /// 1 for a stream, 2 for datagrams (`SOCK_STREAM`, `SOCK_DGRAM`).
    @inline(__always) public var type: UInt32 { word(32) }
    /// What it is of.
    @inline(__always) public var `protocol`: IPProtocol { IPProtocol(rawValue: UInt8(truncatingIfNeeded: word(36))) }
}

extension SocketAddressContext {
    @inline(__always) @usableFromInline var portNumber: UInt16 {
        get { UInt16(truncatingIfNeeded: word(24)).byteSwapped }
        nonmutating set { set(24, UInt32(newValue.byteSwapped)) }
    }
}

extension IPv4SocketAddressContext {
    /// The port.
    @inline(__always) public var port: UInt16 {
        get { portNumber }
        nonmutating set { portNumber = newValue }
    }
}

extension IPv6SocketAddressContext {
    /// The port.
    @inline(__always) public var port: UInt16 {
        get { portNumber }
        nonmutating set { portNumber = newValue }
    }
}
