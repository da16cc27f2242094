// SPDX-License-Identifier: Apache-2.0

import BPFObject

/// A value for each socket, which goes with it. Descriptors are those of sockets.
///
/// Linux 5.2. `include/uapi/linux/bpf.h`: `BPF_MAP_TYPE_SK_STORAGE`.
public struct SocketStorage<Value: BitwiseCopyable>: ObjectStorage {
    /// The map.
    public let map: Map

    /// The map as one of this kind.
    ///
    /// - Throws: ``EBPFError`` where it is of another kind, or its values are of another size or type. The kernel is not asked.
    public init(_ map: Map) throws(EBPFError) { self.map = try map.checked(as: Self.self, [.skStorage], value: SwiftLayout(Value.self)) }
}
