// SPDX-License-Identifier: Apache-2.0

import BTF
import Bytes
import ELF

/// One file of a link, found to be whole before it meets the others.
struct LinkInput: Sendable {
    let name: String
    let elf: ELFFile
    let symbols: [Symbol]
    /// The sections that become parts of the linked file's, by their index; ``sectionOrder`` has their order.
    let sections: [Int: Section]
    let sectionOrder: [Int]
    let btf: BTF?
    let records: BTFExtension?
    let declarations: LinkDeclarations

    init(_ bytes: ByteView, name: String) throws(LinkError) {
        self.name = name
        do {
            elf = try ELFFile(bytes)
            symbols = try elf.symbols()
        } catch { throw LinkError(error, in: name) }
        guard elf.machine == .bpf else {
            throw LinkError(.notAnObject, [name], "it is for \(elf.machine), not for eBPF; compile it with '-target bpf'")
        }
        guard elf.kind == .relocatable else { throw LinkError(.notAnObject, [name], "it is no object, but of another kind (\(elf.kind))") }
        let linked = try Self.linkedSections(of: elf, name)
        sections = Dictionary(linked.map { ($0.index, $0) }) { first, _ in first }
        sectionOrder = linked.map(\.index)
        (btf, records) = try Self.types(of: elf, name)
        do { declarations = try LinkDeclarations(btf) } catch { throw LinkError(error, in: name) }
        try checkRelocationTables()
        try checkSymbols()
        try checkRecords()
    }

    private static func types(of elf: ELFFile, _ name: String) throws(LinkError) -> (BTF?, BTFExtension?) {
        let records = elf.section(named: ".BTF.ext")
        guard let types = elf.section(named: ".BTF") else {
            guard records == nil else { throw LinkError(.malformed, [name], "it has a section .BTF.ext, but no .BTF") }
            return (nil, nil)
        }
        do throws(BTFError) {
            let btf = try BTF(types.bytes)
            guard btf.byteOrder == elf.byteOrder else { throw BTFError(.malformed, "its byte order is not that of the file") }
            guard let records else { return (btf, nil) }
            return (btf, try BTFExtension(records.bytes, btf: btf))
        } catch { throw LinkError(error, in: name) }
    }

    func malformed(_ reason: String, symbol: String? = nil) -> LinkError { LinkError(.malformed, [name], symbol: symbol, reason) }

    func unsupported(_ reason: String, symbol: String? = nil) -> LinkError { LinkError(.unsupported, [name], symbol: symbol, reason) }
}

// What sections are, and what becomes of them.
extension LinkInput {
    /// The largest pages that a machine has, to which nothing in an object is aligned; and an end for what is made up to take room.
    private static let largestAlignment: UInt64 = 65536

    private static func linkedSections(of elf: ELFFile, _ name: String) throws(LinkError) -> [Section] {
        var sections: [Section] = []
        var total = 0
        for section in elf.sections where try isLinked(section, name) {
            try check(section, name)
            total += section.bytes.count
            // Sections that overlap could hold as much as the square of the file's size.
            guard total <= elf.bytes.count else {
                throw LinkError(.malformed, [name], "section \(section.index) ('\(section.name)') overlaps others")
            }
            sections.append(section)
        }
        return sections
    }

    /// Whether a section becomes part of the linked file's, rather than being written anew or left out.
    private static func isLinked(_ section: Section, _ name: String) throws(LinkError) -> Bool {
        switch section.kind {
        case .null, .symbolTable, .stringTable, .relocations, .relocationsWithAddends, .extendedSectionIndices, .addressSignificance: return false
        default: break
        }
        if section.flags.contains(.excluded) || section.name.hasPrefix(".debug_") { return false }
        if section.name == ".BTF" || section.name == ".BTF.ext" { return false }
        switch section.kind {
        // Objects without functions that are called have an empty one, which says nothing.
        case .programBits: return section.size > 0 || section.name != ".text"
        case .noBits, .note: return true
        default:
            throw LinkError(
                .unsupported, [name], "section \(section.index) ('\(section.name)') is of kind \(section.kind.rawValue), which is not linked")
        }
    }

