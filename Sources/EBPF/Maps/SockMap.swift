// SPDX-License-Identifier: Apache-2.0

import BPFObject

/// Sockets by their index, from 0 on, between which programs pass on what is sent and received.
///
/// Linux 4.14. `include/uapi/linux/bpf.h`: `BPF_MAP_TYPE_SOCKMAP`.
public struct SockMap: SocketsMap {
    /// The index, from 0 on.
    public typealias Key = UInt32
    /// The map.
    public let map: Map

    /// The map as one of this kind.
    ///
    /// - Throws: ``EBPFError`` where it is of another kind or size. The kernel is not asked.
    public init(_ map: Map) throws(EBPFError) {
        self.map = try map.checked(as: Self.self, [.sockmap], key: SwiftLayout(Key.self))
    }
}
