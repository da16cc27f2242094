// SPDX-License-Identifier: Apache-2.0

import BTF
import Bytes
import ELF

/// The types of a linked file, and its records about instructions.
struct LinkedTypes {
    private var types: [UInt8]?
    private var records: [UInt8]?

    /// - Throws: ``LinkError`` where a file's types refer to what is not there, or all together become too large.
    init(_ inputs: [LinkInput], _ sections: LinkedSections, _ symbols: LinkedSymbols) throws(LinkError) {
        guard let order = inputs.first?.elf.byteOrder, inputs.contains(where: { $0.btf != nil }) else { return }
        let numbering = try TypeNumbering(inputs, sections, symbols)
        var builder = BTFBuilder()
        for (number, input) in inputs.enumerated() {
            guard let btf = input.btf else { continue }
            do {
                try builder.append(contentsOf: btf, numbered: numbering.maps[number], omitting: numbering.omitted[number])
            } catch { throw LinkError(error, in: input.name) }
        }
        let dataSections = try LinkedDataSections(inputs, sections, symbols, numbering)
        do {
            for section in dataSections.sections { try builder.add(.dataSection(section)) }
            let final = try builder.deduplicate()
            // Once more into an empty one: strings of what has gone go as well, and linking the result again changes nothing.
            var compact = BTFBuilder()
            try compact.append(contentsOf: builder.btf())
            var all = BTFExtension()
            for (number, input) in inputs.enumerated() {
                guard let btf = input.btf, let records = input.records else { continue }
                let map = numbering.maps[number].map { Int($0.rawValue) < final.count ? final[Int($0.rawValue)] : .void }
                let moved = try records.moved(from: btf, to: &compact, types: map)
                all = try Self.joined(all, moved, of: number, input, sections)
            }
            if inputs.contains(where: { $0.records != nil }) { records = try all.bytes(for: &compact, order) }
            types = compact.bytes(order)
        } catch let error as LinkError {
            throw error
        } catch let error as BTFError {
            throw LinkError(.btf(error), [], error.description)
        } catch {
            // Both kinds that can be thrown stand above; Swift cannot see that yet.
            throw LinkError(.malformed, [], "\(error)")
        }
    }

    func write(to writer: inout ELFWriter) {
        if let types { writer.add(ELFWriter.Section(name: ".BTF", contents: .bytes(ByteView(types)), alignment: 8)) }
        if let records { writer.add(ELFWriter.Section(name: ".BTF.ext", contents: .bytes(ByteView(records)), alignment: 8)) }
    }
}

// Records about instructions.
extension LinkedTypes {
    /// The records of a file behind those of the files before it.
    private static func joined(
        _ all: BTFExtension, _ moved: BTFExtension, of number: Int, _ input: LinkInput, _ sections: LinkedSections
    ) throws(LinkError) -> BTFExtension {
        let places = RecordPlaces(number, input, sections)
        return BTFExtension(
            functions: try places.joined(all.functions, moved.functions, \.offset) { .init(offset: $1, type: $0.type) },
            lines: try places.joined(all.lines, moved.lines, \.offset) {
                .init(offset: $1, fileName: $0.fileName, text: $0.text, lineAndColumn: $0.lineAndColumn)
            },
            relocations: try places.joined(all.relocations, moved.relocations, \.offset) {
                .init(offset: $1, type: $0.type, accessString: $0.accessString, kind: $0.kind)
            })
    }
}

/// Where a file's sections lie in those of the linked one, for its records.
private struct RecordPlaces {
    private let input: LinkInput
    private let parts: [String: (part: LinkedSections.Part, size: UInt64)]

    init(_ number: Int, _ input: LinkInput, _ sections: LinkedSections) {
        self.input = input
        var parts: [String: (part: LinkedSections.Part, size: UInt64)] = [:]
        for index in input.sectionOrder {
            guard let section = input.sections[index], let part = sections.part(of: index, in: number) else { continue }
            parts[section.name] = (part, section.size)
        }
        self.parts = parts
    }

    func joined<Record>(
        _ all: [String: [Record]], _ new: [String: [Record]], _ offset: (Record) -> UInt32, _ moved: (Record, UInt32) -> Record
    ) throws(LinkError) -> [String: [Record]] {
        var all = all
        for name in new.keys.sorted() {
            var records = all[name] ?? []
            for record in new[name] ?? [] {
                // A place outside of the file's own part would be another file's.
                guard let (part, size) = parts[name], offset(record) < size else {
                    throw input.malformed("section .BTF.ext speaks of byte \(offset(record)) of section '\(name)', which does not exist")
                }
                // Sections are smaller than 2^31 bytes.
                records.append(moved(record, UInt32(part.offset) + offset(record)))
            }
            all[name] = records
        }
        return all
    }
}
