// SPDX-License-Identifier: Apache-2.0

import BPFObject

/// A hash table in which each key has a value for every CPU.
///
///     let entries = try PerCPUHashMap<UInt32, UInt64>(loaded.map("entries"))
///
/// Linux 4.6. `include/uapi/linux/bpf.h`: `BPF_MAP_TYPE_PERCPU_HASH`.
public struct PerCPUHashMap<Key: BitwiseCopyable, Value: BitwiseCopyable>: PerCPUMap, RemovableMap {
    /// The map.
    public let map: Map

    /// The map as one of this kind.
    ///
    /// - Throws: ``EBPFError`` where it is of another kind, or its keys and values are of other sizes or types. The kernel is not asked.
    public init(_ map: Map) throws(EBPFError) {
        self.map = try map.checked(as: Self.self, [.perCPUHash], key: SwiftLayout(Key.self), value: SwiftLayout(Value.self))
    }
}
