// SPDX-License-Identifier: GPL-2.0-only OR MIT

/// What programs of section `cgroup/dev` are called with: a device that a process of the cgroup wants to use.
///
/// Linux 4.15. `include/uapi/linux/bpf.h`: `struct bpf_cgroup_dev_ctx`.
@frozen public struct DeviceAccessContext: ProgramContext {
    /// Where the description lies.
    public let address: UnsafeMutableRawPointer

    @inline(__always) @usableFromInline var access: UInt32 { address.load(as: UInt32.self) }

    /// Whether the device's file is to be made (`mknod`).
    @inline(__always) public var isMaking: Bool { access &>> 16 & 1 != 0 }
    /// Whether the device is to be read.
    @inline(__always) public var isReading: Bool { access &>> 16 & 2 != 0 }
    /// Whether the device is to be written.
    @inline(__always) public var isWriting: Bool { access &>> 16 & 4 != 0 }
    /// Whether it is a device of blocks, a disk; else it is one of characters.
    @inline(__always) public var isBlockDevice: Bool { access & 0xFFFF == 1 }
    /// The major number.
    @inline(__always) public var major: UInt32 { word(4) }
    /// The minor number.
    @inline(__always) public var minor: UInt32 { word(8) }
}
