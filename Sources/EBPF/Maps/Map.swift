// SPDX-License-Identifier: Apache-2.0

public import BPFObject
import BTF
import CLinux
import Glibc

/// A map of the kernel, of whatever kind. Several values may mean one map; it is closed when the last of them goes.
///
/// Linux 3.19 and newer; each kind says when it appeared (``MapType/since``). Where the kind and its types are known, a type of its own
/// has just the operations of the kind: ``HashMap``, ``ArrayMap``, ``LPMTrie`` and so on, made of a map. Here, keys and values are trivial Swift
/// values whose
/// sizes must be the map's, with or without the bytes that C counts after the last member, or bytes. Maps in which each CPU has a value
/// of its own are read through ``values(for:as:)``.
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
    /// The flags with which it was created.
    public let flags: MapFlags
    let descriptor: SharedDescriptor

    /// With which flags values are read and written: none, or `BPF_F_LOCK`.
    var elementFlags: UInt64 = 0

    /// The memory of an arena, which programs and this process share; `nil` for other kinds.
    var memory: SharedMapping?

    /// Of which types the object says that keys and values are, where that is known.
    var described: MapTypes? {
        get { object ?? kernel?.types }
        set { object = newValue }
    }
    private var object: MapTypes?
    /// What the kernel knows of that, for maps that others have created.
    var kernel: KernelMapTypes?

    /// A map of the kernel's that a definition describes.
    init(_ definition: MapDefinition, descriptor: SharedDescriptor) {
        name = definition.name
        type = definition.type
        keySize = Int(definition.keySize)
        valueSize = Int(definition.valueSize)
        maxEntries = Int(definition.maxEntries)
        flags = definition.flags
        self.descriptor = descriptor
    }

    /// How an update treats what is there already (`BPF_ANY`, `BPF_NOEXIST`, `BPF_EXIST`). Where it does not hold, the update throws
    /// ``EBPFError/Code/unmetCondition``.
    public enum UpdateCondition: UInt64, Sendable {
        /// The value is set, whether or not the key is there.
        case always = 0
        /// Only where the key is not there; all indices of an array are.
        case ifAbsent = 1
        /// Only where the key is there.
        case ifPresent = 2
    }

    /// Reads the value of a key; `nil` where the map has none.
    ///
    /// - Throws: ``EBPFError`` where the sizes are not the map's, or the kernel refuses.
    @inlinable
    public func value<Key: BitwiseCopyable, Value: BitwiseCopyable>(
        for key: Key, as type: Value.Type = Value.self
    ) throws(EBPFError) -> Value? {
        try check(Key.self, Value.self)
        return try lookup(key)
    }

    /// Sets the value of a key.
    ///
    /// - Throws: ``EBPFError`` where the sizes are not the map's, the map is full, the condition does not hold (`EEXIST`,
    ///   `ENOENT`), or the kernel refuses otherwise.
    @inlinable
    public func update<Key: BitwiseCopyable, Value: BitwiseCopyable>(
        _ key: Key, to value: Value, _ condition: UpdateCondition = .always
    ) throws(EBPFError) {
        try check(Key.self, Value.self)
        try set(key, to: value, flags: condition.rawValue)
    }

    /// Removes a key and its value; answers whether the key was there.
    ///
    /// - Throws: ``EBPFError`` where the size is not the map's, or the kernel refuses.
    @inlinable
    public func remove<Key: BitwiseCopyable>(_ key: Key) throws(EBPFError) -> Bool {
        guard Self.fits(Key.self, keySize) else { throw wrongSizes(key: MemoryLayout<Key>.size, value: valueSize) }
        return try delete(key)
    }

    /// Reads the values of a key of a map in which each CPU has its own: one for each CPU that the machine can ever have, by its number;
    /// `nil` where the map has no such key.
    ///
    /// - Throws: ``EBPFError`` where the map has one value for all CPUs, the sizes are not the map's, or the kernel refuses.
    public func values<Key: BitwiseCopyable, Value: BitwiseCopyable>(
        for key: Key, as type: Value.Type = Value.self
    ) throws(EBPFError) -> [Value]? {
        guard self.type.isPerCPU else {
            throw EBPFError(.invalid, "use map '\(name)'", cause: "all CPUs share the values of a map of type \(self.type); ask for its value")
        }
        try checkSizes(Key.self, Value.self)
        return try lookupValues(key, .mapLookup)
    }

    /// Sets the values of a key of a map in which each CPU has its own: one for each CPU that the machine can ever have, by its number.
    ///
    /// - Throws: ``EBPFError`` where the map has one value for all CPUs, the number or sizes are not the map's, the map is full, the condition
    ///   does not hold, or the kernel refuses otherwise.
    public func update<Key: BitwiseCopyable, Value: BitwiseCopyable>(
        _ key: Key, toValues values: [Value], _ condition: UpdateCondition = .always
    ) throws(EBPFError) {
        guard type.isPerCPU else {
            throw EBPFError(.invalid, "use map '\(name)'", cause: "all CPUs share the values of a map of type \(type)")
        }
        let count = try CPUs.valueCount(for: "use map '\(name)'")
        guard values.count == count else {
            throw EBPFError(.invalid, "use map '\(name)'", cause: "it has values for \(count) CPUs, \(values.count) were given")
        }
        try checkSizes(Key.self, Value.self)
        let stride = perCPUStride
        var bytes = [UInt8](repeating: 0, count: stride * values.count)
        let status = bytes.withUnsafeMutableBytes { bytes in
            for (index, value) in values.enumerated() { bytes.storeBytes(of: value, toByteOffset: index * stride, as: Value.self) }
            return Self.withBytes(of: key) { call(.mapUpdate, key: $0, value: bytes.baseAddress, flags: condition.rawValue) }
        }
        guard status >= 0 else { throw failure("update map", status, flags: condition.rawValue) }
    }

    /// The values of each CPU, looked up or taken.
    func lookupValues<Key: BitwiseCopyable, Value: BitwiseCopyable>(_ key: Key, _ command: BPFCommand) throws(EBPFError) -> [Value]? {
        var bytes = [UInt8](repeating: 0, count: try bytesPerValue)
        let status = bytes.withUnsafeMutableBytes { bytes in
            Self.withBytes(of: key) { call(command, key: $0, value: bytes.baseAddress, flags: 0) }
        }
        guard status >= 0 || status == -ENOENT else { throw failure("read map", status) }
        return status >= 0 ? bytes.withUnsafeBytes { perCPU($0) } : nil
    }

    /// The values of each CPU, as the kernel copies them.
    func perCPU<Value: BitwiseCopyable>(_ bytes: UnsafeRawBufferPointer) -> [Value] {
        stride(from: 0, to: bytes.count, by: max(perCPUStride, 8)).map { bytes.loadUnaligned(fromByteOffset: $0, as: Value.self) }
    }

    /// How far the values of two CPUs lie apart in what the kernel copies.
    var perCPUStride: Int { (valueSize + 7) & ~7 }

    /// How many bytes the kernel copies for a value (`bpf_map_value_size` of `kernel/bpf/syscall.c`).
    ///
    /// - Throws: ``EBPFError`` where each CPU has its own, and nobody can tell how many there can be.
    var bytesPerValue: Int {
        get throws(EBPFError) { type.isPerCPU ? perCPUStride * (try CPUs.valueCount(for: "use map '\(name)'")) : valueSize }
    }

    /// Sets the value of a key of four bytes from bytes whose number is the map's size of values.
    func update(index: UInt32, bytes: [UInt8]) throws(EBPFError) {
        try check(key: 4, value: bytes.count)
        var bytes = bytes
        let status = bytes.withUnsafeMutableBytes { bytes in
            Self.withBytes(of: index) { call(.mapUpdate, key: $0, value: bytes.baseAddress, flags: 0) }
        }
        guard status >= 0 else { throw failure("update map", status) }
    }

    /// Puts a map or a program under a number into a map of such.
    func update(index: UInt32, descriptor: Int32) throws(EBPFError) { try set(index, to: descriptor, flags: 0) }

    /// The bytes of the value of a key of four bytes.
    func bytes(index: UInt32) throws(EBPFError) -> [UInt8] {
        try check(key: 4, value: valueSize)
        var bytes = [UInt8](repeating: 0, count: valueSize)
        let status = bytes.withUnsafeMutableBytes { bytes in
            Self.withBytes(of: index) { call(.mapLookup, key: $0, value: bytes.baseAddress, flags: 0) }
        }
        guard status >= 0 else { throw failure("read map", status) }
        return bytes
    }

    /// Forbids user space to change the map from now on (Linux 5.2). The verifier then takes read-only values for known.
    ///
    /// - Throws: ``EBPFError`` where it is frozen already, mapped for writing, or of a kind that cannot be frozen.
    public func freeze() throws(EBPFError) {
        var attributes = bpf_map_element_attributes()
        attributes.map_fd = UInt32(bitPattern: descriptor.number)
        let status = bpf(.mapFreeze, &attributes)
        guard status >= 0 else { throw EBPFError(freezing: self, errno: -status) }
    }

    private func check(key: Int, value: Int) throws(EBPFError) {
        try checkShared()
        guard key == keySize, value == valueSize else { throw wrongSizes(key: key, value: value) }
    }

    @inlinable
    func check<Key: BitwiseCopyable, Value: BitwiseCopyable>(_ key: Key.Type, _ value: Value.Type) throws(EBPFError) {
        try checkShared()
        try checkSizes(key, value)
    }

    @usableFromInline
    func checkShared() throws(EBPFError) {
        guard !type.isPerCPU else {
            throw EBPFError(.invalid, "use map '\(name)'", cause: "each CPU has values of its own in a map of type \(type); ask for its values")
        }
    }

    @inlinable
    func checkSizes<Key: BitwiseCopyable, Value: BitwiseCopyable>(_ key: Key.Type, _ value: Value.Type) throws(EBPFError) {
        guard Self.fits(key, keySize), Self.fits(value, valueSize) else {
            throw wrongSizes(key: MemoryLayout<Key>.size, value: MemoryLayout<Value>.size)
        }
    }

    /// Whether values of a type may have that many bytes in an object: C counts the bytes after the last member, Swift does not.
    @inlinable
    static func fits<Value: BitwiseCopyable>(_ type: Value.Type, _ byteCount: Int) -> Bool {
        byteCount == MemoryLayout<Value>.size || byteCount == MemoryLayout<Value>.stride
    }

    @usableFromInline
    func wrongSizes(key: Int, value: Int) -> EBPFError {
        EBPFError(
            .invalid, "use map '\(name)'", cause: "its keys have \(keySize) bytes and its values \(valueSize), those given \(key) and \(value)")
    }

    @usableFromInline
    func failure(_ verb: String, _ status: Int32, flags: UInt64 = 0) -> EBPFError {
        EBPFError(using: verb, self, errno: -status, isWrite: verb != "read map", UpdateCondition(rawValue: flags))
    }
}
