// SPDX-License-Identifier: Apache-2.0

import Bytes

extension ELFWriter {
    /// The file's bytes: the header, the sections' contents, and the table of sections.
    ///
    /// Sections stand in the order in which they were added, each with the tables of its relocations directly behind it, and at the end the
    /// tables of symbols and of strings. Takes time and memory in proportion to the file, and for the names, which are sorted, a little more.
    ///
    /// - Throws: ``ELFError`` with ``ELFError/Code/unwritable``, for something that refers to a section or symbol that the writer does not have,
    ///   an alignment that is no power of two, a name with a NUL in it, or numbers that do not fit in the format.
    public func bytes() throws(ELFError) -> [UInt8] {
        var file = try FileUnderConstruction(self)
        try file.write()
        return file.bytes
    }
}

/// The steps of writing a file: which sections it will have, then their indices, then their bytes.
private struct FileUnderConstruction {
    /// A section of the file, in its order.
    enum Part {
        case empty
        case section(Int)
        case relocations(of: Int, withAddends: Bool)
        case symbols, wideIndices, strings
    }

    /// What `Elf64_Shdr` holds.
    struct Header {
        var name = "", kind = ELF.Section.Kind.null, flags: ELF.Section.Flags = []
        var offset = 0, size: UInt64 = 0, link: UInt32 = 0, info: UInt32 = 0, alignment: UInt64 = 0, entrySize: UInt64 = 0
    }

    let writer: ELFWriter
    let order: ByteOrder
    private(set) var bytes: [UInt8] = []
    private var parts: [Part] = [.empty]
    private var headers: [Header] = []
    /// The index in the file of each of the writer's sections.
    private var sectionIndices: [UInt32] = []
    /// The index in the file of each of the writer's symbols.
    private var symbolIndices: [UInt32] = []
    /// The writer's symbols in the file's order.
    private var symbolOrder: [Int] = []
    private var localCount = 0
    private var symbolTableIndex: UInt32 = 0
    private var strings: StringTableWriter

    init(_ writer: ELFWriter) throws(ELFError) {
        self.writer = writer
        order = writer.byteOrder
        strings = try StringTableWriter([])
        guard UInt32(exactly: writer.symbols.count + 1) != nil, UInt32(exactly: writer.sections.count * 3 + 8) != nil else {
            throw ELFError(.unwritable, "more sections or symbols than 2^32")
        }
        orderSymbols()
        orderParts()
    }

    /// Local symbols come first: `sh_info` of the table is where the others begin.
    private mutating func orderSymbols() {
        let symbols = writer.symbols
        let locals = symbols.indices.filter { symbols[$0].binding == .local }
        symbolOrder = locals + symbols.indices.filter { symbols[$0].binding != .local }
        localCount = locals.count
        symbolIndices = Array(repeating: 0, count: symbols.count)
        for (place, symbol) in symbolOrder.enumerated() { symbolIndices[symbol] = UInt32(place + 1) }
    }

    private mutating func orderParts() {
        for index in writer.sections.indices {
            sectionIndices.append(UInt32(parts.count))
            parts.append(.section(index))
            for withAddends in [false, true] where writer.relocations[index].contains(where: { ($0.addend != nil) == withAddends }) {
                parts.append(.relocations(of: index, withAddends: withAddends))
            }
        }
        symbolTableIndex = UInt32(parts.count)
        parts += [.symbols, .strings]
        if writer.symbols.contains(where: { wideIndex(of: $0) != nil }) { parts.insert(.wideIndices, at: parts.count - 1) }
    }

    /// The index of a symbol's section, where it does not fit in the sixteen bits that the table of symbols has for it.
    private func wideIndex(of symbol: ELFWriter.Symbol) -> UInt32? {
        guard case .section(let section) = symbol.place, let index = index(of: section), index >= FileHeader.firstReservedIndex else {
            return nil
        }
        return index
    }

    private func index(of section: ELFWriter.SectionID) -> UInt32? {
        switch section {
        case .symbolTable: symbolTableIndex
        case .stringTable: UInt32(parts.count - 1)
        default: sectionIndices.indices.contains(section.place) ? sectionIndices[section.place] : nil
        }
    }

    mutating func write() throws(ELFError) {
        headers = parts.map { header(of: $0) }
        strings = try StringTableWriter(headers.map(\.name) + writer.symbols.map(\.name))
        bytes = Array(repeating: 0, count: FileHeader.size)
        for index in parts.indices { try write(parts[index], at: index) }
        // What does not fit in sixteen bits stands in the first header.
        if headers.count >= FileHeader.firstReservedIndex {
            headers[0].size = UInt64(headers.count)
            headers[0].link = UInt32(headers.count - 1)
        }
        pad(to: 8)
        let tableOffset = bytes.count
        bytes.reserveCapacity(bytes.count + headers.count * ELF.Section.headerSize)
        for header in headers { append(header) }
        writeFileHeader(tableOffset: UInt64(tableOffset))
    }

