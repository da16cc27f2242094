// SPDX-License-Identifier: GPL-2.0-only OR MIT

/// The first bits of an address: the key of an ``LPMTrie``.
///
///     Prefix(IPv4Address(10, 0, 0, 0), length: 8)   // 10.0.0.0/8
///
/// The address lies as in the packet, its first bit in the first byte, and is aligned to 4 bytes at most: ``IPv4Address``, ``IPv6Address``,
/// ``MACAddress`` are so. `include/uapi/linux/bpf.h`: `struct bpf_lpm_trie_key_hdr`. User space has `IPv4Network` and `IPv6Network` for it.
@frozen public struct Prefix<Address: BitwiseCopyable>: BitwiseCopyable {
    /// How many of the first bits count.
    public var length: UInt32
    /// The address; its other bits do not count.
    public var address: Address

    /// The first `length` bits of an address.
    @inline(__always) public init(_ address: Address, length: UInt32) {
        self.length = length
        self.address = address
    }

    /// All bits of an address: what is looked up.
    @inline(__always) public init(_ address: Address) {
        self.init(address, length: UInt32(truncatingIfNeeded: MemoryLayout<Address>.size &* 8))
    }
}
