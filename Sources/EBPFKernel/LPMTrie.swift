// SPDX-License-Identifier: GPL-2.0-only OR MIT

/// Values by prefixes; a look-up finds the longest prefix that fits, as in routing.
///
///     let routes = LPMTrie<Prefix<IPv4Address>, UInt32>(maxEntries: 1024)
///
///     guard let route = routes.lookup(header.pointee.destination) else { return .pass }
///
/// `lookup` of a key finds the longest prefix of the key that is there; `update` and `remove` mean just the key. Keys are ``Prefix``, or a
/// structure that begins with the number of bits that count, as a `UInt32`. Linux 4.11. `include/uapi/linux/bpf.h`: `BPF_MAP_TYPE_LPM_TRIE`.
@frozen public struct LPMTrie<Key: BitwiseCopyable, Value: BitwiseCopyable>: RemovableMap, ~Copyable, @unchecked Sendable {
    /// What it was declared as.
    public let declaration: MapDeclaration
    @usableFromInline let identity = MapIdentity()

    /// A map of at most `maxEntries` prefixes, which are allocated when they are added: the kernel has no other tries. What is passed must be known
    /// when the kernel half is compiled.
    @inline(__always) public init(maxEntries: UInt32, flags: MapFlags = .none, pinning: MapPinning = .none) {
        declaration = MapDeclaration(type: 11, maxEntries: maxEntries, flags: flags | .noPreallocation, pinning: pinning)
    }

    /// The value of the longest prefix of an address, where it lies; `nil` where no prefix fits.
    @inline(__always) public func lookup<Address>(_ address: Address) -> UnsafeMutablePointer<Value>? where Key == Prefix<Address> {
        lookup(Prefix(address))
    }
}
