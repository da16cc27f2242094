// SPDX-License-Identifier: GPL-2.0-only OR MIT

import CEBPFHelpers

/// A value for each file (inode), which goes with it.
///
///     let opens = InodeStorage<UInt64>()
///
///     opens.value(of: file.f_inode, create: true)?.add(1)
///
/// Linux 5.10. `include/uapi/linux/bpf.h`: `BPF_MAP_TYPE_INODE_STORAGE`.
@frozen public struct InodeStorage<Value: BitwiseCopyable>: ObjectStorage, ~Copyable, @unchecked Sendable {
    @usableFromInline let declaration: MapDeclaration
    @usableFromInline let identity = MapIdentity()

    /// A storage without values. What is passed must be known when the kernel half is compiled.
    @inline(__always) public init(flags: MapFlags = .none, pinning: MapPinning = .none) {
        declaration = MapDeclaration(type: 28, maxEntries: 0, flags: flags | .noPreallocation, pinning: pinning)
    }

    /// The value of a file (inode), where it lies: what is changed there is changed in the storage. Linux 5.10, for programs of LSM.
    ///
    /// - Parameter create: whether a value of zeroes is made where there is none.
    /// - Returns: `nil` where there is none, or no memory for one.
    @inline(__always) public func value<Inode: KernelType>(of object: TrustedPointer<Inode>, create: Bool = false) -> UnsafeMutablePointer<Value>? {
        withUnsafePointer(to: self) { map in
            bpf_inode_storage_get(UnsafeMutableRawPointer(mutating: map), object.raw, nil, storageFlags(create))?.assumingMemoryBound(to: Value.self)
        }
    }

    /// Removes the value of a file (inode).
    ///
    /// - Returns: whether there was one. Linux 5.10, for programs of LSM.
    @inline(__always) @discardableResult
    public func remove<Inode: KernelType>(of object: TrustedPointer<Inode>) -> Bool {
        withUnsafePointer(to: self) { bpf_inode_storage_delete(UnsafeMutableRawPointer(mutating: $0), object.raw) == 0 }
    }
}
