// SPDX-License-Identifier: Apache-2.0

import Bytes

/// Finds symbols by name, for callers that look for more than a few.
///
/// Making it reads each name once; then a look-up takes time in proportion to the name's length and the number of symbols that have it, not to
/// the number of symbols. It takes eight to sixteen bytes a symbol, and keeps the file's bytes. Names are not copied.
public struct SymbolNameIndex: Sendable {
    private let table: SymbolTable
    /// For each hash, one more than the index of the last symbol that has it; 0 for none.
    private var heads: [UInt32]
    /// For each symbol, one more than the index of the symbol before it that shares its hash's slot; 0 for none.
    private var previous: [UInt32]
    /// Differs from process to process, so that no file can be made to have all names in one slot.
    private let seed: UInt64

    /// Indexes the names of a table.
    ///
    /// - Throws: ``ELFError`` where the names overlap such that they would take far more time than the file's size.
    public init(_ table: SymbolTable) throws(ELFError) {
        guard let count = UInt32(exactly: table.count) else {
            throw ELFError(.malformed, "a table of \(table.count) symbols is larger than relocations can refer to")
        }
        self.table = table
        seed = UInt64.random(in: 0...UInt64.max)
        var slots = 16
        while slots < table.count { slots *= 2 }
        heads = Array(repeating: 0, count: slots)
        previous = Array(repeating: 0, count: table.count)
        var names = table.nameReader
        for index in 0..<count {
            guard let entry = table.entry(at: Int(index)), let length = try names.length(at: entry.nameOffset), length > 0,
                let name = table.strings.slice(at: entry.nameOffset, count: length)
            else { continue }
            let slot = name.withBytes { (bytes: RawSpan) -> Int in self.slot(of: bytes) }
            previous[Int(index)] = heads[slot]
            heads[slot] = index + 1
        }
    }

    /// The indices in the table of all symbols with a name, in the table's order.
    public func indices(named name: String) -> [Int] {
        let name = Array(name.utf8)
        guard !name.isEmpty else { return [] }
        var indices: [Int] = []
        var next = heads[slot(of: name.span.bytes)]
        while next != 0 {
            let index = Int(next - 1)
            if let entry = table.entry(at: index), table.strings.holdsString(name, at: entry.nameOffset) { indices.append(index) }
            next = previous[index]
        }
        return indices.reversed()
    }

    /// All symbols with a name, in the table's order.
    public func symbols(named name: String) -> [Symbol] {
        indices(named: name).compactMap { table.symbol(at: $0) }
    }

    /// The symbol that a name means: of several, a global one before a weak one before a local one before one that another file defines, of
    /// those a default version before others, and then the first.
    public func symbol(named name: String) -> Symbol? {
        var best: (index: Int, rank: Int)?
        for index in indices(named: name) {
            guard let entry = table.entry(at: index) else { continue }
            let rank = table.rank(entry, at: index)
            if rank > best?.rank ?? -1 { best = (index, rank) }
        }
        return best.flatMap { table.symbol(at: $0.index) }
    }

    /// FNV-1a from a random beginning, mixed: its low bits alone depend on the low bits of the name only.
    private func slot(of name: RawSpan) -> Int {
        var hash = seed
        for offset in 0..<name.byteCount {
            hash = (hash ^ UInt64(name.unsafeLoad(fromByteOffset: offset, as: UInt8.self))) &* 0x100_0000_01B3
        }
        hash = (hash ^ hash >> 32) &* 0x9E37_79B9_7F4A_7C15
        return Int(truncatingIfNeeded: hash >> 32) & (heads.count - 1)
    }
}
