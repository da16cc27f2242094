// SPDX-License-Identifier: Apache-2.0

/// The word of a type that says of what kind it is, and how many entries follow: `info` of `struct btf_type`.
///
/// Bits 0 to 23 are the number of entries, bits 24 to 30 the kind, bit 31 a flag. Before Linux 7.2 the number had sixteen bits and the kind
/// five; what lay beside them had to be zero, so the words of older kernels mean what they meant. The arrangement is that of
/// `BTF_INFO_KIND` and `BTF_INFO_VLEN` of `include/uapi/linux/btf.h`.
struct TypeInfo: Sendable, Hashable {
    let word: UInt32

    /// The most entries that a type may have.
    static let largestCount = 0xFF_FFFF
    /// The most that kernels before Linux 7.2 take.
    static let largestCountOfOldKernels = 0xFFFF

    @inline(__always)
    init(_ word: UInt32) { self.word = word }

    init(_ kind: BTFKind, count: Int = 0, flag: Bool = false) {
        word = UInt32(count & Self.largestCount) | UInt32(kind.rawValue) << 24 | (flag ? 1 << 31 : 0)
    }

    /// The number of the kind, whether it is known or not: up to 127.
    @inline(__always)
    var kindNumber: UInt8 { UInt8(truncatingIfNeeded: word >> 24) & 0x7F }

    /// The kind; void, which never stands in a table, for one that is not known.
    @inline(__always)
    var kind: BTFKind { BTFKind(rawValue: kindNumber) ?? .void }

    /// The number of members, enumerators, parameters or variables; the linkage of a function.
    @inline(__always)
    var count: Int { Int(word & 0xFF_FFFF) }

    /// The top bit, whose meaning the kind gives.
    @inline(__always)
    var flag: Bool { word >> 31 == 1 }

    /// Whether it is of one of the kinds whose bits are set.
    @inline(__always)
    func isOf(_ kinds: UInt32) -> Bool { kinds >> UInt32(kindNumber) & 1 == 1 }
}
