// SPDX-License-Identifier: GPL-2.0-only OR MIT

/// What programs of section `cgroup/setsockopt` are called with: an option that a process of the cgroup sets, which the program may change.
///
/// Linux 5.3. `include/uapi/linux/bpf.h`: `struct bpf_sockopt`; `Documentation/bpf/prog_cgroup_sockopt.rst`.
@frozen public struct SetSocketOptionContext: SocketOptionContext {
    /// Where the description lies.
    public let address: UnsafeMutableRawPointer

    /// Makes it another option.
    @inline(__always) public func change(level: Int32, name: Int32) {
        set(24, UInt32(bitPattern: level))
        set(28, UInt32(bitPattern: name))
    }
}

/// What programs of section `cgroup/getsockopt` are called with: an option that a process of the cgroup asked for, with the kernel's answer.
///
/// Linux 5.3.
@frozen public struct GetSocketOptionContext: SocketOptionContext {
    /// Where the description lies.
    public let address: UnsafeMutableRawPointer

    /// What the kernel answers: a negative errno, or 0. Only 0 may be set, or what it was.
    @inline(__always) public var result: Int32 {
        get { Int32(bitPattern: word(36)) }
        nonmutating set { set(36, UInt32(bitPattern: newValue)) }
    }
}

/// What both have in common.
public protocol SocketOptionContext: ProgramContext {}

extension SocketOptionContext {
    /// The level, as `SOL_SOCKET`.
    @inline(__always) public var level: Int32 { Int32(bitPattern: word(24)) }
    /// The option, as `SO_REUSEADDR`.
    @inline(__always) public var name: Int32 { Int32(bitPattern: word(28)) }
    /// How many bytes the value has. Programs of `cgroup/setsockopt` set it to -1 to end the call with what they answer, past the kernel; 0 leaves an
    /// option that is longer than what the program was shown as it was. Programs of `cgroup/getsockopt` may only make it smaller.
    @inline(__always) public var byteCount: Int32 {
        get { Int32(bitPattern: word(32)) }
        nonmutating set { set(32, UInt32(bitPattern: newValue)) }
    }
    /// The bytes of the value, which may be changed: 4,096 at most.
    @inline(__always) public var value: PacketCursor {
        PacketCursor(
            start: address.load(fromByteOffset: 8, as: UnsafeMutableRawPointer.self),
            end: address.load(fromByteOffset: 16, as: UnsafeMutableRawPointer.self))
    }
}
