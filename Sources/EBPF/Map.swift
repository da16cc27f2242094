// SPDX-License-Identifier: Apache-2.0

public import BPFObject
import BTF
import CLinux
import Glibc

/// A map of the kernel. Several values may mean one map; it is closed when the last of them goes.
///
/// Linux 3.19 and newer; each kind says when it appeared (``MapType/since``). Keys and values are trivial Swift values whose
/// sizes must be the map's; a value per CPU is not read through these calls.
public struct Map: Sendable {
    /// The name in the object, of which the kernel keeps the first 15 bytes.
    public let name: String
    /// What kind of map it is.
    public let type: MapType
    /// The size of a key in bytes; 0 where the kind has none.
    public let keySize: Int
    /// The size of a value in bytes, for one CPU where each has its own; 0 where the kind has none.
    public let valueSize: Int
    /// How many entries it holds at most; for a ring buffer, its size in bytes.
    public let maxEntries: Int
    let descriptor: SharedDescriptor

    /// Creates a map. The types of key and value are described by `btf`, where the kind takes that.
    ///
    /// - Throws: ``EBPFError`` that names the map.
    static func create(_ definition: MapDefinition, btf: Int32?) throws(EBPFError) -> Map {
        guard definition.type.since != nil else {
            throw EBPFError(.invalid, "create map '\(definition.name)'", cause: "\(definition.type) is not supported yet")
        }
        var attributes = bpf_map_create_attributes()
        attributes.map_type = definition.type.rawValue
        attributes.key_size = definition.keySize
        attributes.value_size = definition.valueSize
        attributes.max_entries = definition.maxEntries
        attributes.map_flags = definition.flags.rawValue
        attributes.map_extra = definition.extra
        kernelName(definition.name, into: &attributes.map_name)
        // Without a type for the key there is nothing to describe; sections' maps have an integer key that is implied.
        if let btf, definition.valueType != .void, definition.keyType != .void || definition.isDataSection {
            attributes.btf_fd = UInt32(bitPattern: btf)
            attributes.btf_key_type_id = definition.keyType.rawValue
            attributes.btf_value_type_id = definition.valueType.rawValue
        }
        let number = bpfCountingMemory(.mapCreate, &attributes)
        guard number >= 0 else { throw failure(-number, definition) }
        return Map(
            name: definition.name, type: definition.type, keySize: Int(definition.keySize), valueSize: Int(definition.valueSize),
            maxEntries: Int(definition.maxEntries), descriptor: SharedDescriptor(Descriptor(number)))
    }

    private static func failure(_ errno: Int32, _ definition: MapDefinition) -> EBPFError {
        let operation = "create map '\(definition.name)' (\(definition.type))"
        var remedy: String?
        if errno == EINVAL, let since = definition.type.since {
            remedy = "check its sizes and flags; this kind of map needs Linux \(since)"
        } else if errno == E2BIG || errno == ENOMEM {
            remedy = "give it fewer than \(definition.maxEntries) entries"
        }
        return EBPFError(system: errno, operation, remedy: remedy, needs: [.bpf])
    }

    /// Reads the value of a key; `nil` where the map has none.
    ///
    /// - Throws: ``EBPFError`` where the sizes are not the map's, or the kernel refuses.
    public func value<Key: BitwiseCopyable, Value: BitwiseCopyable>(
        for key: Key, as type: Value.Type = Value.self
    ) throws(EBPFError) -> Value? {
        try check(key: MemoryLayout<Key>.size, value: MemoryLayout<Value>.size)
        // The kernel fills the memory completely, or says that it did not.
        let found: (value: Value?, status: Int32) = withUnsafeTemporaryAllocation(of: Value.self, capacity: 1) { memory in
            let status = element(.mapLookup, key: key, value: UnsafeMutableRawPointer(memory.baseAddress), flags: 0)
            return (status >= 0 ? memory.baseAddress?.pointee : nil, status)
        }
        guard found.status >= 0 || found.status == -ENOENT else { throw failure("read map", found.status) }
        return found.value
    }

