// SPDX-License-Identifier: Apache-2.0

import BPFObject

/// Maps by keys. A program finds one by its key, and goes on in that.
///
/// Linux 4.12. `include/uapi/linux/bpf.h`: `BPF_MAP_TYPE_HASH_OF_MAPS`.
public struct HashOfMaps<Key: BitwiseCopyable>: NumberedObjectMap {
    /// The map.
    public let map: Map

    /// The map as one of this kind.
    ///
    /// - Throws: ``EBPFError`` where it is of another kind or size. The kernel is not asked.
    public init(_ map: Map) throws(EBPFError) {
        self.map = try map.checked(as: Self.self, [.hashOfMaps], key: SwiftLayout(Key.self))
    }

    /// Puts a map under a key; the kernel takes those that are like the pattern that the outer map was created with.
    ///
    /// - Throws: ``EBPFError`` where it is of another kind or size (`EINVAL`), there is no room, or the condition does not hold.
    public func update(_ key: Key, to inner: Map, _ condition: Map.UpdateCondition = .always) throws(EBPFError) {
        try put(inner.descriptor.number, at: key, condition)
    }

    /// The map under a key, opened by its number (id); `nil` where there is none.
    ///
    /// - Throws: ``EBPFError`` where the kernel refuses, as for processes that may not open maps by number.
    public func inner(at key: Key) throws(EBPFError) -> Map? {
        guard let id = try id(at: key) else { return nil }
        return try Map(id: id)
    }
}
