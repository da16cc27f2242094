// SPDX-License-Identifier: GPL-2.0-only OR MIT

import CEBPFHelpers

/// A value for each thread, which goes with it.
///
///     let visits = TaskStorage<UInt64>()
///
///     guard let count = visits.valueOfCurrentTask(create: true) else { return 0 }
///     count.pointee &+= 1
///
/// Linux 5.11. `include/uapi/linux/bpf.h`: `BPF_MAP_TYPE_TASK_STORAGE`.
@frozen public struct TaskStorage<Value: BitwiseCopyable>: ObjectStorage, ~Copyable, @unchecked Sendable {
    @usableFromInline let declaration: MapDeclaration
    @usableFromInline let identity = MapIdentity()

    /// A storage without values. What is passed must be known when the kernel half is compiled.
    @inline(__always) public init(flags: MapFlags = .none, pinning: MapPinning = .none) {
        declaration = MapDeclaration(type: 29, maxEntries: 0, flags: flags | .noPreallocation, pinning: pinning)
    }

    /// The value of a thread, where it lies: what is changed there is changed in the storage. Linux 5.11 for programs of LSM, 5.13 for those that trace.
    ///
    /// - Parameter create: whether a value of zeroes is made where there is none.
    /// - Returns: `nil` where there is none, or no memory for one.
    @inline(__always) public func value<Task: KernelType>(of object: TrustedPointer<Task>, create: Bool = false) -> UnsafeMutablePointer<Value>? {
        withUnsafePointer(to: self) { map in
            bpf_task_storage_get(UnsafeMutableRawPointer(mutating: map), object.raw, nil, storageFlags(create))?.assumingMemoryBound(to: Value.self)
        }
    }

    /// Removes the value of a thread.
    ///
    /// - Returns: whether there was one. Linux 5.11 for programs of LSM, 5.13 for those that trace.
    @inline(__always) @discardableResult
    public func remove<Task: KernelType>(of object: TrustedPointer<Task>) -> Bool {
        withUnsafePointer(to: self) { bpf_task_storage_delete(UnsafeMutableRawPointer(mutating: $0), object.raw) == 0 }
    }
}

extension TaskStorage {
    /// The value of the thread that runs, where it lies. Linux 5.11 for programs of LSM, 5.13 for those that trace; only where the
    /// licence is compatible with the GPL.
    ///
    /// - Parameter create: whether a value of zeroes is made where there is none.
    /// - Returns: `nil` where there is none, or no memory for one.
    @inline(__always) public func valueOfCurrentTask(create: Bool = false) -> UnsafeMutablePointer<Value>? {
        withUnsafePointer(to: self) { map in
            bpf_task_storage_get(UnsafeMutableRawPointer(mutating: map), bpf_get_current_task_btf(), nil, storageFlags(create))?
                .assumingMemoryBound(to: Value.self)
        }
    }
}