    private mutating func pad(to alignment: Int) {
        let missing = (alignment - bytes.count % alignment) % alignment
        bytes.append(contentsOf: repeatElement(0, count: missing))
    }
}

// Headers of sections.
extension FileUnderConstruction {
    private func header(of part: Part) -> Header {
        switch part {
        case .empty: Header()
        case .section(let index): header(of: writer.sections[index])
        case .relocations(let target, let withAddends):
            Header(
                name: (withAddends ? ".rela" : ".rel") + writer.sections[target].name,
                kind: withAddends ? .relocationsWithAddends : .relocations,
                // The table goes with its section where that is in a group.
                flags: ELF.Section.Flags.infoIsSection.union(writer.sections[target].flags.intersection(.group)),
                link: symbolTableIndex, info: sectionIndices[target], alignment: 8, entrySize: withAddends ? 24 : 16)
        case .symbols:
            Header(
                name: ".symtab", kind: .symbolTable, link: UInt32(parts.count - 1), info: UInt32(localCount + 1), alignment: 8,
                entrySize: UInt64(ELF.Symbol.entrySize))
        case .wideIndices:
            Header(name: ".symtab_shndx", kind: .extendedSectionIndices, link: symbolTableIndex, alignment: 4, entrySize: 4)
        case .strings: Header(name: ".strtab", kind: .stringTable, alignment: 1)
        }
    }

    private func header(of section: ELFWriter.Section) -> Header {
        var header = Header(
            name: section.name, kind: section.kind, flags: section.flags, info: section.info, alignment: section.alignment,
            entrySize: section.entrySize)
        switch section.contents {
        case .bytes: break
        case .zeros(let count):
            header.kind = .noBits
            header.size = count
        case .group(let signature, _, _):
            header.kind = .group
            header.alignment = 4
            header.entrySize = 4
            header.link = symbolTableIndex
            header.info = symbolIndices.indices.contains(signature.place) ? symbolIndices[signature.place] : 0
        }
        return header
    }

    private mutating func append(_ header: Header) {
        bytes.append(integer: strings.offset(of: header.name), order: order)
        bytes.append(integer: header.kind.rawValue, order: order)
        bytes.append(integer: header.flags.rawValue, order: order)
        bytes.append(integer: UInt64(0), order: order)  // sh_addr: a relocatable object has no addresses
        bytes.append(integer: UInt64(header.offset), order: order)
        bytes.append(integer: header.size, order: order)
        bytes.append(integer: header.link, order: order)
        bytes.append(integer: header.info, order: order)
        bytes.append(integer: header.alignment, order: order)
        bytes.append(integer: header.entrySize, order: order)
    }

    private mutating func writeFileHeader(tableOffset: UInt64) {
        var header = FileHeader.magic + [2, order == .littleEndian ? 1 : 2, 1, writer.operatingSystemABI]
        header += [UInt8](repeating: 0, count: 8)
        header.append(integer: ELFFile.Kind.relocatable.rawValue, order: order)
        header.append(integer: writer.machine.rawValue, order: order)
        header.append(integer: UInt32(1), order: order)  // e_version
        header.append(integer: UInt64(0), order: order)  // e_entry
        header.append(integer: UInt64(0), order: order)  // e_phoff
        header.append(integer: tableOffset, order: order)
        header.append(integer: writer.flags, order: order)
        header.append(integer: UInt16(FileHeader.size), order: order)
        header.append(integer: UInt32(0), order: order)  // e_phentsize, e_phnum
        header.append(integer: UInt16(ELF.Section.headerSize), order: order)
        let isWide = headers.count >= FileHeader.firstReservedIndex
        header.append(integer: isWide ? 0 : UInt16(headers.count), order: order)
        header.append(integer: isWide ? FileHeader.wideIndex : UInt16(headers.count - 1), order: order)
        bytes.replaceSubrange(0..<FileHeader.size, with: header)
    }
}

// Contents of sections.
extension FileUnderConstruction {
    private mutating func write(_ part: Part, at index: Int) throws(ELFError) {
        if case .section(let section) = part { headers[index] = try checked(headers[index], of: writer.sections[section]) }
        // In the file, more than a cache line gains nothing, and a section's alignment may be as large as it likes.
        if case .empty = part {} else { pad(to: Int(min(max(headers[index].alignment, 1), 64))) }
        headers[index].offset = index == 0 ? 0 : bytes.count
        switch part {
        case .empty: return
        case .section(let section):
            switch writer.sections[section].contents {
            case .zeros: return
            case .bytes(let view): bytes += view.array()
            case .group(_, let isUnique, let members): try writeGroup(isUnique: isUnique, members: members, of: section)
            }
        case .relocations(let target, let withAddends): try writeRelocations(of: target, withAddends: withAddends)
        case .symbols: try writeSymbols()
        case .wideIndices: writeWideIndices()
        case .strings: bytes += strings.bytes
        }
        headers[index].size = UInt64(bytes.count - headers[index].offset)
    }

