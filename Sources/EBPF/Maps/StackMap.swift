// SPDX-License-Identifier: Apache-2.0

import BPFObject

/// A stack: the value that was put in last comes out first.
///
///     let jobs = try StackMap<UInt64>(loaded.map("jobs"))
///     try jobs.push(1)
///     while let job = try jobs.pop() { ... }
///
/// Linux 4.20. `include/uapi/linux/bpf.h`: `BPF_MAP_TYPE_STACK`.
public struct StackMap<Value: BitwiseCopyable>: ValueQueue {
    /// The map.
    public let map: Map

    /// The map as one of this kind.
    ///
    /// - Throws: ``EBPFError`` where it is of another kind, or its values are of another size or type. The kernel is not asked.
    public init(_ map: Map) throws(EBPFError) {
        self.map = try map.checked(as: Self.self, [.stack], value: SwiftLayout(Value.self))
    }
}
