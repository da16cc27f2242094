// SPDX-License-Identifier: Apache-2.0

import Bytes

/// Finds the symbol that holds an address, for printing addresses as names.
///
/// Making it sorts the symbols; then a look-up takes time in proportion to the logarithm of their number. It takes about 32 bytes a symbol, and
/// keeps the file's bytes. Functions and variables that are defined count, those of threads (``Symbol/Kind/threadLocal``) not.
public struct SymbolAddressIndex: Sendable {
    private let table: SymbolTable
    private let isRelocatable: Bool
    /// The symbols that have a size.
    private var sized = Ranges()
    /// Those that have none, as labels of hand-written assembly.
    private var sizeless = Ranges()

    /// A section in relocatable objects, whose addresses all begin at 0; else 0. Then the address.
    fileprivate struct Place: Comparable {
        let section: UInt32, address: UInt64

        static func < (left: Place, right: Place) -> Bool {
            left.section != right.section ? left.section < right.section : left.address < right.address
        }
    }

    fileprivate struct Candidate {
        let start: Place
        var end: UInt64
        let symbol: UInt32, rank: Int
        var isSizeless: Bool { end == start.address }
    }

    /// Ranges of addresses side by side, each with the symbol that holds it.
    fileprivate struct Ranges {
        /// Where a symbol begins to be the innermost one, sorted; `nothing` where none holds the addresses from there on.
        var boundaries: [(place: Place, symbol: UInt32)] = []

        static let nothing = UInt32.max
    }

    /// Indexes the symbols of a table of a file.
    ///
    /// - Throws: ``ELFError`` where there are more symbols than relocations can refer to.
    public init(_ table: SymbolTable, of file: ELFFile) throws(ELFError) {
        guard let count = UInt32(exactly: table.count) else {
            throw ELFError(.malformed, "a table of \(table.count) symbols is larger than relocations can refer to")
        }
        self.table = table
        isRelocatable = file.kind == .relocatable
        var candidates: [Candidate] = []
        for index in 0..<count {
            if let entry = table.entry(at: Int(index)), let candidate = candidate(entry, symbol: index) { candidates.append(candidate) }
        }
        // Of symbols with the same start, the best stands last, which is innermost.
        candidates.sort { left, right in
            left.start != right.start ? left.start < right.start : (left.rank, right.symbol) < (right.rank, left.symbol)
        }
        sized.fill(with: candidates.filter { !$0.isSizeless })
        sizeless.fill(with: extended(candidates, file: file))
    }

    /// The symbol that holds an address of a program or shared library: the innermost one where several do. Of symbols that share an address
    /// and a size, those whose names begin with two underscores, as a C library's own, answer last (so `malloc` before `__libc_malloc`), a global one
    /// before a weak one before a local one, and of those the first of the table.
    ///
    /// A symbol without a size, as from hand-written assembly, reaches to the next symbol, where none with a size holds the address.
    public func symbol(at address: UInt64) -> Symbol? {
        isRelocatable ? nil : symbol(at: Place(section: 0, address: address))
    }

    /// The symbol that holds an offset in a section, in bytes. This is for relocatable objects, where addresses mean nothing, and serves for
    /// other files as well.
    public func symbol(at offset: UInt64, in section: Section) -> Symbol? {
        guard !isRelocatable else {
            return UInt32(exactly: section.index).flatMap { symbol(at: Place(section: $0, address: offset)) }
        }
        let (address, overflow) = section.address.addingReportingOverflow(offset)
        return overflow || offset >= section.size ? nil : symbol(at: address)
    }

    private func symbol(at place: Place) -> Symbol? {
        (sized.symbol(at: place) ?? sizeless.symbol(at: place)).flatMap { table.symbol(at: $0) }
    }
}

