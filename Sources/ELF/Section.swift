// SPDX-License-Identifier: Apache-2.0

public import Bytes

/// One section of an ELF file (`Elf64_Shdr`). Its bytes are a view of the file's.
public struct Section: Sendable {
    /// The number of `sh_type`.
    public struct Kind: RawRepresentable, Sendable, Hashable {
        /// The number in the file, one of the `SHT_*` of elf(5).
        public let rawValue: UInt32
        /// A kind by its number, also one that has no name here.
        public init(rawValue: UInt32) { self.rawValue = rawValue }

        /// `SHT_NULL`.
        public static let null = Kind(rawValue: 0)
        /// `SHT_PROGBITS`: bytes whose meaning is the program's own.
        public static let programBits = Kind(rawValue: 1)
        /// `SHT_SYMTAB`.
        public static let symbolTable = Kind(rawValue: 2)
        /// `SHT_STRTAB`.
        public static let stringTable = Kind(rawValue: 3)
        /// `SHT_RELA`: relocations with addends.
        public static let relocationsWithAddends = Kind(rawValue: 4)
        /// `SHT_NOBITS`: zeros that take no room in the file.
        public static let noBits = Kind(rawValue: 8)
        /// `SHT_REL`.
        public static let relocations = Kind(rawValue: 9)
        /// `SHT_SYMTAB_SHNDX`: section numbers of symbols that do not fit in sixteen bits.
        public static let extendedSectionIndices = Kind(rawValue: 18)
    }

    /// `sh_flags`.
    public struct Flags: OptionSet, Sendable {
        /// The bits as they stand in the file, the `SHF_*` of elf(5).
        public let rawValue: UInt64
        /// Flags by their bits, also those that have no name here.
        public init(rawValue: UInt64) { self.rawValue = rawValue }

        /// `SHF_WRITE`.
        public static let writable = Flags(rawValue: 1)
        /// `SHF_ALLOC`.
        public static let allocated = Flags(rawValue: 2)
        /// `SHF_EXECINSTR`.
        public static let executable = Flags(rawValue: 4)
    }

    /// The place in the file's table.
    public let index: Int
    /// Empty where the file has no name for it.
    public let name: String
    /// What it holds.
    public let kind: Kind
    /// Whether it takes memory when it is loaded, and may be written to or executed there.
    public let flags: Flags
    /// The size in bytes, which for ``Kind/noBits`` is not in the file.
    public let size: UInt64
    /// `sh_link`: an index of another section, whose meaning the kind gives.
    public let link: UInt32
    /// `sh_info`: further information, whose meaning the kind gives.
    public let info: UInt32
    /// The size of an entry in bytes, for sections that are tables.
    public let entrySize: UInt64
    /// The bytes in the file; none for ``Kind/noBits``.
    public let bytes: ByteView

    static let headerSize = 64
}

extension Section {
    /// A header of the table as it stands, before its name and bytes are looked up.
    private struct Header {
        let nameOffset: UInt32, kind: Kind, flags: UInt64
        let offset: UInt64, size: UInt64, link: UInt32, info: UInt32, entrySize: UInt64

        init?(_ bytes: ByteView, at start: Int, order: ByteOrder) {
            guard let view = bytes.slice(at: start, count: Section.headerSize),
                let nameOffset = view.integer(UInt32.self, at: 0, order: order),
                let kind = view.integer(UInt32.self, at: 4, order: order),
                let flags = view.integer(UInt64.self, at: 8, order: order),
                let offset = view.integer(UInt64.self, at: 24, order: order),
                let size = view.integer(UInt64.self, at: 32, order: order),
                let link = view.integer(UInt32.self, at: 40, order: order),
                let info = view.integer(UInt32.self, at: 44, order: order),
                let entrySize = view.integer(UInt64.self, at: 56, order: order)
            else { return nil }
            self.nameOffset = nameOffset
            self.kind = Kind(rawValue: kind)
            self.flags = flags
            self.offset = offset
            self.size = size
            self.link = link
            self.info = info
            self.entrySize = entrySize
        }

        func contents(of file: ByteView) -> ByteView? {
            kind == .noBits || kind == .null ? file.slice(at: 0, count: 0) : file.slice(at: offset, count: size)
        }
    }

    static func readTable(of file: ByteView, header: FileHeader) throws(ELFError) -> [Section] {
        guard header.sectionTableOffset != 0 else { return [] }
        guard header.sectionHeaderSize == headerSize else {
            throw ELFError(.malformed, "a section header has \(header.sectionHeaderSize) bytes instead of \(headerSize)")
        }
        let order = header.byteOrder
        guard let table = file.suffix(from: header.sectionTableOffset) else {
            throw ELFError(.truncated, "the table of sections begins at \(header.sectionTableOffset) of \(file.count) bytes")
        }
        // More sections than sixteen bits can count: the first header holds the numbers that did not fit.
        let first = Header(table, at: 0, order: order)
        let count = header.sectionCount == 0 ? Int(exactly: first?.size ?? 0) ?? .max : Int(header.sectionCount)
        let nameIndex = header.nameSectionIndex == 0xFFFF ? Int(first?.link ?? 0) : Int(header.nameSectionIndex)
        guard count <= table.count / headerSize else {
            throw ELFError(.truncated, "\(count) section headers do not fit in the \(table.count) bytes from \(header.sectionTableOffset) on")
        }
        var names: ByteView?
        if nameIndex != 0, nameIndex < count {
            names = Header(table, at: nameIndex * headerSize, order: order)?.contents(of: file)
        }
        var sections: [Section] = []
        sections.reserveCapacity(count)
        for index in 0..<count {
            guard let header = Header(table, at: index * headerSize, order: order) else { break }
            sections.append(try Section(header, index: index, file: file, names: names))
        }
        return sections
    }

    private init(_ header: Header, index: Int, file: ByteView, names: ByteView?) throws(ELFError) {
        let name = names?.string(at: Int(header.nameOffset)) ?? ""
        guard let bytes = header.contents(of: file) else {
            throw ELFError(
                .truncated, "section \(index) ('\(name)') has \(header.size) bytes at \(header.offset), the file \(file.count) in all")
        }
        self.init(
            index: index, name: name, kind: header.kind, flags: Flags(rawValue: header.flags), size: header.size,
            link: header.link, info: header.info, entrySize: header.entrySize, bytes: bytes)
    }
}
