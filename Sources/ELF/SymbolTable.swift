// SPDX-License-Identifier: Apache-2.0

import Bytes

/// The symbols of a file's `.symtab` or `.dynsym`, decoded one by one when asked for.
///
/// A table shares the file's bytes and costs nothing to make. Looking for a name or an address takes time in proportion to the number of
/// symbols, without allocating; where that is done more than a few times, make a ``SymbolNameIndex`` or a ``SymbolAddressIndex``.
public struct SymbolTable: Sendable {
    /// The number of symbols, with the empty one that ELF reserves in front.
    public let count: Int
    /// Whether these are the symbols for the dynamic linker.
    public let isDynamic: Bool
    let entries: ByteView
    let strings: ByteView
    let order: ByteOrder
    /// The section numbers that do not fit in sixteen bits, as four bytes for each symbol.
    var wideIndices: ByteView?
    var versions: SymbolVersions?

    init(entries: ByteView, strings: ByteView, order: ByteOrder, isDynamic: Bool) {
        count = entries.count / Symbol.entrySize
        self.entries = entries
        self.strings = strings
        self.order = order
        self.isDynamic = isDynamic
    }

    /// The symbol at an index, as relocations have them; `nil` outside of the table.
    public func symbol(at index: Int) -> Symbol? {
        guard let entry = entry(at: index) else { return nil }
        return symbol(entry, at: index, name: strings.string(at: entry.nameOffset) ?? "")
    }

    /// All symbols in the table's order; the first is the empty symbol that ELF reserves.
    ///
    /// - Throws: ``ELFError`` where the names overlap such that they would take far more memory than the file.
    public func symbols() throws(ELFError) -> [Symbol] {
        var names = nameReader
        var symbols: [Symbol] = []
        symbols.reserveCapacity(count)
        for index in 0..<count {
            guard let entry = entry(at: index) else { break }
            symbols.append(symbol(entry, at: index, name: try names.string(at: entry.nameOffset)))
        }
        return symbols
    }

    /// The symbol with a name: of several, a global one before a weak one before a local one before one that another file defines, and of
    /// those a default version before others, and then the first.
    public func symbol(named name: String) -> Symbol? {
        var best: (index: Int, rank: Int)?
        for index in indices(named: name) {
            guard let entry = entry(at: index) else { continue }
            let rank = rank(entry, at: index)
            if rank > best?.rank ?? -1 { best = (index, rank) }
        }
        return best.flatMap { symbol(at: $0.index) }
    }

    /// The indices of all symbols with a name, in the table's order. Allocates nothing but the answer.
    ///
    /// Attaching a probe waits for this: of each symbol only the place of its name is read, and of most names two bytes.
    func indices(named name: String) -> [Int] {
        let name = Array(name.utf8)
        guard let first = name.first else { return [] }
        // Behind the name there must be room for the zero that ends it.
        let end = strings.count - name.count
        var found: [Int] = []
        entries.withBytes { entries in
            strings.withBytes { bytes in
                for index in 0..<count {
                    let field = entries.unsafeLoadUnaligned(fromByteOffset: index * Symbol.entrySize, as: UInt32.self)
                    let offset = Int(order.convert(field))
                    guard offset < end, bytes.unsafeLoad(fromByteOffset: offset, as: UInt8.self) == first,
                        bytes.unsafeLoad(fromByteOffset: offset + name.count, as: UInt8.self) == 0, strings.holdsString(name, at: offset)
                    else { continue }
                    found.append(index)
                }
            }
        }
        return found
    }

    var nameReader: StringTable { StringTable(strings, of: isDynamic ? "dynamic symbols" : "symbols", count: count) }
}

extension SymbolTable {
    /// A symbol as it stands in the table.
    struct Entry {
        let nameOffset: Int, kind: Symbol.Kind, binding: Symbol.Binding, visibility: Symbol.Visibility
        let place: Symbol.Place, value: UInt64, size: UInt64
    }

