// SPDX-License-Identifier: Apache-2.0

import Bytes

extension ELFWriter {
    /// Takes over a relocatable object, to be changed and written again: its sections, symbols and relocations in their order, and its groups.
    ///
    /// Sections' bytes are shared, not copied. Left out is what is written anew (tables of symbols, strings and relocations), and the list of
    /// symbols whose addresses matter (``ELF/Section/Kind/addressSignificance``), which would be wrong as soon as a symbol is added; linkers
    /// do without it.
    ///
    /// - Throws: ``ELFError``: ``ELFError/Code/unwritable`` for files that are not relocatable, ``ELFError/Code/malformed`` where parts of the
    ///   file overlap or refer to what does not exist.
    public init(_ file: ELFFile) throws(ELFError) {
        guard file.kind == .relocatable else {
            throw ELFError(.unwritable, "this is a file of another kind (\(file.kind)); relocatable objects can be written")
        }
        self.init(machine: file.machine, byteOrder: file.byteOrder)
        flags = file.flags
        operatingSystemABI = file.operatingSystemABI
        let kept = try keptSections(of: file)
        var ids = Dictionary(uniqueKeysWithValues: kept.enumerated().map { ($1.index, SectionID(place: $0)) })
        if let table = file.sections.first(where: { $0.kind == .symbolTable }) {
            ids[table.index] = .symbolTable
            if ids[Int(table.link)] == nil { ids[Int(table.link)] = .stringTable }
        }
        let symbols = try file.symbols()
        for section in kept { add(try Section(section, of: file, symbolCount: symbols.count, ids: ids)) }
        for symbol in symbols.dropFirst() { add(try Symbol(symbol, ids: ids)) }
        let targets = Set(kept.map(\.index))
        for (target, tables) in file.relocationTables where !targets.contains(target) {
            guard let table = tables.first(where: { file.sections[$0].size > 0 }) else { continue }
            throw ELFError(
                .malformed, "section '\(file.sections[table].name)' relocates section \(target), which does not exist or is not kept")
        }
        for (place, section) in kept.enumerated() {
            relocations[place] = try Self.relocations(of: section, in: file, symbolCount: symbols.count)
        }
    }

    /// The sections that are not written anew.
    private func keptSections(of file: ELFFile) throws(ELFError) -> [ELF.Section] {
        let derived: Set<ELF.Section.Kind> = [
            .null, .symbolTable, .relocations, .relocationsWithAddends, .extendedSectionIndices, .addressSignificance,
        ]
        let isStrings = { (index: Int) in file.section(at: index)?.kind == .stringTable }
        // A table of strings that another section uses as well stays, because that section has offsets in it.
        var strings: Set<Int> = isStrings(file.nameSectionIndex) ? [file.nameSectionIndex] : []
        if let table = file.sections.first(where: { $0.kind == .symbolTable }) { strings.insert(Int(table.link)) }
        for section in file.sections where !derived.contains(section.kind) { strings.remove(Int(section.link)) }

        let kept = file.sections.filter { !derived.contains($0.kind) && !($0.kind == .stringTable && strings.contains($0.index)) }
        var total = 0
        for section in kept {
            total += section.bytes.count
            guard total <= file.bytes.count else {
                throw ELFError(.malformed, "sections overlap: section \(section.index) ('\(section.name)') and those before it")
            }
        }
        return kept
    }

    private static func relocations(
        of section: ELF.Section, in file: ELFFile, symbolCount: Int
    ) throws(ELFError) -> [Relocation] {
        var relocations: [Relocation] = []
        for index in file.relocationTables[section.index] ?? [] {
            let withAddends = file.sections[index].kind == .relocationsWithAddends
            for relocation in file.relocations(in: file.sections[index]) {
                guard relocation.symbolIndex == 0 || relocation.symbolIndex < symbolCount else {
                    throw ELFError(.malformed, "a relocation of section '\(section.name)' refers to a symbol that does not exist")
                }
                relocations.append(
                    Relocation(
                        offset: relocation.offset, kind: relocation.kind,
                        symbol: relocation.symbolIndex == 0 ? nil : SymbolID(place: relocation.symbolIndex - 1),
                        addend: withAddends ? relocation.addend : nil))
            }
        }
        return relocations
    }
}

extension ELFWriter.Section {
    fileprivate init(
        _ section: Section, of file: ELFFile, symbolCount: Int, ids: [Int: ELFWriter.SectionID]
    ) throws(ELFError) {
        self.init(
            name: section.name, kind: section.kind, flags: section.flags, contents: .bytes(section.bytes), alignment: section.alignment,
            entrySize: section.entrySize, link: section.link == 0 ? nil : ids[Int(section.link)], info: section.info)
        guard section.link == 0 || link != nil else {
            throw ELFError(.malformed, "section '\(section.name)' links to section \(section.link), which does not exist or is not kept")
        }
        if flags.contains(.infoIsSection) { infoSection = ids[Int(section.info)] }
        switch section.kind {
        case .noBits: contents = .zeros(section.size)
        case .group: contents = try Self.group(section, order: file.byteOrder, symbolCount: symbolCount, ids: ids)
        default: break
        }
    }

    /// A group's bytes are a word of flags and the indices of its members.
    private static func group(
        _ section: Section, order: ByteOrder, symbolCount: Int, ids: [Int: ELFWriter.SectionID]
    ) throws(ELFError) -> ELFWriter.Contents {
        guard section.info != 0, section.info < symbolCount, let flags = section.bytes.integer(UInt32.self, at: 0, order: order) else {
            throw ELFError(.malformed, "the group \(section.index) ('\(section.name)') has no flags, or a signature that does not exist")
        }
        // Members that have no place are the tables of the other members' relocations, which are written with those.
        let members = (1..<max(section.bytes.count / 4, 1)).compactMap { word in
            section.bytes.integer(UInt32.self, at: word * 4, order: order).flatMap { ids[Int($0)] }
        }
        return .group(
            signature: ELFWriter.SymbolID(place: Int(section.info) - 1), isUnique: flags & 1 != 0, members: members)
    }
}

extension ELFWriter.Symbol {
    fileprivate init(_ symbol: Symbol, ids: [Int: ELFWriter.SectionID]) throws(ELFError) {
        let place: ELFWriter.Place
        switch symbol.place {
        case .undefined: place = .undefined
        case .absolute: place = .absolute
        case .common: place = .common
        case .reserved(let number): place = .reserved(number)
        case .section(let index):
            guard let id = ids[index] else {
                throw ELFError(.malformed, "the symbol '\(symbol.name)' lies in section \(index), which does not exist or is not kept")
            }
            place = .section(id)
        }
        self.init(
            name: symbol.name, kind: symbol.kind, binding: symbol.binding, visibility: symbol.visibility, place: place, value: symbol.value,
            size: symbol.size)
    }
}