extension SymbolAddressIndex {
    private func candidate(_ entry: SymbolTable.Entry, symbol: UInt32) -> Candidate? {
        guard case .section(let section) = entry.place, let section = UInt32(exactly: section), entry.nameOffset != 0 else { return nil }
        let isCode: Bool
        switch entry.kind {
        case .function, .indirectFunction: isCode = true
        case .object: isCode = false
        // Labels. Those of arm64 and RISC-V that tell code from data (`$x`, `$d`) name nothing.
        case .none where table.strings[entry.nameOffset] != UInt8(ascii: "$"): isCode = false
        default: return nil
        }
        let (end, overflow) = entry.value.addingReportingOverflow(entry.size)
        return Candidate(
            start: Place(section: isRelocatable ? section : 0, address: entry.value), end: overflow ? .max : end, symbol: symbol,
            rank: (isReserved(entry) ? 0 : 64) + table.rank(entry, at: Int(symbol)) * 2 + (isCode ? 1 : 0))
    }

    /// Whether the name is one of those that C keeps for its implementation.
    private func isReserved(_ entry: SymbolTable.Entry) -> Bool {
        table.strings[entry.nameOffset] == UInt8(ascii: "_") && table.strings[entry.nameOffset + 1] == UInt8(ascii: "_")
    }

    /// The symbols without a size, with what is left to the next start of any symbol, or to the end of their section.
    private func extended(_ candidates: [Candidate], file: ELFFile) -> [Candidate] {
        var extended: [Candidate] = []
        var next: Place?
        var following: Place?
        for candidate in candidates.reversed() {
            if let following, following != candidate.start { next = following }
            following = candidate.start
            guard candidate.isSizeless else { continue }
            var long = candidate
            long.end = sectionEnd(of: candidate, file: file)
            if let next, next.section == candidate.start.section { long.end = min(long.end, next.address) }
            extended.append(long)
        }
        return extended.reversed()
    }

    private func sectionEnd(of candidate: Candidate, file: ELFFile) -> UInt64 {
        let least = candidate.start.address == .max ? .max : candidate.start.address + 1
        guard let entry = table.entry(at: Int(candidate.symbol)), case .section(let index) = entry.place,
            let section = file.section(at: index)
        else { return least }
        let (end, overflow) = (isRelocatable ? 0 : section.address).addingReportingOverflow(section.size)
        return overflow ? least : max(least, end)
    }
}

extension SymbolAddressIndex.Ranges {
    typealias Place = SymbolAddressIndex.Place

    /// The index of the symbol that holds a place.
    func symbol(at place: Place) -> Int? {
        var low = 0
        var high = boundaries.count
        while low < high {
            let middle = (low + high) / 2
            if boundaries[middle].place <= place { low = middle + 1 } else { high = middle }
        }
        guard low > 0, boundaries[low - 1].place.section == place.section, boundaries[low - 1].symbol != Self.nothing else { return nil }
        return Int(boundaries[low - 1].symbol)
    }

    /// Turns ranges that may lie in each other, sorted by their starts, into ranges side by side: that which began last holds an address.
    mutating func fill(with candidates: [SymbolAddressIndex.Candidate]) {
        // Those that are still open, the innermost last. One below another may have ended; it is dropped when it comes to the top.
        var open: [SymbolAddressIndex.Candidate] = []
        func close(before place: Place?) {
            while let top = open.last {
                let end = Place(section: top.start.section, address: top.end)
                if let place, end > place { return }
                open.removeLast()
                while let below = open.last, below.end <= top.end { open.removeLast() }
                mark(end, open.last?.symbol ?? Self.nothing)
            }
        }
        for candidate in candidates {
            close(before: candidate.start)
            open.append(candidate)
            mark(candidate.start, candidate.symbol)
        }
        close(before: nil)
    }

    private mutating func mark(_ place: Place, _ symbol: UInt32) {
        if let last = boundaries.last, last.place == place {
            boundaries[boundaries.count - 1].symbol = symbol
        } else {
            boundaries.append((place, symbol))
        }
    }
}
