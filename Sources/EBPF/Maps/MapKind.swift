// SPDX-License-Identifier: Apache-2.0

/// A kind of map, with the operations that it has.
///
/// It is made of a map, whose kind, sizes and, where the object describes them, types of keys and values are checked then, once; what follows is a
/// call of the kernel and nothing else. A value is a handle: it keeps the map open, and several may mean one map.
public protocol MapKind: Sendable {
    /// The map, for what all kinds have: its name, sizes, number in the kernel, pinning, freezing.
    var map: Map { get }
    /// The map as one of this kind.
    ///
    /// - Throws: ``EBPFError`` that names the map, what it is and what was asked for. The kernel is not asked.
    init(_ map: Map) throws(EBPFError)
}

/// A kind of map with keys.
public protocol KeyedMap<Key>: MapKind {
    /// The type of the keys. All bytes of a key count; those after its last member are zero. Bytes between members are as they are: declare them.
    associatedtype Key: BitwiseCopyable
}

/// A kind of map in which each key has one value, which user space reads.
public protocol ReadableMap<Key, Value>: KeyedMap {
    /// The type of the values. Every pattern of bits must be one of its values, as it is of numbers and structures of them.
    associatedtype Value: BitwiseCopyable
}

extension ReadableMap {
    /// The value of a key; `nil` where the map has none. Allocates nothing for values of up to 1,024 bytes.
    ///
    /// - Throws: ``EBPFError`` where the kernel refuses, as for maps that user space may only write.
    @inlinable
    public func value(for key: Key) throws(EBPFError) -> Value? { try map.lookup(key) }

    /// Hands every entry to `body`; see ``Map/forEachEntry(_:)`` for what holds while others change the map.
    ///
    /// - Throws: what `body` throws, or ``EBPFError`` where the kernel refuses.
    @inlinable
    public func forEach(_ body: (Key, Value) throws -> Void) throws {
        // The kernel packs keys and values by their sizes, which may be smaller than the strides.
        try map.walk { key, value in try body(key.loadUnaligned(as: Key.self), value.loadUnaligned(as: Value.self)) }
    }

    /// All entries that are there now; see ``Map/forEachEntry(_:)`` for what holds while others change the map.
    ///
    /// - Throws: ``EBPFError`` where the kernel refuses.
    @inlinable
    public func entries() throws(EBPFError) -> [(key: Key, value: Value)] {
        var entries: [(key: Key, value: Value)] = []
        do {
            try forEach { entries.append(($0, $1)) }
        } catch { throw map.own(error) }
        return entries
    }
}

/// A kind of map in which each key has one value, which user space sets.
public protocol WritableMap<Key, Value>: ReadableMap {}

extension WritableMap {
    /// Sets the value of a key. Allocates nothing.
    ///
    /// - Throws: ``EBPFError`` where the map is full (`E2BIG`), the condition does not hold (`EEXIST`, `ENOENT`), or the kernel refuses otherwise.
    @inlinable
    public func update(_ key: Key, to value: Value, _ condition: Map.UpdateCondition = .always) throws(EBPFError) {
        try map.set(key, to: value, flags: condition.rawValue)
    }

    /// Sets the values of many keys in one call (Linux 5.6; tries 5.13), or one after another where the kernel cannot.
    ///
    /// - Throws: ``EBPFError`` where the kernel refuses an entry; it says how many were set before.
    @inlinable
    public func update(_ entries: some Collection<(key: Key, value: Value)>, _ condition: Map.UpdateCondition = .always) throws(EBPFError) {
        let count = entries.count
        var (keys, values) = (PackedBytes(map.keySize, count: count), PackedBytes(map.valueSize, count: count))
        for entry in entries {
            keys.append(entry.key)
            values.append(entry.value)
        }
        try map.updateAll(bytes: keys.bytes, to: values.bytes, condition)
    }
}

/// A kind of map from which keys are removed.
public protocol RemovableMap<Key>: KeyedMap {}

