// SPDX-License-Identifier: Apache-2.0

public import Bytes

/// One section of an ELF file (`Elf64_Shdr`). Its bytes are a view of the file's.
public struct Section: Sendable {
    /// The place in the file's table.
    public let index: Int
    /// Empty where the file has no name for it.
    public let name: String
    /// What it holds.
    public let kind: Kind
    /// Whether it takes memory when it is loaded, and may be written to or executed there.
    public let flags: Flags
    /// `sh_addr`: the address at which it lies when it is loaded; 0 in relocatable objects and where it is not loaded.
    public let address: UInt64
    /// `sh_offset`: where its bytes begin in the file.
    public let offset: UInt64
    /// The size in bytes, which for ``Kind/noBits`` is not in the file.
    public let size: UInt64
    /// `sh_link`: an index of another section, whose meaning the kind gives.
    public let link: UInt32
    /// `sh_info`: further information, whose meaning the kind gives.
    public let info: UInt32
    /// `sh_addralign`: the power of two that its address is a multiple of; 0 and 1 ask for nothing.
    public let alignment: UInt64
    /// The size of an entry in bytes, for sections that are tables.
    public let entrySize: UInt64
    /// The bytes in the file as they stand there, also of a compressed section; none for ``Kind/noBits``.
    public let bytes: ByteView

    static let headerSize = 64
}

extension Section {
    /// A header of the table as it stands, before its name and bytes are looked up.
    private struct Header {
        let nameOffset: UInt32, kind: Kind, flags: UInt64, address: UInt64
        let offset: UInt64, size: UInt64, link: UInt32, info: UInt32, alignment: UInt64, entrySize: UInt64

        init?(_ bytes: ByteView, at start: Int, order: ByteOrder) {
            guard let view = bytes.slice(at: start, count: Section.headerSize),
                let nameOffset = view.integer(UInt32.self, at: 0, order: order),
                let kind = view.integer(UInt32.self, at: 4, order: order),
                let flags = view.integer(UInt64.self, at: 8, order: order),
                let address = view.integer(UInt64.self, at: 16, order: order),
                let offset = view.integer(UInt64.self, at: 24, order: order),
                let size = view.integer(UInt64.self, at: 32, order: order),
                let link = view.integer(UInt32.self, at: 40, order: order),
                let info = view.integer(UInt32.self, at: 44, order: order),
                let alignment = view.integer(UInt64.self, at: 48, order: order),
                let entrySize = view.integer(UInt64.self, at: 56, order: order)
            else { return nil }
            self.nameOffset = nameOffset
            self.kind = Kind(rawValue: kind)
            self.flags = flags
            self.address = address
            self.offset = offset
            self.size = size
            self.link = link
            self.info = info
            self.alignment = alignment
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
        let count = header.sectionCount
        guard count <= table.count / headerSize else {
            throw ELFError(.truncated, "\(count) section headers do not fit in the \(table.count) bytes from \(header.sectionTableOffset) on")
        }
        var names: StringTable?
        if header.nameSectionIndex != 0, header.nameSectionIndex < count {
            names = Header(table, at: header.nameSectionIndex * headerSize, order: order)?.contents(of: file)
                .map { StringTable($0, of: "sections", count: count) }
        }
        var sections: [Section] = []
        sections.reserveCapacity(count)
        for index in 0..<count {
            guard let header = Header(table, at: index * headerSize, order: order) else { break }
            let name = try names?.string(at: Int(header.nameOffset)) ?? ""
            sections.append(try Section(header, index: index, name: name, file: file))
        }
        return sections
    }

    private init(_ header: Header, index: Int, name: String, file: ByteView) throws(ELFError) {
        guard let bytes = header.contents(of: file) else {
            throw ELFError(
                .truncated, "section \(index) ('\(name)') has \(header.size) bytes at \(header.offset), the file \(file.count) in all")
        }
        self.init(
            index: index, name: name, kind: header.kind, flags: Flags(rawValue: header.flags), address: header.address,
            offset: header.offset, size: header.size, link: header.link, info: header.info, alignment: header.alignment,
            entrySize: header.entrySize, bytes: bytes)
    }
}

extension Section {
    /// Whether the bytes in the file are compressed, as debugging information often is.
    public var isCompressed: Bool { flags.contains(.compressed) }

    /// The section's bytes as a view, for callers that mean what they say.
    ///
    /// - Throws: ``ELFError`` with ``ELFError/Code/compressed``, which names the section, where the bytes in the file are compressed.
    public func contents() throws(ELFError) -> ByteView {
        guard isCompressed, kind != .noBits else { return bytes }
        throw ELFError(.compressed, "section \(index) ('\(name)') is compressed, which is not read here")
    }
}
