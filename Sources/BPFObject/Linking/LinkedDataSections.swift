// SPDX-License-Identifier: Apache-2.0

import BTF
import ELF

/// The data sections of a linked file's types: where its variables lie, and what is left to the kernel or to a further link.
struct LinkedDataSections {
    /// Sections of the file in its order, then those that only types know.
    private(set) var sections: [DataSectionType] = []

    /// What lies in each section that types name.
    private var entries: [String: [DataSectionType.Entry]] = [:]
    /// Those sections, in the order in which they are met.
    private var names: [String] = []

    init(
        _ inputs: [LinkInput], _ linked: LinkedSections, _ symbols: LinkedSymbols, _ numbering: TypeNumbering
    ) throws(LinkError) {
        for (number, input) in inputs.enumerated() {
            guard let btf = input.btf else { continue }
            let source = Source(input, number, btf, linked, symbols, numbering.maps[number])
            for section in input.declarations.sections {
                guard let added = try source.entries(of: section) else { continue }
                if entries[section.name] == nil { names.append(section.name) }
                entries[section.name, default: []] += added
            }
        }
        for merged in linked.sections {
            // Sections are smaller than 2^31 bytes.
            if let entries = entries[merged.name] { finish(merged.name, size: UInt32(merged.size), entries) }
        }
        for name in names where linked.placesByName[name] == nil {
            if let entries = entries[name], !entries.isEmpty { finish(name, size: 0, entries) }
        }
    }

    private mutating func finish(_ name: String, size: UInt32, _ entries: [DataSectionType.Entry]) {
        // Kernels and tools want them in the order of their places.
        let sorted = entries.enumerated().sorted { ($0.element.byteOffset, $0.offset) < ($1.element.byteOffset, $1.offset) }
        sections.append(DataSectionType(name: name, byteCount: size, variables: sorted.map(\.element)))
    }
}

/// The data sections of one file.
private struct Source {
    let input: LinkInput
    let number: Int
    let btf: BTF
    let linked: LinkedSections
    let symbols: LinkedSymbols
    let map: [TypeID]
    /// Where variables lie by their symbols: of those of one name in one section the first, and all.
    private let firstPlaces: [SectionedName: UInt64]
    private let places: Set<SymbolPlace>

    private struct SectionedName: Hashable {
        let section: Symbol.Place, name: String
    }

    private struct SymbolPlace: Hashable {
        let name: SectionedName, offset: UInt64
    }

    init(_ input: LinkInput, _ number: Int, _ btf: BTF, _ linked: LinkedSections, _ symbols: LinkedSymbols, _ map: [TypeID]) {
        self.input = input
        self.number = number
        self.btf = btf
        self.linked = linked
        self.symbols = symbols
        self.map = map
        let objects = input.symbols.filter { $0.kind == .object }.map { (SectionedName(section: $0.place, name: $0.name), $0.value) }
        firstPlaces = Dictionary(objects) { first, _ in first }
        places = Set(objects.map { SymbolPlace(name: $0.0, offset: $0.1) })
    }

    /// What a section of this file adds to that of the linked one; `nil` where the section is left out.
    func entries(of section: LinkDeclarations.DataSection) throws(LinkError) -> [DataSectionType.Entry]? {
        // Where no section is named for externs, types need not know one either.
        guard section.name != LinkDeclarations.unnamedSection else { return nil }
        let place = input.sections.values.first { $0.name == section.name }
        let part = place.flatMap { linked.part(of: $0.index, in: number) }
        guard part?.isShared != true else { return nil }
        do {
            guard case .dataSection(let type) = try btf.type(section.type) else { return nil }
            var added: [DataSectionType.Entry] = []
            for entry in type.variables {
                guard let offset = try offset(of: entry, in: section.name, place) else { continue }
                added.append(
                    .init(
                        type: map[Int(entry.type.rawValue)], byteOffset: UInt32(part?.offset ?? 0) + offset, byteCount: entry.byteCount))
            }
            return added
        } catch let error as LinkError {
            throw error
        } catch let error as BTFError {
            throw LinkError(error, in: input.name)
        } catch {
            // Both kinds that can be thrown stand above; Swift cannot see that yet.
            throw input.malformed("\(error)")
        }
    }

    /// Where a variable lies in its section of this file; `nil` where another file's stands for it, or an entry that says the same.
    private func offset(of entry: DataSectionType.Entry, in name: String, _ section: Section?) throws -> UInt32? {
        let variable = try btf.name(of: entry.type)
        if let place = symbols.globalsByName[variable], input.declarations.byName[variable]?.contains(where: { $0.type == entry.type }) == true {
            let meant = symbols.globals[place].meant
            guard meant.input == number, meant.declaration?.type == entry.type else { return nil }
            guard case .section(let index) = meant.symbol.place else { return 0 }
            guard index == section?.index else {
                throw input.malformed("the types say that '\(variable)' lies in section '\(name)', its symbol lies elsewhere", symbol: variable)
            }
            return UInt32(meant.symbol.value)
        }
        guard let section else { return 0 }
        let named = SectionedName(section: .section(section.index), name: variable)
        // Static variables of files that were linked before may share a name; then the types know their places.
        if !places.contains(SymbolPlace(name: named, offset: UInt64(entry.byteOffset))), let first = firstPlaces[named] { return UInt32(first) }
        guard UInt64(entry.byteOffset) <= section.size else {
            throw input.malformed("the types say that '\(variable)' lies at \(entry.byteOffset) of section '\(name)'", symbol: variable)
        }
        return entry.byteOffset
    }
}