    private static func check(_ section: Section, _ name: String) throws(LinkError) {
        let place = "section \(section.index) ('\(section.name)')"
        guard !section.name.isEmpty else { throw LinkError(.malformed, [name], "section \(section.index) has no name") }
        guard !section.isCompressed else { throw LinkError(.unsupported, [name], "\(place) is compressed") }
        guard section.alignment & (section.alignment &- 1) == 0 else {
            throw LinkError(.malformed, [name], "\(place) is aligned to \(section.alignment), which is no power of two")
        }
        guard section.alignment <= largestAlignment else {
            throw LinkError(.unsupported, [name], "\(place) is aligned to \(section.alignment) bytes, more than a page")
        }
        guard !section.flags.contains(.executable) || section.kind != .programBits || section.size % 8 == 0 else {
            throw LinkError(.malformed, [name], "\(place) has \(section.size) bytes, not a whole number of instructions")
        }
    }
}

// What must hold so that numbers of the file can be followed without asking again.
extension LinkInput {
    private func checkRelocationTables() throws(LinkError) {
        let tables = elf.sections.filter { $0.kind == .symbolTable }
        guard tables.count <= 1 else { throw malformed("it has \(tables.count) tables of symbols") }
        for table in elf.sections where table.kind == .relocations || table.kind == .relocationsWithAddends {
            guard let target = elf.section(at: Int(table.info)), target.kind != .null else {
                throw malformed("section '\(table.name)' relocates section \(table.info), which does not exist")
            }
            guard sections[target.index] != nil, table.size > 0 else { continue }
            guard table.kind == .relocations else {
                throw unsupported("section '\(table.name)' has relocations with addends, which eBPF objects do not use")
            }
            guard Int(table.link) == tables.first?.index, table.bytes.count % 16 == 0 else {
                throw malformed("section '\(table.name)' has no whole relocations, or names another table of symbols")
            }
        }
    }

    private func checkSymbols() throws(LinkError) {
        for symbol in symbols.dropFirst() {
            guard [.local, .global, .weak].contains(symbol.binding) else {
                throw unsupported("symbol '\(symbol.name)' has binding \(symbol.binding.rawValue), which is not linked", symbol: symbol.name)
            }
            guard [.default, .hidden, .internal].contains(symbol.visibility) else {
                throw unsupported("symbol '\(symbol.name)' is protected, which eBPF objects do not know", symbol: symbol.name)
            }
            guard symbol.binding == .local || !symbol.name.isEmpty else { throw malformed("a global symbol has no name") }
            switch symbol.place {
            case .undefined:
                guard symbol.binding != .local else { throw malformed("the local symbol '\(symbol.name)' is defined nowhere", symbol: symbol.name) }
            case .absolute: break
            case .common: throw unsupported("'\(symbol.name)' has no section; compile with '-fno-common'", symbol: symbol.name)
            case .reserved(let number):
                throw unsupported("symbol '\(symbol.name)' lies in the reserved section \(number)", symbol: symbol.name)
            case .section(let index): try check(symbol, inSectionAt: index)
            }
        }
    }

    /// A symbol that lay outside of its section would lie in a part of another file afterwards.
    private func check(_ symbol: Symbol, inSectionAt index: Int) throws(LinkError) {
        guard let section = elf.section(at: index), section.kind != .null else {
            throw malformed("symbol '\(symbol.name)' lies in section \(index), which does not exist", symbol: symbol.name)
        }
        guard sections[index] != nil else { return }
        guard symbol.value <= section.size, symbol.size <= section.size - symbol.value else {
            throw malformed("symbol '\(symbol.name)' does not lie in section '\(section.name)'", symbol: symbol.name)
        }
    }

    /// Records name sections, and each must mean one.
    private func checkRecords() throws(LinkError) {
        var named: [String: Int] = [:]
        for section in sections.values { named[section.name, default: 0] += 1 }
        var recorded = Set(declarations.sections.map(\.name))
        if let records {
            recorded.formUnion([records.functions.keys.sorted(), records.lines.keys.sorted(), records.relocations.keys.sorted()].joined())
        }
        for name in recorded.sorted() where named[name, default: 0] > 1 {
            throw malformed("several sections are called '\(name)', and its types do not say of which they speak")
        }
    }
}
