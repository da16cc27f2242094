// SPDX-License-Identifier: Apache-2.0

import BPFObject

/// A hash table that all CPUs share.
///
///     let entries = try HashMap<UInt32, UInt64>(loaded.map("entries"))
///
/// Linux 3.19. `include/uapi/linux/bpf.h`: `BPF_MAP_TYPE_HASH`.
public struct HashMap<Key: BitwiseCopyable, Value: BitwiseCopyable>: WritableMap, TakeableMap {
    /// The map.
    public let map: Map

    /// The map as one of this kind.
    ///
    /// - Throws: ``EBPFError`` where it is of another kind, or its keys and values are of other sizes or types. The kernel is not asked.
    public init(_ map: Map) throws(EBPFError) {
        self.map = try map.checked(as: Self.self, [.hash], key: SwiftLayout(Key.self), value: SwiftLayout(Value.self))
    }
}
