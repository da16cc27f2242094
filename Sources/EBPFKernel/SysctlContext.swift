// SPDX-License-Identifier: GPL-2.0-only OR MIT

import CEBPFHelpers

/// What programs of section `cgroup/sysctl` are called with: a parameter of the kernel that a process of the cgroup reads or writes.
///
/// Linux 5.2. `include/uapi/linux/bpf.h`: `struct bpf_sysctl`.
@frozen public struct SysctlContext: ProgramContext {
    /// Where the description lies.
    public let address: UnsafeMutableRawPointer

    /// Whether it is written.
    @inline(__always) public var isWrite: Bool { address.load(as: UInt32.self) != 0 }

    /// Where in the file is read or written, in bytes.
    @inline(__always) public var position: UInt32 {
        get { word(4) }
        nonmutating set { set(4, newValue) }
    }

    /// The name, as `kernel/ostype`: its first bytes, where it is longer.
    @inline(__always) public func name<let count: Int>() -> CString<count> {
        filled { bpf_sysctl_get_name(address, $0, UInt($1), 0) }
    }

    /// The value that it has.
    @inline(__always) public func currentValue<let count: Int>() -> CString<count> {
        filled { bpf_sysctl_get_current_value(address, $0, UInt($1)) }
    }

    /// The value that is written.
    @inline(__always) public func newValue<let count: Int>() -> CString<count> {
        filled { bpf_sysctl_get_new_value(address, $0, UInt($1)) }
    }

    @inline(__always) @usableFromInline func filled<let count: Int>(_ fill: (UnsafeMutablePointer<CChar>, Int) -> Int) -> CString<count> {
        withUnsafeTemporaryAllocation(byteCount: MemoryLayout<CString<count>>.size, alignment: 8) { room in
            let place = room.baseAddress.unsafelyUnwrapped
            _ = place.initializeMemory(as: UInt8.self, repeating: 0, count: MemoryLayout<CString<count>>.size)
            _ = fill(place.assumingMemoryBound(to: CChar.self), MemoryLayout<CString<count>>.size)
            return place.load(as: CString<count>.self)
        }
    }
}
