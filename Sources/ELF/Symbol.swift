// SPDX-License-Identifier: Apache-2.0

import Bytes

/// One symbol of an ELF file (`Elf64_Sym`).
public struct Symbol: Sendable, Hashable {
    /// The low half of `st_info`.
    public struct Kind: RawRepresentable, Sendable, Hashable {
        /// The number in the file, one of the `STT_*` of elf(5).
        public let rawValue: UInt8
        /// A kind by its number, also one that has no name here.
        public init(rawValue: UInt8) { self.rawValue = rawValue }

        /// `STT_NOTYPE`.
        public static let none = Kind(rawValue: 0)
        /// `STT_OBJECT`: a variable.
        public static let object = Kind(rawValue: 1)
        /// `STT_FUNC`.
        public static let function = Kind(rawValue: 2)
        /// `STT_SECTION`: stands for its section.
        public static let section = Kind(rawValue: 3)
    }

    /// The high half of `st_info`.
    public struct Binding: RawRepresentable, Sendable, Hashable {
        /// The number in the file, one of the `STB_*` of elf(5).
        public let rawValue: UInt8
        /// A binding by its number, also one that has no name here.
        public init(rawValue: UInt8) { self.rawValue = rawValue }

        /// `STB_LOCAL`.
        public static let local = Binding(rawValue: 0)
        /// `STB_GLOBAL`.
        public static let global = Binding(rawValue: 1)
        /// `STB_WEAK`.
        public static let weak = Binding(rawValue: 2)
    }

    /// Empty where it has none, as for most symbols that stand for a section.
    public let name: String
    /// What it stands for: a variable, a function, a section.
    public let kind: Kind
    /// Whether other files see it, and whether one of them may define it instead.
    public let binding: Binding
    /// The index of the section that the symbol lies in; 0 (`SHN_UNDEF`) where another file defines it.
    public let sectionIndex: Int
    /// In a relocatable file, the offset in the section, in bytes.
    public let value: UInt64
    /// The size in bytes, where it is known.
    public let size: UInt64

    /// Whether another file has to define it.
    public var isUndefined: Bool { sectionIndex == 0 }

    static let entrySize = 24
}

extension ELFFile {
    /// The symbols of the file's symbol table, in its order; the first is the empty symbol that ELF reserves.
    ///
    /// - Throws: ``ELFError`` where the table's strings are missing. A file without a table has no symbols.
    public func symbols() throws(ELFError) -> [Symbol] {
        guard let table = sections.first(where: { $0.kind == .symbolTable }) else { return [] }
        guard let names = section(at: Int(table.link)), names.kind == .stringTable else {
            throw ELFError(.malformed, "the symbol table names section \(table.link) for its strings, which holds none")
        }
        let extended = sections.first { $0.kind == .extendedSectionIndices && Int($0.link) == table.index }
        return (0..<table.bytes.count / Symbol.entrySize).compactMap { index in
            symbol(at: index, in: table.bytes, names: names.bytes, extended: extended?.bytes)
        }
    }

    private func symbol(at index: Int, in table: ByteView, names: ByteView, extended: ByteView?) -> Symbol? {
        guard let entry = table.slice(at: index * Symbol.entrySize, count: Symbol.entrySize),
            let nameOffset = entry.integer(UInt32.self, at: 0, order: byteOrder),
            let info = entry[4],
            let section = entry.integer(UInt16.self, at: 6, order: byteOrder),
            let value = entry.integer(UInt64.self, at: 8, order: byteOrder),
            let size = entry.integer(UInt64.self, at: 16, order: byteOrder)
        else { return nil }
        var sectionIndex = Int(section)
        // SHN_XINDEX: the number stands in the table beside this one.
        if section == 0xFFFF, let wide = extended?.integer(UInt32.self, at: index * 4, order: byteOrder) {
            sectionIndex = Int(wide)
        }
        return Symbol(
            name: names.string(at: Int(nameOffset)) ?? "", kind: .init(rawValue: info & 0xF), binding: .init(rawValue: info >> 4),
            sectionIndex: sectionIndex, value: value, size: size)
    }
}
