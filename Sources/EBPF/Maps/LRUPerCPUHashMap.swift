// SPDX-License-Identifier: Apache-2.0

import BPFObject

/// A hash table with values for every CPU, which makes room by dropping what was used least recently.
///
///     let entries = try LRUPerCPUHashMap<UInt32, UInt64>(loaded.map("entries"))
///
/// Linux 4.10. `include/uapi/linux/bpf.h`: `BPF_MAP_TYPE_LRU_PERCPU_HASH`.
public struct LRUPerCPUHashMap<Key: BitwiseCopyable, Value: BitwiseCopyable>: PerCPUMap, RemovableMap {
    /// The map.
    public let map: Map

    /// The map as one of this kind.
    ///
    /// - Throws: ``EBPFError`` where it is of another kind, or its keys and values are of other sizes or types. The kernel is not asked.
    public init(_ map: Map) throws(EBPFError) {
        self.map = try map.checked(as: Self.self, [.lruPerCPUHash], key: SwiftLayout(Key.self), value: SwiftLayout(Value.self))
    }
}
