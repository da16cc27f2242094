// SPDX-License-Identifier: Apache-2.0

import Bytes

/// The versions of dynamic symbols: a number for each symbol (`Elf64_Versym`), and what the numbers mean (`Elf64_Verdef`,
/// `Elf64_Verneed`). The layout is that of the LSB's chapter on symbol versioning.
struct SymbolVersions: Sendable {
    /// Two bytes for each symbol: the number, and in the highest bit that it is not the default version.
    let numbers: ByteView
    let order: ByteOrder
    private var names: [UInt16: (name: String, library: String?)] = [:]

    private static let hidden: UInt16 = 0x8000

    /// Whether references without a version do not mean the symbol.
    func isHidden(_ symbol: Int) -> Bool {
        (numbers.integer(UInt16.self, at: symbol * 2, order: order) ?? 0) & Self.hidden != 0
    }

    /// The version of the symbol at an index. The numbers 0 (local) and 1 (global) mean that it has none.
    func version(of symbol: Int, isUndefined: Bool) -> SymbolVersion? {
        guard let number = numbers.integer(UInt16.self, at: symbol * 2, order: order), number & ~Self.hidden > 1,
            let version = names[number & ~Self.hidden]
        else { return nil }
        let isDefault = number & Self.hidden == 0 && !isUndefined && version.library == nil
        return SymbolVersion(name: version.name, isDefault: isDefault, library: version.library)
    }
}

extension SymbolVersions {
    /// - Parameters:
    ///   - definitions: the chain of `Elf64_Verdef`, and how many of them there are.
    ///   - needs: the chain of `Elf64_Verneed`, and how many of them there are.
    init(
        numbers: ByteView, definitions: (bytes: ByteView, count: Int)?, needs: (bytes: ByteView, count: Int)?, strings: ByteView,
        order: ByteOrder
    ) throws(ELFError) {
        self.numbers = numbers
        self.order = order
        var reader = StringTable(strings, of: "symbols' versions", count: Self.mostVersions)
        // Chains go forward only, but a chain inside of a chain could still take the square of the table's size.
        var stepsLeft = Self.mostVersions
        if let definitions { try readDefinitions(definitions.bytes, count: definitions.count, names: &reader, stepsLeft: &stepsLeft) }
        if let needs { try readNeeds(needs.bytes, count: needs.count, names: &reader, stepsLeft: &stepsLeft) }
    }

    /// A number has fifteen bits; each version and each library takes a step.
    private static let mostVersions = 0x1_0000

    private static func step(_ stepsLeft: inout Int) throws(ELFError) {
        stepsLeft -= 1
        guard stepsLeft > 0 else { throw ELFError(.malformed, "there are more versions of symbols than there are numbers for them") }
    }

    private mutating func readDefinitions(
        _ bytes: ByteView, count: Int, names reader: inout StringTable, stepsLeft: inout Int
    ) throws(ELFError) {
        var start = 0
        for _ in 0..<count {
            try Self.step(&stepsLeft)
            guard let flags = bytes.integer(UInt16.self, at: start + 2, order: order),
                let number = bytes.integer(UInt16.self, at: start + 4, order: order),
                let first = bytes.integer(UInt32.self, at: start + 12, order: order),
                let next = bytes.integer(UInt32.self, at: start + 16, order: order),
                let name = bytes.integer(UInt32.self, at: start + Int(first), order: order)
            else { throw ELFError(.truncated, "the definition of a symbol version at \(start) ends behind its table's \(bytes.count) bytes") }
            // VER_FLG_BASE: the name of the file itself, which is no version of symbols.
            if flags & 1 == 0 { names[number & ~Self.hidden] = (try reader.string(at: Int(name)), nil) }
            guard next != 0 else { break }
            start += Int(next)
        }
    }

    private mutating func readNeeds(
        _ bytes: ByteView, count: Int, names reader: inout StringTable, stepsLeft: inout Int
    ) throws(ELFError) {
        var start = 0
        for _ in 0..<count {
            try Self.step(&stepsLeft)
            guard let versions = bytes.integer(UInt16.self, at: start + 2, order: order),
                let file = bytes.integer(UInt32.self, at: start + 4, order: order),
                let first = bytes.integer(UInt32.self, at: start + 8, order: order),
                let next = bytes.integer(UInt32.self, at: start + 12, order: order)
            else { throw ELFError(.truncated, "the need of a symbol version at \(start) ends behind its table's \(bytes.count) bytes") }
            let library = try reader.string(at: Int(file))
            var place = start + Int(first)
            for _ in 0..<versions {
                try Self.step(&stepsLeft)
                guard let number = bytes.integer(UInt16.self, at: place + 6, order: order),
                    let name = bytes.integer(UInt32.self, at: place + 8, order: order),
                    let next = bytes.integer(UInt32.self, at: place + 12, order: order)
                else { throw ELFError(.truncated, "a symbol version of '\(library)' ends behind its table's \(bytes.count) bytes") }
                names[number & ~Self.hidden] = (try reader.string(at: Int(name)), library)
                guard next != 0 else { break }
                place += Int(next)
            }
            guard next != 0 else { break }
            start += Int(next)
        }
    }
}

extension ELFFile {
    /// The versions of the dynamic symbols in a section, where the file has versions.
    func symbolVersions(ofSectionAt index: Int, strings: ByteView) throws(ELFError) -> SymbolVersions? {
        guard let numbers = sections.first(where: { $0.kind == .versionSymbols && Int($0.link) == index }) else { return nil }
        func chain(_ kind: Section.Kind) throws(ELFError) -> (bytes: ByteView, count: Int)? {
            guard let section = sections.first(where: { $0.kind == kind }) else { return nil }
            return (try section.contents(), Int(section.info))
        }
        return try SymbolVersions(
            numbers: try numbers.contents(), definitions: try chain(.versionDefinitions), needs: try chain(.versionNeeds), strings: strings,
            order: byteOrder)
    }
}
