// SPDX-License-Identifier: Apache-2.0

import CLinux
import Glibc

/// The way of one element to the kernel, which every kind shares. Sizes are known to fit; what is generic here is compiled where it is used, so that
/// nothing but the call remains.
extension Map {
    /// Looks a key up; `nil` where the map has none.
    @inlinable
    func lookup<Key: BitwiseCopyable, Value: BitwiseCopyable>(_ key: Key, flags: UInt64 = 0) throws(EBPFError) -> Value? {
        // There is room for the stride, of which the kernel fills the size or all, or says that it did not.
        let found: (value: Value?, status: Int32) = withUnsafeTemporaryAllocation(of: Value.self, capacity: 1) { memory in
            let status = Self.withBytes(of: key) { lookupElement($0, UnsafeMutableRawPointer(memory.baseAddress), flags) }
            return (status >= 0 ? memory.baseAddress?.pointee : nil, status)
        }
        guard found.status >= 0 || found.status == -2 else { throw failure("read map", found.status) }  // ENOENT
        return found.value
    }

    /// Looks a key up and removes it; `nil` where the map has none.
    @inlinable
    func lookupAndDelete<Key: BitwiseCopyable, Value: BitwiseCopyable>(_ key: Key) throws(EBPFError) -> Value? {
        let found: (value: Value?, status: Int32) = withUnsafeTemporaryAllocation(of: Value.self, capacity: 1) { memory in
            let status = Self.withBytes(of: key) { takeElement($0, UnsafeMutableRawPointer(memory.baseAddress)) }
            return (status >= 0 ? memory.baseAddress?.pointee : nil, status)
        }
        guard found.status >= 0 || found.status == -2 else { throw failure("take out of map", found.status) }
        return found.value
    }

    /// Sets the value of a key.
    @inlinable
    func set<Key: BitwiseCopyable, Value: BitwiseCopyable>(_ key: Key, to value: Value, flags: UInt64) throws(EBPFError) {
        let status = Self.withBytes(of: key) { key in Self.withBytes(of: value) { updateElement(key, $0, flags) } }
        guard status >= 0 else { throw failure("update map", status, flags: flags) }
    }

    /// Removes a key; answers whether it was there.
    @inlinable
    func delete<Key: BitwiseCopyable>(_ key: Key) throws(EBPFError) -> Bool {
        let status = Self.withBytes(of: key) { deleteElement($0) }
        guard status >= 0 || status == -2 else { throw failure("remove from map", status) }
        return status >= 0
    }

    /// Hands the bytes of a value to `body`; those between its size and its stride are zero.
    @inlinable
    static func withBytes<Value: BitwiseCopyable, Result>(of value: Value, _ body: (UnsafeMutableRawPointer?) -> Result) -> Result {
        if MemoryLayout<Value>.size == MemoryLayout<Value>.stride {
            return withUnsafePointer(to: value) { body(UnsafeMutableRawPointer(mutating: $0)) }
        }
        return withUnsafeTemporaryAllocation(byteCount: MemoryLayout<Value>.stride, alignment: MemoryLayout<Value>.alignment) { room in
            withUnsafeBytes(of: value) { bytes in
                room.initializeMemory(as: UInt8.self, repeating: 0)
                room.copyMemory(from: bytes)
            }
            return body(room.baseAddress)
        }
    }

    @usableFromInline
    func lookupElement(_ key: UnsafeMutableRawPointer?, _ value: UnsafeMutableRawPointer?, _ flags: UInt64) -> Int32 {
        call(.mapLookup, key: key, value: value, flags: flags)
    }

    @usableFromInline
    func takeElement(_ key: UnsafeMutableRawPointer?, _ value: UnsafeMutableRawPointer?) -> Int32 {
        call(.mapLookupAndDelete, key: key, value: value, flags: 0)
    }

    @usableFromInline
    func updateElement(_ key: UnsafeMutableRawPointer?, _ value: UnsafeMutableRawPointer?, _ flags: UInt64) -> Int32 {
        call(.mapUpdate, key: key, value: value, flags: flags)
    }

    @usableFromInline
    func deleteElement(_ key: UnsafeMutableRawPointer?) -> Int32 { call(.mapDelete, key: key, value: nil, flags: 0) }

    func call(_ command: BPFCommand, key: UnsafeMutableRawPointer?, value: UnsafeMutableRawPointer?, flags: UInt64) -> Int32 {
        var attributes = bpf_map_element_attributes()
        attributes.map_fd = UInt32(bitPattern: descriptor.number)
        attributes.key = address(key)
        attributes.value = address(value)
        attributes.flags = command.takesValues ? flags | elementFlags : flags
        return bpf(command, &attributes)
    }
}
