// SPDX-License-Identifier: Apache-2.0

/// What an atomic operation does to memory with a register (RFC 9669, section 5.3). The raw value stands in the instruction's immediate.
///
/// Only ``add`` is older than ISA v3, which Linux 5.12 takes (on x86-64; on arm64 since 5.18).
public enum AtomicUpdate: Int32, Sendable, Hashable, CaseIterable {
    /// Adds the register. ISA v1, Linux 3.18.
    case add = 0x00
    /// Sets the bits that the register has.
    case or = 0x40
    /// Keeps the bits that the register has.
    case and = 0x50
    /// Flips the bits that the register has.
    case xor = 0xA0
    /// As ``add``; the register gets what memory held before.
    case fetchAdd = 0x01
    /// As ``or``; the register gets what memory held before.
    case fetchOr = 0x41
    /// As ``and``; the register gets what memory held before.
    case fetchAnd = 0x51
    /// As ``xor``; the register gets what memory held before.
    case fetchXor = 0xA1
    /// The register and memory change places.
    case exchange = 0xE1
    /// Memory that equals `r0` gets the register's value; `r0` gets what memory held before.
    case compareExchange = 0xF1

    /// How LLVM writes what it does to memory.
    var symbol: String {
        switch self {
        case .add, .fetchAdd: "+="
        case .or, .fetchOr: "|="
        case .and, .fetchAnd: "&="
        case .xor, .fetchXor: "^="
        case .exchange: "xchg"
        case .compareExchange: "cmpxchg"
        }
    }
}

/// The numbers of atomic operations that only order a load or a store.
enum AtomicOrder {
    /// `BPF_LOAD_ACQ`.
    static let loadAcquire: Int32 = 0x100
    /// `BPF_STORE_REL`.
    static let storeRelease: Int32 = 0x110
}
