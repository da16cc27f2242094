// SPDX-License-Identifier: Apache-2.0

import Bytes
import ELF

/// The relocations of a linked file, moved with what they are about and what they refer to.
///
/// They have their addends in place. One that refers to a symbol finds its target through that symbol; one that refers to a section has the offset in
/// it as addend, which changes by as much as the file's part of the section has moved. Calls without relocations lead to the same part of
/// the same section, and stay as they are.
struct LinkedRelocations {
    struct Moved {
        let offset: UInt64
        let kind: UInt32
        let target: LinkedSymbols.Target
    }

    /// By the place of the section.
    private(set) var bySection: [[Moved]]

    init(_ inputs: [LinkInput], _ symbols: LinkedSymbols, _ sections: inout LinkedSections) throws(LinkError) {
        bySection = Array(repeating: [], count: sections.sections.count)
        for (number, input) in inputs.enumerated() {
            for index in input.sectionOrder {
                guard let section = input.sections[index], let part = sections.part(of: index, in: number), !part.isShared else { continue }
                for relocation in input.elf.relocations(of: section) {
                    let place = RelocatedPlace(input: input, number: number, section: section, part: part, relocation: relocation)
                    bySection[part.section].append(try place.moved(symbols, &sections))
                }
            }
        }
    }

    func write(
        to writer: inout ELFWriter, _ sections: [ELFWriter.SectionID], _ symbols: [LinkedSymbols.Target: ELFWriter.SymbolID]
    ) {
        for (place, relocations) in bySection.enumerated() {
            for relocation in relocations {
                writer.add(
                    ELFWriter.Relocation(offset: relocation.offset, kind: relocation.kind, symbol: symbols[relocation.target]),
                    to: sections[place])
            }
        }
    }
}

/// One relocation of one file.
private struct RelocatedPlace {
    let input: LinkInput
    let number: Int
    let section: Section
    let part: LinkedSections.Part
    let relocation: Relocation

    private var isCode: Bool { section.flags.contains(.executable) }
    private var order: ByteOrder { input.elf.byteOrder }

    /// The relocation as it is in the linked file; its addend is changed in the section's bytes.
    func moved(_ symbols: LinkedSymbols, _ sections: inout LinkedSections) throws(LinkError) -> LinkedRelocations.Moved {
        guard let kind = RelocationKind(rawValue: relocation.kind) else {
            throw input.unsupported("\(described) is of kind \(relocation.kind), which eBPF objects do not have")
        }
        guard relocation.symbolIndex > 0, input.symbols.indices.contains(relocation.symbolIndex) else {
            throw input.malformed("\(described) refers to symbol \(relocation.symbolIndex), which does not exist")
        }
        let symbol = input.symbols[relocation.symbolIndex]
        guard let target = symbols.targets[number][relocation.symbolIndex] else {
            throw input.malformed("\(described) refers to '\(name(of: symbol))', which is left out with its section", symbol: symbol.name)
        }
        let field = try field(of: kind)
        try move(field, to: symbol, symbols, &sections)
        return .init(offset: part.offset + relocation.offset, kind: relocation.kind, target: target)
    }

    /// What of the bytes is relocated.
    private enum Field {
        /// An instruction's immediate, in bytes from what the symbol stands for.
        case address(at: Int)
        /// A call's immediate, in slots from what the symbol stands for, less one.
        case call(at: Int)
        case data(at: Int, byteCount: Int)
    }

    /// Looks at the bytes, whether they are what the relocation takes them for.
    private func field(of kind: RelocationKind) throws(LinkError) -> Field {
        guard section.kind != .noBits, let offset = Int(exactly: relocation.offset), offset < section.bytes.count else {
            throw input.malformed("\(described) lies outside of the section's bytes")
        }
        guard isCode else {
            guard offset <= section.bytes.count - kind.byteCount else { throw input.malformed("\(described) lies outside of the section's bytes") }
            return .data(at: offset, byteCount: kind.byteCount)
        }
        guard offset % 8 == 0, let opcode = section.bytes[offset] else { throw input.malformed("\(described) lies inside of an instruction") }
        switch (kind, opcode) {
        case (.wideLoad, 0x18) where offset <= section.bytes.count - 16: return .address(at: offset + 4)
        case (.call, 0x85): return .call(at: offset + 4)
        default: throw input.malformed("\(described) is about opcode \(opcode), which is neither a call nor a wide load as its kind says")
        }
    }

    /// Adds to the addend what the section has moved by that the relocation refers to.
    private func move(
        _ field: Field, to symbol: Symbol, _ symbols: LinkedSymbols, _ sections: inout LinkedSections
    ) throws(LinkError) {
        guard case .section(let index) = symbol.place, let target = sections.part(of: index, in: number) else { return }
        guard sections.sections[target.section].name != LinkedSymbols.jumpTables || part.offset == 0 else {
            throw input.unsupported("a table of jumps leads into section '\(section.name)', which another file has as well; that is not linked")
        }
        // Through any other symbol the target is found where that lies now.
        guard symbol.kind == .section else { return }
        // What a section's symbol has for a value counts from the beginning of the section.
        let (distance, isFar) = target.offset.addingReportingOverflow(symbol.value)
        guard !isFar, distance != 0 else {
            guard isFar else { return }
            throw overflow
        }
        switch field {
        case .address(let offset): try add(distance, toIntegerOf: Int32.self, at: offset, &sections)
        case .call(let offset):
            guard distance % 8 == 0 else { throw input.malformed("\(described) leads to the inside of an instruction") }
            try add(distance / 8, toIntegerOf: Int32.self, at: offset, &sections)
        case .data(let offset, 8): try add(distance, toIntegerOf: Int64.self, at: offset, &sections)
        case .data(let offset, _): try add(distance, toIntegerOf: Int32.self, at: offset, &sections)
        }
    }

    private func add<Value: FixedWidthInteger & BitwiseCopyable>(
        _ distance: UInt64, toIntegerOf type: Value.Type, at offset: Int, _ sections: inout LinkedSections
    ) throws(LinkError) {
        guard let addend = section.bytes.integer(type, at: offset, order: order), let distance = Value(exactly: distance) else { throw overflow }
        let (sum, isLarge) = addend.addingReportingOverflow(distance)
        guard !isLarge else { throw overflow }
        sections.store(sum, at: Int(part.offset) + offset, of: part.section, order: order)
    }

    private var overflow: LinkError { input.malformed("\(described) leads further than its bits can say") }

    private var described: String { "the relocation at \(relocation.offset) of section '\(section.name)'" }

    private func name(of symbol: Symbol) -> String {
        guard symbol.name.isEmpty, case .section(let index) = symbol.place else { return symbol.name }
        return input.elf.section(at: index)?.name ?? ""
    }
}
