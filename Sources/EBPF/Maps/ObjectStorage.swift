// SPDX-License-Identifier: Apache-2.0

import Glibc

/// A kind of map that holds a value for each object of the kernel's, which goes with the object. User space names objects by descriptors.
///
/// The kernel cannot list the objects. Values are there once a program or user space has made them.
public protocol ObjectStorage<Value>: MapKind {
    /// The type of the values.
    associatedtype Value: BitwiseCopyable
}

extension ObjectStorage {
    /// The value of an object; `nil` where it has none.
    ///
    /// - Parameter descriptor: the object's: see the kind. It stays the caller's.
    /// - Throws: ``EBPFError`` where the descriptor is of something else (`EBADF`), the object has ended, or the kernel refuses.
    @inlinable
    public func value(for descriptor: Int32) throws(EBPFError) -> Value? { try map.lookup(descriptor) }

    /// Sets the value of an object.
    ///
    /// - Throws: ``EBPFError`` where the descriptor is of something else (`EBADF`), the condition does not hold, or the kernel refuses.
    @inlinable
    public func update(_ descriptor: Int32, to value: Value, _ condition: Map.UpdateCondition = .always) throws(EBPFError) {
        try map.set(descriptor, to: value, flags: condition.rawValue)
    }

    /// Removes the value of an object; answers whether it had one.
    ///
    /// - Throws: ``EBPFError`` where the descriptor is of something else (`EBADF`), or the kernel refuses.
    @inlinable @discardableResult
    public func remove(_ descriptor: Int32) throws(EBPFError) -> Bool { try map.delete(descriptor) }
}
