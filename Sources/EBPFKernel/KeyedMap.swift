// SPDX-License-Identifier: GPL-2.0-only OR MIT

import CEBPFHelpers

/// A map of entries with keys and values: what hash maps and arrays have in common.
public protocol KeyedMap: InnerMap, ~Copyable {
    /// The type of the keys.
    associatedtype Key: BitwiseCopyable
    /// The type of the values.
    associatedtype Value: BitwiseCopyable
}

extension KeyedMap where Self: ~Copyable {
    /// The value of a key, where it lies: what is changed there is changed in the map. `nil` where the key is not there; the verifier
    /// demands that it is asked. For maps per CPU: the value of the CPU that runs the program.
    @inline(__always) public func lookup(_ key: Key) -> UnsafeMutablePointer<Value>? {
        withUnsafePointer(to: self) { map in
            withZeroedCopy(of: key) { key in
                bpf_map_lookup_elem(UnsafeMutableRawPointer(mutating: map), key)?.assumingMemoryBound(to: Value.self)
            }
        }
    }

    /// Sets the value of a key, copied whole.
    ///
    /// - Returns: 0, or a negative errno: -E2BIG where the map is full, -EEXIST, -ENOENT where the condition did not hold.
    @inline(__always) @discardableResult
    public func update(_ key: Key, _ value: Value, _ condition: UpdateCondition = .always) -> Int {
        withUnsafePointer(to: self) { map in
            withZeroedCopy(of: key) { key in
                withZeroedCopy(of: value) { value in bpf_map_update_elem(UnsafeMutableRawPointer(mutating: map), key, value, condition.rawValue) }
            }
        }
    }
}

extension KeyedMap where Self: ~Copyable {
    /// Sets the value of a key to one that lies somewhere, such as in another map: the kernel copies it from there, and the stack has none of it. The bytes
    /// between its members are copied as well.
    ///
    /// - Returns: 0, or a negative errno: -E2BIG where the map is full, -EEXIST, -ENOENT where the condition did not hold.
    @inline(__always) @discardableResult
    public func update(_ key: Key, copying value: UnsafePointer<Value>, _ condition: UpdateCondition = .always) -> Int {
        withUnsafePointer(to: self) { map in
            withZeroedCopy(of: key) { key in bpf_map_update_elem(UnsafeMutableRawPointer(mutating: map), key, value, condition.rawValue) }
        }
    }
}

/// A keyed map from which entries can be removed.
public protocol RemovableMap: KeyedMap, ~Copyable {}

extension RemovableMap where Self: ~Copyable {
    /// Removes an entry.
    ///
    /// - Returns: 0, or -ENOENT where the key was not there.
    @inline(__always) @discardableResult
    public func remove(_ key: Key) -> Int {
        withUnsafePointer(to: self) { map in
            withZeroedCopy(of: key) { key in bpf_map_delete_elem(UnsafeMutableRawPointer(mutating: map), key) }
        }
    }

    /// Removes the entry whose key lies there, as where a body of ``KeyedMap/forEach(_:)`` or a timer's gets it.
    ///
    /// - Returns: 0, or -ENOENT where the key was not there.
    @inline(__always) @discardableResult
    public func remove(at key: UnsafePointer<Key>) -> Int {
        withUnsafePointer(to: self) { map in bpf_map_delete_elem(UnsafeMutableRawPointer(mutating: map), key) }
    }
}
