// SPDX-License-Identifier: Apache-2.0

import BPFObject

/// A hash table that makes room by dropping what was used least recently; so it may hold less than was put in before it is full.
///
///     let entries = try LRUHashMap<UInt32, UInt64>(loaded.map("entries"))
///
/// Linux 4.10. `include/uapi/linux/bpf.h`: `BPF_MAP_TYPE_LRU_HASH`.
public struct LRUHashMap<Key: BitwiseCopyable, Value: BitwiseCopyable>: WritableMap, TakeableMap {
    /// The map.
    public let map: Map

    /// The map as one of this kind.
    ///
    /// - Throws: ``EBPFError`` where it is of another kind, or its keys and values are of other sizes or types. The kernel is not asked.
    public init(_ map: Map) throws(EBPFError) {
        self.map = try map.checked(as: Self.self, [.lruHash], key: SwiftLayout(Key.self), value: SwiftLayout(Value.self))
    }
}