    /// How an update treats what is there already (`BPF_ANY`, `BPF_NOEXIST`, `BPF_EXIST`).
    public enum UpdateCondition: UInt64, Sendable {
        case always = 0
        case ifAbsent = 1
        case ifPresent = 2
    }

    /// Sets the value of a key.
    ///
    /// - Throws: ``EBPFError`` where the sizes are not the map's, the map is full, the condition does not hold (`EEXIST`,
    ///   `ENOENT`), or the kernel refuses otherwise.
    public func update<Key: BitwiseCopyable, Value: BitwiseCopyable>(
        _ key: Key, to value: Value, _ condition: UpdateCondition = .always
    ) throws(EBPFError) {
        try check(key: MemoryLayout<Key>.size, value: MemoryLayout<Value>.size)
        var value = value
        let status = withUnsafeMutableBytes(of: &value) {
            element(.mapUpdate, key: key, value: $0.baseAddress, flags: condition.rawValue)
        }
        guard status >= 0 else { throw failure("update map", status) }
    }

    /// Removes a key and its value; answers whether the key was there.
    ///
    /// - Throws: ``EBPFError`` where the size is not the map's, or the kernel refuses.
    public func remove<Key: BitwiseCopyable>(_ key: Key) throws(EBPFError) -> Bool {
        try check(key: MemoryLayout<Key>.size, value: valueSize)
        let status = element(.mapDelete, key: key, value: nil, flags: 0)
        guard status >= 0 || status == -ENOENT else { throw failure("remove from map", status) }
        return status >= 0
    }

    /// Sets the value of a key of four bytes from bytes whose number is the map's size of values.
    func update(index: UInt32, bytes: [UInt8]) throws(EBPFError) {
        try check(key: 4, value: bytes.count)
        var bytes = bytes
        let status = bytes.withUnsafeMutableBytes { element(.mapUpdate, key: index, value: $0.baseAddress, flags: 0) }
        guard status >= 0 else { throw failure("update map", status) }
    }

    /// The bytes of the value of a key of four bytes.
    func bytes(index: UInt32) throws(EBPFError) -> [UInt8] {
        try check(key: 4, value: valueSize)
        var bytes = [UInt8](repeating: 0, count: valueSize)
        let status = bytes.withUnsafeMutableBytes { element(.mapLookup, key: index, value: $0.baseAddress, flags: 0) }
        guard status >= 0 else { throw failure("read map", status) }
        return bytes
    }

    /// Forbids user space to change the map from now on (Linux 5.2). The verifier then takes read-only values for known.
    func freeze() throws(EBPFError) {
        var attributes = bpf_map_element_attributes()
        attributes.map_fd = UInt32(bitPattern: descriptor.number)
        let status = bpf(.mapFreeze, &attributes)
        guard status >= 0 else { throw failure("freeze map", status) }
    }

    private func element<Key: BitwiseCopyable>(
        _ command: BPFCommand, key: Key, value: UnsafeMutableRawPointer?, flags: UInt64
    ) -> Int32 {
        withUnsafeBytes(of: key) { key in
            var attributes = bpf_map_element_attributes()
            attributes.map_fd = UInt32(bitPattern: descriptor.number)
            attributes.key = address(key.baseAddress)
            attributes.value = address(value)
            attributes.flags = flags
            return bpf(command, &attributes)
        }
    }

    private func check(key: Int, value: Int) throws(EBPFError) {
        guard type != .perCPUArray && type != .perCPUHash else {
            throw EBPFError(.invalid, "use map '\(name)'", cause: "values per CPU are not supported yet")
        }
        guard key == keySize, value == valueSize else {
            throw EBPFError(
                .invalid, "use map '\(name)'",
                cause: "its keys have \(keySize) bytes and its values \(valueSize), those given \(key) and \(value)")
        }
    }

    private func failure(_ verb: String, _ status: Int32) -> EBPFError {
        EBPFError(system: -status, "\(verb) '\(name)' (\(type))", needs: [.bpf])
    }
}