extension RemovableMap {
    /// Removes a key; answers whether it was there. Allocates nothing. For maps of devices, CPUs and AF_XDP sockets by index, the kernel says so also where
    /// nothing was.
    ///
    /// - Throws: ``EBPFError`` where the kernel refuses.
    @inlinable @discardableResult
    public func remove(_ key: Key) throws(EBPFError) -> Bool { try map.delete(key) }

    /// Removes many keys in one call (Linux 5.6), or one after another where the kernel cannot.
    ///
    /// - Returns: how many of them were there.
    /// - Throws: ``EBPFError`` where the kernel refuses.
    @inlinable @discardableResult
    public func remove(_ keys: some Collection<Key>) throws(EBPFError) -> Int {
        var packed = PackedBytes(map.keySize, count: keys.count)
        for key in keys { packed.append(key) }
        return try map.removeAll(bytes: packed.bytes)
    }
}

/// A kind of hash whose entries are read and removed in one step.
public protocol TakeableMap<Key, Value>: ReadableMap, RemovableMap {}

extension TakeableMap {
    /// Reads the value of a key and removes both, in one step; `nil` where the map has none. Linux 5.14.
    ///
    /// - Throws: ``EBPFError`` where the kernel cannot or refuses.
    @inlinable
    public func take(_ key: Key) throws(EBPFError) -> Value? { try map.lookupAndDelete(key) }

    /// Hands every entry to `body` and removes it; none is lost between reading and removing. Linux 5.6.
    ///
    /// - Throws: what `body` throws, after which entries of its batch are lost; ``EBPFError`` where the kernel cannot or refuses.
    @inlinable
    public func drain(_ body: (Key, Value) throws -> Void) throws {
        try map.drain { key, value in try body(key.loadUnaligned(as: Key.self), value.loadUnaligned(as: Value.self)) }
    }
}

/// A kind of map in which each key has a value for every CPU that the machine can ever have.
public protocol PerCPUMap<Key, Value>: KeyedMap {
    /// The type of the value of one CPU.
    associatedtype Value: BitwiseCopyable
}

extension PerCPUMap {
    /// The values of a key, one for each possible CPU in the order of their numbers; `nil` where the map has no such key.
    ///
    /// - Throws: ``EBPFError`` where the kernel refuses.
    public func values(for key: Key) throws(EBPFError) -> [Value]? { try map.lookupValues(key, .mapLookup) }

    /// Sets the values of a key, one for each possible CPU.
    ///
    /// - Throws: ``EBPFError`` where their number is another, the map is full, the condition does not hold, or the kernel refuses otherwise.
    public func update(_ key: Key, to values: [Value], _ condition: Map.UpdateCondition = .always) throws(EBPFError) {
        try map.update(key, toValues: values, condition)
    }

    /// Hands every entry to `body`; see ``Map/forEachEntry(_:)`` for what holds while others change the map.
    ///
    /// - Throws: what `body` throws, or ``EBPFError`` where the kernel refuses.
    public func forEach(_ body: (Key, [Value]) throws -> Void) throws {
        let byteCount = try map.bytesPerValue
        try map.walk { key, value in
            try body(key.loadUnaligned(as: Key.self), map.perCPU(UnsafeRawBufferPointer(start: value, count: byteCount)))
        }
    }

    /// All entries that are there now.
    ///
    /// - Throws: ``EBPFError`` where the kernel refuses.
    public func entries() throws(EBPFError) -> [(key: Key, values: [Value])] {
        var entries: [(key: Key, values: [Value])] = []
        do {
            try forEach { entries.append(($0, $1)) }
        } catch { throw map.own(error) }
        return entries
    }
}

extension PerCPUMap where Self: RemovableMap {
    /// Reads the values of a key and removes them, in one step; `nil` where the map has none. Linux 5.14.
    ///
    /// - Throws: ``EBPFError`` where the kernel cannot or refuses.
    public func take(_ key: Key) throws(EBPFError) -> [Value]? { try map.lookupValues(key, .mapLookupAndDelete) }
}

extension Map {
    /// An error of a walk whose body throws none of its own.
    @usableFromInline
    func own(_ error: any Error) -> EBPFError {
        error as? EBPFError ?? EBPFError(.system, "read map '\(name)'", cause: "\(error)")
    }
}
