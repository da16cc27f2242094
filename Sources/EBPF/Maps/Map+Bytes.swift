// SPDX-License-Identifier: Apache-2.0

import BPFObject
import CLinux
import Glibc

/// Elements as bytes, for maps whose types are known only at run time.
extension Map {
    /// How many bytes a value has in a call: that of ``valueSize``; for maps in which each CPU has a value of its own, all of them, each filled up to
    /// a multiple of 8 bytes.
    ///
    /// - Throws: ``EBPFError`` where each CPU has a value of its own, and nobody can tell how many there can be: sysfs, which says it, is not mounted.
    public var valueByteCount: Int { get throws(EBPFError) { try bytesPerValue } }

    /// Reads the bytes of the value of a key; `nil` where the map has none. A kind without keys (queue, stack) takes an empty one.
    ///
    /// - Throws: ``EBPFError`` where the key has not ``keySize`` bytes, or the kernel refuses.
    public func bytes(for key: [UInt8]) throws(EBPFError) -> [UInt8]? { try read(.mapLookup, "read map", key) }

    /// Reads the bytes of the value of a key and removes both, in one step; `nil` where the map has none.
    ///
    /// Linux 4.20 for queues and stacks, which have no keys, 5.14 for hashes.
    ///
    /// - Throws: ``EBPFError`` where the key has not ``keySize`` bytes, or the kernel or the kind cannot do it.
    public func takeBytes(for key: [UInt8]) throws(EBPFError) -> [UInt8]? { try read(.mapLookupAndDelete, "take out of map", key) }

    /// Sets the value of a key from bytes. A kind without keys (queue, stack, bloom filter) takes an empty one.
    ///
    /// - Throws: ``EBPFError`` where the sizes are not ``keySize`` and ``valueByteCount``, the map is full, the condition does not hold, or the
    ///   kernel refuses.
    public func update(bytes key: [UInt8], to value: [UInt8], _ condition: UpdateCondition = .always) throws(EBPFError) {
        guard key.count == keySize, value.count == (try bytesPerValue) else { throw wrongSizes(key: key.count, value: value.count) }
        let status = Self.withKey(key) { key in
            value.withUnsafeBytes { updateElement(key, UnsafeMutableRawPointer(mutating: $0.baseAddress), condition.rawValue) }
        }
        guard status >= 0 else { throw failure("update map", status, flags: condition.rawValue) }
    }

    /// Removes a key and its value; answers whether the key was there.
    ///
    /// - Throws: ``EBPFError`` where the key has not ``keySize`` bytes, or the kernel refuses.
    public func remove(bytes key: [UInt8]) throws(EBPFError) -> Bool {
        guard key.count == keySize else { throw wrongSizes(key: key.count, value: valueSize) }
        let status = Self.withKey(key) { deleteElement($0) }
        guard status >= 0 || status == -ENOENT else { throw failure("remove from map", status) }
        return status >= 0
    }

    /// The key behind a key in the kernel's order, or the first; `nil` at the end. Linux 3.19.
    ///
    /// Where the key is not there any more, the kernel begins again; ``forEachEntry(_:)`` takes care of that.
    ///
    /// - Throws: ``EBPFError`` where the key has not ``keySize`` bytes, or the kind has no keys to list.
    public func key(after key: [UInt8]?) throws(EBPFError) -> [UInt8]? {
        guard keySize > 0, key == nil || key?.count == keySize else { throw wrongSizes(key: key?.count ?? 0, value: valueSize) }
        var next = [UInt8](repeating: 0, count: keySize)
        let status = next.withUnsafeMutableBytes { next in
            guard let key else { return call(.mapNextKey, key: nil, value: next.baseAddress, flags: 0) }
            return Self.withKey(key) { call(.mapNextKey, key: $0, value: next.baseAddress, flags: 0) }
        }
        guard status >= 0 || status == -ENOENT else { throw failure("list the keys of map", status) }
        return status >= 0 ? next : nil
    }

    private func read(_ command: BPFCommand, _ verb: String, _ key: [UInt8]) throws(EBPFError) -> [UInt8]? {
        guard key.count == keySize else { throw wrongSizes(key: key.count, value: valueSize) }
        var value = [UInt8](repeating: 0, count: try bytesPerValue)
        let status = value.withUnsafeMutableBytes { value in
            Self.withKey(key) { call(command, key: $0, value: value.baseAddress, flags: 0) }
        }
        guard status >= 0 || status == -ENOENT else { throw failure(verb, status) }
        return status >= 0 ? value : nil
    }

    /// The kernel wants no address where there is no key.
    private static func withKey<Result>(_ key: [UInt8], _ body: (UnsafeMutableRawPointer?) -> Result) -> Result {
        key.withUnsafeBytes { body($0.isEmpty ? nil : UnsafeMutableRawPointer(mutating: $0.baseAddress)) }
    }
}
