// SPDX-License-Identifier: Apache-2.0

import Bytes
import ELF

/// The sections of a linked file: those of one name follow each other in one.
struct LinkedSections {
    /// A section in the making.
    struct Merged {
        let name: String
        let kind: Section.Kind
        var flags: Section.Flags
        var alignment: UInt64
        var entrySize: UInt64
        /// The bytes, but of zeros that take no room.
        var bytes: [UInt8] = []
        var size: UInt64 = 0
        /// The file that it came from first.
        let file: String
    }

    /// Where a section of a file lies in the linked one.
    struct Part {
        /// The place in ``sections``.
        let section: Int
        let offset: UInt64
        /// Whether another file's section of the same contents stands in its place.
        let isShared: Bool
    }

    private(set) var sections: [Merged] = []
    private(set) var placesByName: [String: Int] = [:]
    /// For each file, where its sections lie, by their index.
    private(set) var parts: [[Int: Part]] = []

    init(_ inputs: [LinkInput]) throws(LinkError) {
        for input in inputs {
            var placed: [Int: Part] = [:]
            for index in input.sectionOrder {
                guard let section = input.sections[index] else { continue }
                placed[index] = try place(section, of: input)
            }
            parts.append(placed)
        }
    }

    private mutating func place(_ section: Section, of input: LinkInput) throws(LinkError) -> Part {
        guard let place = placesByName[section.name] else {
            placesByName[section.name] = sections.count
            sections.append(
                Merged(
                    name: section.name, kind: section.kind, flags: section.flags, alignment: 1, entrySize: section.entrySize, file: input.name))
            return try append(section, to: sections.count - 1, input)
        }
        if section.name == "license" || section.name == "version" {
            try checkAgreement(section, with: sections[place], input)
            return Part(section: place, offset: 0, isShared: true)
        }
        try checkKind(section, with: sections[place], input)
        return try append(section, to: place, input)
    }

    private mutating func append(_ section: Section, to place: Int, _ input: LinkInput) throws(LinkError) -> Part {
        let isCode = section.flags.contains(.executable)
        let alignment = max(section.alignment, isCode ? 8 : 1)
        // A part without bytes asks for no room, wherever it lies.
        let padding = section.size == 0 ? 0 : (alignment - sections[place].size % alignment) % alignment
        let (offset, isFar) = sections[place].size.addingReportingOverflow(padding)
        let (size, isLarge) = offset.addingReportingOverflow(section.size)
        // Numbers in types and records, and addends of instructions, have 32 bits.
        guard !isFar, !isLarge, size <= UInt64(Int32.max) else {
            throw LinkError(.unsupported, [input.name], "section '\(section.name)' becomes larger than 2^31 bytes")
        }
        sections[place].alignment = max(sections[place].alignment, alignment)
        sections[place].size = size
        if section.kind != .noBits {
            sections[place].bytes.append(contentsOf: repeatElement(0, count: Int(padding)))
            sections[place].bytes += section.bytes.array()
        }
        return Part(section: place, offset: offset, isShared: false)
    }

    private func checkAgreement(_ section: Section, with merged: Merged, _ input: LinkInput) throws(LinkError) {
        let isLicense = section.name == "license"
        func content(_ bytes: ByteView) -> [UInt8] { isLicense ? bytes.string(at: 0).map { Array($0.utf8) } ?? bytes.array() : bytes.array() }
        let (first, second) = (content(ByteView(merged.bytes)), content(section.bytes))
        guard first != second else { return }
        func shown(_ bytes: [UInt8]) -> String { isLicense ? "'\(String(decoding: bytes, as: UTF8.self))'" : "\(bytes)" }
        throw LinkError(
            .conflictingLicense, [merged.file, input.name],
            "their sections '\(section.name)' differ: \(shown(first)) and \(shown(second)); all files must say the same")
    }

    /// What a section is must not depend on which file comes first.
    private mutating func checkKind(_ section: Section, with merged: Merged, _ input: LinkInput) throws(LinkError) {
        func incompatible(_ what: String) -> LinkError {
            LinkError(.incompatibleSection, [merged.file, input.name], "their sections '\(section.name)' differ in \(what)")
        }
        guard section.kind == merged.kind else { throw incompatible("their kind (\(merged.kind.rawValue) and \(section.kind.rawValue))") }
        let meaning: Section.Flags = [.writable, .allocated, .executable, .threadLocal]
        guard section.flags.intersection(meaning) == merged.flags.intersection(meaning) else {
            throw incompatible("whether they are written to, executed or loaded")
        }
        guard section.flags == merged.flags, section.entrySize == merged.entrySize else {
            guard let place = placesByName[section.name] else { return }
            // What one of them says about its entries does not hold for both.
            sections[place].flags.formIntersection(section.flags)
            sections[place].flags.subtract([.merge, .strings])
            sections[place].entrySize = 0
            return
        }
    }

    /// The part that a section of a file has become; `nil` for sections that are left out.
    func part(of section: Int, in input: Int) -> Part? {
        parts.indices.contains(input) ? parts[input][section] : nil
    }

    /// Overwrites an integer in the bytes of a section; the caller has seen that it lies inside.
    mutating func store<Value: FixedWidthInteger>(_ value: Value, at offset: Int, of section: Int, order: ByteOrder) {
        _ = sections[section].bytes.store(integer: value, at: offset, order: order)
    }

    /// Adds the sections to a file; answers what to refer to them by, in their order.
    func write(to writer: inout ELFWriter) -> [ELFWriter.SectionID] {
        sections.map { section in
            writer.add(
                ELFWriter.Section(
                    name: section.name, kind: section.kind, flags: section.flags,
                    contents: section.kind == .noBits ? .zeros(section.size) : .bytes(ByteView(section.bytes)), alignment: section.alignment,
                    entrySize: section.entrySize))
        }
    }
}