    func entry(at index: Int) -> Entry? {
        guard index >= 0, index < count else { return nil }
        let start = index * Symbol.entrySize
        guard let nameOffset = entries.integer(UInt32.self, at: start, order: order),
            let info = entries[start + 4], let other = entries[start + 5],
            let section = entries.integer(UInt16.self, at: start + 6, order: order),
            let value = entries.integer(UInt64.self, at: start + 8, order: order),
            let size = entries.integer(UInt64.self, at: start + 16, order: order)
        else { return nil }
        return Entry(
            nameOffset: Int(nameOffset), kind: .init(rawValue: info & 0xF), binding: .init(rawValue: info >> 4),
            visibility: .init(rawValue: other & 3), place: place(section, at: index), value: value, size: size)
    }

    private func place(_ section: UInt16, at index: Int) -> Symbol.Place {
        switch section {
        case 0: .undefined
        case Symbol.Place.absoluteNumber: .absolute
        case Symbol.Place.commonNumber: .common
        case FileHeader.wideIndex:
            // The number stands in the table beside this one.
            wideIndices?.integer(UInt32.self, at: index * 4, order: order).map { .section(Int($0)) } ?? .reserved(section)
        case UInt16(FileHeader.firstReservedIndex)...: .reserved(section)
        default: .section(Int(section))
        }
    }

    private func symbol(_ entry: Entry, at index: Int, name: String) -> Symbol {
        Symbol(
            name: name, kind: entry.kind, binding: entry.binding, visibility: entry.visibility, place: entry.place, value: entry.value,
            size: entry.size, version: versions?.version(of: index, isUndefined: entry.place == .undefined))
    }

    /// Which of several symbols of one name is meant: the one of the highest rank.
    func rank(_ entry: Entry, at index: Int) -> Int {
        guard entry.place != .undefined else { return 0 }
        let isHidden = versions?.isHidden(index) ?? false
        return switch entry.binding {
        case .global, .unique: isHidden ? 5 : 6
        case .weak: isHidden ? 3 : 4
        default: isHidden ? 1 : 2
        }
    }
}

extension ELFFile {
    /// The symbols of the file's symbol table, in its order; the first is the empty symbol that ELF reserves.
    ///
    /// - Throws: ``ELFError`` where the table's strings are missing. A file without a table has no symbols.
    public func symbols() throws(ELFError) -> [Symbol] {
        try symbolTable()?.symbols() ?? []
    }

    /// The symbols for the dynamic linker, with their versions; those of a shared library that other files can use are among them.
    ///
    /// - Throws: ``ELFError`` where the table, its strings or its versions are broken. A file without a table has no symbols.
    public func dynamicSymbols() throws(ELFError) -> [Symbol] {
        try dynamicSymbolTable()?.symbols() ?? []
    }

    /// The symbol table (`.symtab`), which `strip` removes; `nil` where there is none.
    ///
    /// - Throws: ``ELFError`` where the table's strings are missing.
    public func symbolTable() throws(ELFError) -> SymbolTable? {
        try symbolTable(of: .symbolTable, isDynamic: false)
    }

    /// The table of the symbols for the dynamic linker (`.dynsym`); `nil` where there is none.
    ///
    /// In a file whose section table was removed, it is found through the dynamic segment.
    ///
    /// - Throws: ``ELFError`` where the table, its strings or its versions are broken.
    public func dynamicSymbolTable() throws(ELFError) -> SymbolTable? {
        hasSections ? try symbolTable(of: .dynamicSymbolTable, isDynamic: true) : try dynamicSymbolTableOfSegments()
    }

    private func symbolTable(of kind: Section.Kind, isDynamic: Bool) throws(ELFError) -> SymbolTable? {
        guard let section = sections.first(where: { $0.kind == kind }) else { return nil }
        guard let names = self.section(at: Int(section.link)), names.kind == .stringTable else {
            throw ELFError(
                .malformed, "the symbol table \(section.index) ('\(section.name)') names section \(section.link) for its strings, which holds none")
        }
        var table = SymbolTable(entries: try section.contents(), strings: try names.contents(), order: byteOrder, isDynamic: isDynamic)
        table.wideIndices = try sections.first { $0.kind == .extendedSectionIndices && Int($0.link) == section.index }?.contents()
        if isDynamic { table.versions = try symbolVersions(ofSectionAt: section.index, strings: table.strings) }
        return table
    }
}
