// SPDX-License-Identifier: Apache-2.0

import BPFObject

/// A value for each inode, which goes with it. Descriptors are those of open files.
///
/// Linux 5.10. `include/uapi/linux/bpf.h`: `BPF_MAP_TYPE_INODE_STORAGE`.
public struct InodeStorage<Value: BitwiseCopyable>: ObjectStorage {
    /// The map.
    public let map: Map

    /// The map as one of this kind.
    ///
    /// - Throws: ``EBPFError`` where it is of another kind, or its values are of another size or type. The kernel is not asked.
    public init(_ map: Map) throws(EBPFError) { self.map = try map.checked(as: Self.self, [.inodeStorage], value: SwiftLayout(Value.self)) }
}
