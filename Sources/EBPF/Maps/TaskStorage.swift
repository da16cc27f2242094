// SPDX-License-Identifier: Apache-2.0

import BPFObject

/// A value for each task, which goes with it. Descriptors are those of pidfd_open(2).
///
/// Linux 5.11. `include/uapi/linux/bpf.h`: `BPF_MAP_TYPE_TASK_STORAGE`.
public struct TaskStorage<Value: BitwiseCopyable>: ObjectStorage {
    /// The map.
    public let map: Map

    /// The map as one of this kind.
    ///
    /// - Throws: ``EBPFError`` where it is of another kind, or its values are of another size or type. The kernel is not asked.
    public init(_ map: Map) throws(EBPFError) { self.map = try map.checked(as: Self.self, [.taskStorage], value: SwiftLayout(Value.self)) }
}
