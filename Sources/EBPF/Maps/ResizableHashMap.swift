// SPDX-License-Identifier: Apache-2.0

import BPFObject

/// A hash table that grows and shrinks with its entries.
///
///     let entries = try ResizableHashMap<UInt32, UInt64>(loaded.map("entries"))
///
/// Linux 7.2. `include/uapi/linux/bpf.h`: `BPF_MAP_TYPE_RHASH`.
public struct ResizableHashMap<Key: BitwiseCopyable, Value: BitwiseCopyable>: WritableMap, RemovableMap {
    /// The map.
    public let map: Map

    /// The map as one of this kind.
    ///
    /// - Throws: ``EBPFError`` where it is of another kind, or its keys and values are of other sizes or types. The kernel is not asked.
    public init(_ map: Map) throws(EBPFError) {
        self.map = try map.checked(as: Self.self, [.resizableHash], key: SwiftLayout(Key.self), value: SwiftLayout(Value.self))
    }
}