    /// Looks at what a caller may have got wrong, and fills in the indices of other sections.
    private func checked(_ header: Header, of section: ELFWriter.Section) throws(ELFError) -> Header {
        var header = header
        guard section.alignment & (section.alignment &- 1) == 0 else {
            throw ELFError(.unwritable, "section '\(section.name)' asks for an alignment of \(section.alignment), which is no power of two")
        }
        switch header.kind {
        case .symbolTable, .extendedSectionIndices, .relocations, .relocationsWithAddends:
            throw ELFError(.unwritable, "section '\(section.name)' is a table that is written from the symbols and relocations that are added")
        case .noBits:
            guard case .zeros = section.contents else {
                throw ELFError(.unwritable, "section '\(section.name)' has no bytes in the file by its kind, but bytes to be written")
            }
        case .group:
            guard case .group(let signature, _, _) = section.contents, symbolIndices.indices.contains(signature.place) else {
                throw ELFError(.unwritable, "the group '\(section.name)' has no signature, or one that was not added")
            }
        default: break
        }
        if let link = section.link { header.link = try index(of: link, for: section.name) }
        if let other = section.infoSection { header.info = try index(of: other, for: section.name) }
        return header
    }

    private func index(of section: ELFWriter.SectionID, for user: String) throws(ELFError) -> UInt32 {
        guard let index = index(of: section) else { throw ELFError(.unwritable, "'\(user)' refers to a section that was not added") }
        return index
    }

    private mutating func writeGroup(isUnique: Bool, members: [ELFWriter.SectionID], of group: Int) throws(ELFError) {
        bytes.append(integer: UInt32(isUnique ? 1 : 0), order: order)
        for member in members {
            let first = try index(of: member, for: writer.sections[group].name)
            bytes.append(integer: first, order: order)
            // The tables of its relocations stand directly behind it.
            var next = Int(first) + 1
            while next < parts.count, case .relocations = parts[next] {
                bytes.append(integer: UInt32(next), order: order)
                next += 1
            }
        }
    }

    private mutating func writeRelocations(of target: Int, withAddends: Bool) throws(ELFError) {
        for relocation in writer.relocations[target] where (relocation.addend != nil) == withAddends {
            var symbol: UInt32 = 0
            if let id = relocation.symbol {
                guard symbolIndices.indices.contains(id.place) else {
                    throw ELFError(.unwritable, "a relocation of section '\(writer.sections[target].name)' refers to a symbol that was not added")
                }
                symbol = symbolIndices[id.place]
            }
            bytes.append(integer: relocation.offset, order: order)
            bytes.append(integer: UInt64(symbol) << 32 | UInt64(relocation.kind), order: order)
            if let addend = relocation.addend { bytes.append(integer: addend, order: order) }
        }
    }

    private mutating func writeSymbols() throws(ELFError) {
        bytes.append(contentsOf: repeatElement(0, count: ELF.Symbol.entrySize))
        for index in symbolOrder {
            let symbol = writer.symbols[index]
            guard symbol.kind.rawValue < 16, symbol.binding.rawValue < 16, symbol.visibility.rawValue < 4 else {
                throw ELFError(.unwritable, "the symbol '\(symbol.name)' has a kind, binding or visibility that does not fit in its bits")
            }
            bytes.append(integer: strings.offset(of: symbol.name), order: order)
            bytes.append(symbol.binding.rawValue << 4 | symbol.kind.rawValue)
            bytes.append(symbol.visibility.rawValue)
            bytes.append(integer: try sectionNumber(of: symbol), order: order)
            bytes.append(integer: symbol.value, order: order)
            bytes.append(integer: symbol.size, order: order)
        }
    }

    private func sectionNumber(of symbol: ELFWriter.Symbol) throws(ELFError) -> UInt16 {
        switch symbol.place {
        case .undefined: return 0
        case .absolute: return ELF.Symbol.Place.absoluteNumber
        case .common: return ELF.Symbol.Place.commonNumber
        case .reserved(let number):
            guard number >= UInt16(FileHeader.firstReservedIndex), number != FileHeader.wideIndex else {
                throw ELFError(.unwritable, "the symbol '\(symbol.name)' lies in \(number), which is no number of the reserved range")
            }
            return number
        case .section(let section):
            return wideIndex(of: symbol) != nil ? FileHeader.wideIndex : UInt16(try index(of: section, for: symbol.name))
        }
    }

    /// The index of every symbol's section, for those to which the table of symbols gives `SHN_XINDEX`; 0 for the others.
    private mutating func writeWideIndices() {
        bytes.append(integer: UInt32(0), order: order)
        for index in symbolOrder { bytes.append(integer: wideIndex(of: writer.symbols[index]) ?? 0, order: order) }
    }
}
