// SPDX-License-Identifier: Apache-2.0

/// A kind of map that holds objects of the kernel: they are put in by descriptors, of which the map keeps the object.
public protocol DescriptorMap<Key>: RemovableMap {}

extension DescriptorMap {
    /// Puts the object of a descriptor under a key. The descriptor stays the caller's.
    func put(_ descriptor: Int32, at key: Key, _ condition: Map.UpdateCondition = .always) throws(EBPFError) {
        // Maps of sockets may have values of eight bytes, which then are cookies when they are read.
        if map.valueSize == 8 {
            try map.set(key, to: UInt64(UInt32(bitPattern: descriptor)), flags: condition.rawValue)
        } else {
            try map.set(key, to: descriptor, flags: condition.rawValue)
        }
    }

    /// The keys under which something is, in the kernel's order; see ``Map/forEachEntry(_:)``. For arrays, all indices.
    ///
    /// - Throws: ``EBPFError`` where the kernel refuses or cannot list them.
    public func keys() throws(EBPFError) -> [Key] {
        var keys: [Key] = []
        do {
            try map.walkKeys { keys.append($0.loadUnaligned(as: Key.self)) }
        } catch { throw map.own(error) }
        return keys
    }
}

/// A kind of map that holds objects which the kernel numbers: what is read is a number (id).
public protocol NumberedObjectMap<Key>: DescriptorMap {}

extension NumberedObjectMap {
    /// The number (id) of the object under a key; `nil` where there is none.
    ///
    /// - Throws: ``EBPFError`` where the kernel refuses.
    public func id(at key: Key) throws(EBPFError) -> UInt32? { try map.lookup(key) }

    /// The numbers of all objects that are there, with their keys.
    ///
    /// - Throws: ``EBPFError`` where the kernel refuses.
    public func ids() throws(EBPFError) -> [(key: Key, id: UInt32)] {
        var ids: [(key: Key, id: UInt32)] = []
        do {
            try map.walk { key, value in ids.append((key.loadUnaligned(as: Key.self), value.loadUnaligned(as: UInt32.self))) }
        } catch { throw map.own(error) }
        return ids
    }
}

/// A kind of map that holds sockets.
public protocol SocketsMap<Key>: DescriptorMap {}

extension SocketsMap {
    /// Puts a socket under a key.
    ///
    /// - Parameter socket: its descriptor, which stays the caller's.
    /// - Throws: ``EBPFError`` where it is no socket that the kind takes, or its state is another, or the condition does not hold.
    public func update(_ key: Key, toSocket socket: Int32, _ condition: Map.UpdateCondition = .always) throws(EBPFError) {
        try put(socket, at: key, condition)
    }

    /// The cookie of the socket under a key (`SO_COOKIE`); `nil` where there is none.
    ///
    /// - Throws: ``EBPFError`` where values of the map have 4 bytes rather than 8, which user space cannot read, or the kernel refuses.
    public func cookie(at key: Key) throws(EBPFError) -> UInt64? {
        guard map.valueSize == 8 else {
            throw EBPFError(
                .invalid, "read map '\(map.name)' (\(map.type))", cause: "its values have \(map.valueSize) bytes, a socket's cookie has 8",
                remedy: "declare its values as a 64-bit integer")
        }
        return try map.lookup(key)
    }
}
