// SPDX-License-Identifier: GPL-2.0-only OR MIT

import CEBPFHelpers

/// A value for each socket, which goes with it.
///
///     let sent = SocketStorage<UInt64>()
///
///     sent.value(of: socket, create: true)?.add(1)
///
/// Linux 5.2. `include/uapi/linux/bpf.h`: `BPF_MAP_TYPE_SK_STORAGE`.
@frozen public struct SocketStorage<Value: BitwiseCopyable>: ObjectStorage, ~Copyable, @unchecked Sendable {
    @usableFromInline let declaration: MapDeclaration
    @usableFromInline let identity = MapIdentity()

    /// A storage without values. What is passed must be known when the kernel half is compiled.
    @inline(__always) public init(flags: MapFlags = .none, pinning: MapPinning = .none) {
        declaration = MapDeclaration(type: 24, maxEntries: 0, flags: flags | .noPreallocation, pinning: pinning)
    }

    /// The value of a socket, where it lies: what is changed there is changed in the storage. Linux 5.2; for programs that trace 5.11.
    ///
    /// - Parameter create: whether a value of zeroes is made where there is none.
    /// - Returns: `nil` where there is none, or no memory for one.
    @inline(__always) public func value<Socket: KernelType>(of object: TrustedPointer<Socket>, create: Bool = false) -> UnsafeMutablePointer<Value>? {
        withUnsafePointer(to: self) { map in
            bpf_sk_storage_get(UnsafeMutableRawPointer(mutating: map), object.raw, nil, storageFlags(create))?.assumingMemoryBound(to: Value.self)
        }
    }

    /// Removes the value of a socket.
    ///
    /// - Returns: whether there was one. Linux 5.2; for programs that trace 5.11.
    @inline(__always) @discardableResult
    public func remove<Socket: KernelType>(of object: TrustedPointer<Socket>) -> Bool {
        withUnsafePointer(to: self) { bpf_sk_storage_delete(UnsafeMutableRawPointer(mutating: $0), object.raw) == 0 }
    }
}
