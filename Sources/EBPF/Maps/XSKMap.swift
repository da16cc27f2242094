// SPDX-License-Identifier: Apache-2.0

import BPFObject

/// Sockets of AF_XDP by their index, from 0 on, to which XDP programs hand packets. User space puts them in and cannot read them.
///
/// Linux 4.18. `include/uapi/linux/bpf.h`: `BPF_MAP_TYPE_XSKMAP`.
public struct XSKMap: DescriptorMap {
    /// The index, from 0 on.
    public typealias Key = UInt32
    /// The map.
    public let map: Map

    /// The map as one of this kind.
    ///
    /// - Throws: ``EBPFError`` where it is of another kind or size. The kernel is not asked.
    public init(_ map: Map) throws(EBPFError) {
        self.map = try map.checked(as: Self.self, [.xskmap], key: SwiftLayout(Key.self))
    }

    /// Puts a socket of AF_XDP under an index.
    ///
    /// - Parameter socket: its descriptor, which stays the caller's.
    /// - Throws: ``EBPFError`` where it is no such socket, or the index lies behind the end.
    public func update(_ index: UInt32, toSocket socket: Int32) throws(EBPFError) { try put(socket, at: index) }
}
