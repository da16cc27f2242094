// SPDX-License-Identifier: Apache-2.0

import BPFObject

/// Sockets by keys, between which programs pass on what is sent and received.
///
/// Linux 4.18. `include/uapi/linux/bpf.h`: `BPF_MAP_TYPE_SOCKHASH`.
public struct SockHash<Key: BitwiseCopyable>: SocketsMap {
    /// The map.
    public let map: Map

    /// The map as one of this kind.
    ///
    /// - Throws: ``EBPFError`` where it is of another kind or size. The kernel is not asked.
    public init(_ map: Map) throws(EBPFError) {
        self.map = try map.checked(as: Self.self, [.sockhash], key: SwiftLayout(Key.self))
    }
}
