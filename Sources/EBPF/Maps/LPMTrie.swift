// SPDX-License-Identifier: Apache-2.0

import BPFObject

/// Values by prefixes; a look-up finds the longest prefix that fits, as in routing.
///
///     let routes = try LPMTrie<IPv4Network, UInt32>(loaded.map("routes"))
///     if let network = IPv4Network("10.0.0.0/8") { try routes.update(network, to: 7) }
///     if let host = IPv4Network("10.1.2.3") { print(try routes.value(for: host) ?? 0) }   // 7
///
/// Keys are ``IPv4Network``, ``IPv6Network``, or a type that begins with the number of bits that count. `value(for:)` finds the longest prefix of
/// the key that is there; `remove`
/// and `update` mean just the key.
///
/// Before Linux 6.13, and the releases of older series into which that was brought (6.1 has it, 5.10 not), a trie that is full refuses to replace a value, too,
/// and passes over conditions.
///
/// Linux 4.11. `include/uapi/linux/bpf.h`: `BPF_MAP_TYPE_LPM_TRIE`.
public struct LPMTrie<Key: PrefixKey, Value: BitwiseCopyable>: WritableMap, RemovableMap {
    /// The map.
    public let map: Map

    /// The map as one of this kind.
    ///
    /// - Throws: ``EBPFError`` where it is of another kind, or its keys and values are of other sizes or types. The kernel is not asked.
    public init(_ map: Map) throws(EBPFError) {
        self.map = try map.checked(as: Self.self, [.lpmTrie], key: SwiftLayout(Key.self), value: SwiftLayout(Value.self))
    }
}
