// SPDX-License-Identifier: Apache-2.0

import BPFObject

/// Values by their index, from 0 on, that all CPUs share; all of them exist, and are zero at first.
///
///     let entries = try ArrayMap<UInt64>(loaded.map("entries"))
///
/// Linux 3.19. `include/uapi/linux/bpf.h`: `BPF_MAP_TYPE_ARRAY`.
public struct ArrayMap<Value: BitwiseCopyable>: WritableMap {
    /// The index, from 0 on; one behind the last is no entry (`nil`), and cannot be set.
    public typealias Key = UInt32
    /// The map.
    public let map: Map

    /// The map as one of this kind.
    ///
    /// - Throws: ``EBPFError`` where it is of another kind, or its keys and values are of other sizes or types. The kernel is not asked.
    public init(_ map: Map) throws(EBPFError) {
        self.map = try map.checked(as: Self.self, [.array], key: SwiftLayout(Key.self), value: SwiftLayout(Value.self))
    }
}
