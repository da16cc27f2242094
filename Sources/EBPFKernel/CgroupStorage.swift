// SPDX-License-Identifier: GPL-2.0-only OR MIT

import CEBPFHelpers

/// A value for each cgroup, which goes with it.
///
///     let bytes = CgroupStorage<UInt64>()
///
///     bytes.value(of: task.cgroups.dfl_cgrp, create: true)?.add(1)
///
/// Linux 6.2. `include/uapi/linux/bpf.h`: `BPF_MAP_TYPE_CGRP_STORAGE`.
@frozen public struct CgroupStorage<Value: BitwiseCopyable>: ObjectStorage, ~Copyable, @unchecked Sendable {
    @usableFromInline let declaration: MapDeclaration
    @usableFromInline let identity = MapIdentity()

    /// A storage without values. What is passed must be known when the kernel half is compiled.
    @inline(__always) public init(flags: MapFlags = .none, pinning: MapPinning = .none) {
        declaration = MapDeclaration(type: 32, maxEntries: 0, flags: flags | .noPreallocation, pinning: pinning)
    }

    /// The value of a cgroup, where it lies: what is changed there is changed in the storage. Linux 6.2.
    ///
    /// - Parameter create: whether a value of zeroes is made where there is none.
    /// - Returns: `nil` where there is none, or no memory for one.
    @inline(__always) public func value<Group: KernelType>(of object: TrustedPointer<Group>, create: Bool = false) -> UnsafeMutablePointer<Value>? {
        withUnsafePointer(to: self) { map in
            bpf_cgrp_storage_get(UnsafeMutableRawPointer(mutating: map), object.raw, nil, storageFlags(create))?.assumingMemoryBound(to: Value.self)
        }
    }

    /// Removes the value of a cgroup.
    ///
    /// - Returns: whether there was one. Linux 6.2.
    @inline(__always) @discardableResult
    public func remove<Group: KernelType>(of object: TrustedPointer<Group>) -> Bool {
        withUnsafePointer(to: self) { bpf_cgrp_storage_delete(UnsafeMutableRawPointer(mutating: $0), object.raw) == 0 }
    }
}
