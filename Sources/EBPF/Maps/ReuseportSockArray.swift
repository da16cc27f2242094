// SPDX-License-Identifier: Apache-2.0

import BPFObject

/// Sockets that share a port, by their index, from 0 on, among which a program chooses (`bpf_sk_select_reuseport`).
///
/// Linux 4.19. `include/uapi/linux/bpf.h`: `BPF_MAP_TYPE_REUSEPORT_SOCKARRAY`.
public struct ReuseportSockArray: SocketsMap {
    /// The index, from 0 on.
    public typealias Key = UInt32
    /// The map.
    public let map: Map

    /// The map as one of this kind.
    ///
    /// - Throws: ``EBPFError`` where it is of another kind or size. The kernel is not asked.
    public init(_ map: Map) throws(EBPFError) {
        self.map = try map.checked(as: Self.self, [.reuseportSockArray], key: SwiftLayout(Key.self))
    }
}
