// SPDX-License-Identifier: GPL-2.0-only OR MIT

import CEBPFHelpers

/// A map that holds a value for each object of the kernel's, which goes with the object: ``TaskStorage``, ``CgroupStorage``, ``InodeStorage``,
/// ``SocketStorage``. User space names the objects by descriptors.
public protocol ObjectStorage: ~Copyable {
    /// The type of the values.
    associatedtype Value: BitwiseCopyable
}

/// How a value is asked for: `BPF_LOCAL_STORAGE_GET_F_CREATE`.
@inline(__always) @usableFromInline func storageFlags(_ create: Bool) -> UInt64 { create ? 1 : 0 }

extension TrustedPointer {
    /// The address, as helpers take it.
    @inline(__always) @usableFromInline var raw: UnsafeMutableRawPointer? { UnsafeMutableRawPointer(bitPattern: address) }
}
