// SPDX-License-Identifier: Apache-2.0

import Glibc

/// A key of a trie: how many of its first bits count, and the bits.
public protocol PrefixKey: BitwiseCopyable, Hashable, Sendable {
    /// How many of the first bits count.
    var prefixLength: UInt32 { get }
}

/// A network of IPv4 addresses, as a key of a trie (`struct bpf_lpm_trie_key` with four bytes): `10.0.0.0/8`.
public struct IPv4Network: PrefixKey, CustomStringConvertible, LosslessStringConvertible {
    /// How many of the first bits count: 0 to 32.
    public let prefixLength: UInt32
    private let bytes: InlineArray<4, UInt8>

    /// The network of an address, whose first bits count; the others become zero. `nil` for more than 32 bits.
    public init?(_ address: (UInt8, UInt8, UInt8, UInt8), prefixLength: Int = 32) {
        guard let masked = masked([address.0, address.1, address.2, address.3], prefixLength) else { return nil }
        self.prefixLength = UInt32(prefixLength)
        bytes = InlineArray { masked[$0] }
    }

    /// Reads `10.0.0.0/8`, or an address alone, which has 32 bits. `nil` for what is neither, also where bits are set that do not count.
    public init?(_ description: String) {
        guard let (address, length) = parsed(description, AF_INET, byteCount: 4) else { return nil }
        prefixLength = UInt32(length)
        bytes = InlineArray { address[$0] }
    }

    /// The bytes of the first address, in the order in which they are written.
    public var address: [UInt8] { bytes.indices.map { bytes[$0] } }

    /// `10.0.0.0/8`
    public var description: String { "\(text(of: address, AF_INET))/\(prefixLength)" }

    /// Whether both are the same network.
    public static func == (left: Self, right: Self) -> Bool { left.prefixLength == right.prefixLength && left.address == right.address }

    /// Feeds the network into a hash.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(prefixLength)
        hasher.combine(address)
    }
}

/// A network of IPv6 addresses, as a key of a trie (`struct bpf_lpm_trie_key` with sixteen bytes): `2001:db8::/32`.
public struct IPv6Network: PrefixKey, CustomStringConvertible, LosslessStringConvertible {
    /// How many of the first bits count: 0 to 128.
    public let prefixLength: UInt32
    private let bytes: InlineArray<16, UInt8>

    /// The network of an address of sixteen bytes, whose first bits count; the others become zero. `nil` for other numbers of bytes, and more than
    /// 128 bits.
    public init?(_ address: [UInt8], prefixLength: Int = 128) {
        guard address.count == 16, let masked = masked(address, prefixLength) else { return nil }
        self.prefixLength = UInt32(prefixLength)
        bytes = InlineArray { masked[$0] }
    }

    /// Reads `2001:db8::/32`, or an address alone, which has 128 bits. `nil` for what is neither, also where bits are set that do not count.
    public init?(_ description: String) {
        guard let (address, length) = parsed(description, AF_INET6, byteCount: 16) else { return nil }
        prefixLength = UInt32(length)
        bytes = InlineArray { address[$0] }
    }

    /// The bytes of the first address, in the order in which they are written.
    public var address: [UInt8] { bytes.indices.map { bytes[$0] } }

    /// `2001:db8::/32`
    public var description: String { "\(text(of: address, AF_INET6))/\(prefixLength)" }

    /// Whether both are the same network.
    public static func == (left: Self, right: Self) -> Bool { left.prefixLength == right.prefixLength && left.address == right.address }

    /// Feeds the network into a hash.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(prefixLength)
        hasher.combine(address)
    }
}

/// A network of IPv4 or IPv6, as people write it: `10.0.0.0/8`, `2001:db8::/32`.
public enum IPNetwork: Hashable, Sendable, CustomStringConvertible, LosslessStringConvertible {
    case v4(IPv4Network)
    case v6(IPv6Network)

    /// Reads either form; `nil` for what is neither.
    public init?(_ description: String) {
        if let network = IPv4Network(description) {
            self = .v4(network)
        } else if let network = IPv6Network(description) {
            self = .v6(network)
        } else {
            return nil
        }
    }

    /// The network as it is written.
    public var description: String {
        switch self {
        case .v4(let network): network.description
        case .v6(let network): network.description
        }
    }
}

/// The address with all bits zero that do not count; `nil` where it has not as many.
private func masked(_ address: [UInt8], _ length: Int) -> [UInt8]? {
    guard length >= 0, length <= address.count * 8 else { return nil }
    return address.enumerated().map { index, byte in
        let bits = min(max(length - index * 8, 0), 8)
        return byte & ~UInt8(truncatingIfNeeded: 0xFF >> bits)
    }
}

private func parsed(_ text: String, _ family: Int32, byteCount: Int) -> (address: [UInt8], length: Int)? {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count <= 2, let first = parts.first, first.utf8.count < 64 else { return nil }
    var length = byteCount * 8
    if parts.count == 2 {
        guard parts[1].utf8.allSatisfy({ $0 >= 48 && $0 <= 57 }), let given = Int(parts[1]) else { return nil }
        length = given
    }
    var address = [UInt8](repeating: 0, count: byteCount)
    guard inet_pton(family, String(first), &address) == 1, masked(address, length) == address else { return nil }
    return (address, length)
}

private func text(of address: [UInt8], _ family: Int32) -> String {
    var text = [CChar](repeating: 0, count: 64)
    guard inet_ntop(family, address, &text, socklen_t(text.count)) != nil else { return "?" }
    return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
}
