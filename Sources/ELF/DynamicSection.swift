// SPDX-License-Identifier: Apache-2.0

import Bytes

/// What a program or shared library tells the dynamic linker (`.dynamic`).
public struct DynamicSection: Sendable {
    /// The number of `d_tag`.
    public struct Tag: RawRepresentable, Sendable, Hashable {
        /// The number in the file, one of the `DT_*` of elf(5).
        public let rawValue: UInt64
        /// A tag by its number, also one that has no name here.
        public init(rawValue: UInt64) { self.rawValue = rawValue }

        /// `DT_NULL`: ends the section.
        public static let null = Tag(rawValue: 0)
        /// `DT_NEEDED`: the name of a library.
        public static let needed = Tag(rawValue: 1)
        /// `DT_HASH`: the address of the table of hashes.
        public static let hash = Tag(rawValue: 4)
        /// `DT_STRTAB`: the address of the strings.
        public static let stringTable = Tag(rawValue: 5)
        /// `DT_SYMTAB`: the address of the symbols.
        public static let symbolTable = Tag(rawValue: 6)
        /// `DT_STRSZ`: the size of the strings in bytes.
        public static let stringTableSize = Tag(rawValue: 10)
        /// `DT_SONAME`: the name that others need the library by.
        public static let sharedObjectName = Tag(rawValue: 14)
        /// `DT_RPATH`: where to look for libraries, before `LD_LIBRARY_PATH`.
        public static let rpath = Tag(rawValue: 15)
        /// `DT_RUNPATH`: where to look for libraries, behind `LD_LIBRARY_PATH`.
        public static let runpath = Tag(rawValue: 29)
        /// `DT_FLAGS`.
        public static let flags = Tag(rawValue: 30)
        /// `DT_GNU_HASH`: the address of the table of hashes in GNU's form.
        public static let gnuHash = Tag(rawValue: 0x6FFF_FEF5)
        /// `DT_VERSYM`: the address of the symbols' version numbers.
        public static let versionSymbols = Tag(rawValue: 0x6FFF_FFF0)
        /// `DT_FLAGS_1`.
        public static let flags1 = Tag(rawValue: 0x6FFF_FFFB)
        /// `DT_VERDEF`: the address of the versions that are defined.
        public static let versionDefinitions = Tag(rawValue: 0x6FFF_FFFC)
        /// `DT_VERDEFNUM`: how many versions are defined.
        public static let versionDefinitionCount = Tag(rawValue: 0x6FFF_FFFD)
        /// `DT_VERNEED`: the address of the versions that are needed.
        public static let versionNeeds = Tag(rawValue: 0x6FFF_FFFE)
        /// `DT_VERNEEDNUM`: of how many libraries versions are needed.
        public static let versionNeedCount = Tag(rawValue: 0x6FFF_FFFF)
    }

    /// One entry (`Elf64_Dyn`).
    public struct Entry: Sendable, Hashable {
        /// What the value means.
        public let tag: Tag
        /// A number, an address, or an offset in the strings, as the tag says.
        public let value: UInt64
    }

    /// The entries in the file's order, up to the one that ends them.
    public let entries: [Entry]
    /// The names of the libraries that the file needs, such as `libc.so.6`.
    public let neededLibraries: [String]
    /// The name by which others need this library.
    public let sharedObjectName: String?
    /// Where to look for libraries, in the old form; several directories are separated by colons.
    public let rpath: String?
    /// Where to look for libraries; several directories are separated by colons.
    public let runpath: String?

    /// The value of the first entry with a tag.
    public func value(of tag: Tag) -> UInt64? {
        entries.first { $0.tag == tag }?.value
    }

    init(entries: [Entry], strings: ByteView?) throws(ELFError) {
        self.entries = entries
        var needed: [String] = []
        var names: [Tag: String] = [:]
        if let strings {
            var reader = StringTable(strings, of: "needed libraries", count: entries.count)
            for entry in entries {
                switch entry.tag {
                case .needed: needed.append(try reader.string(at: Int(clamping: entry.value)))
                case .sharedObjectName, .rpath, .runpath: names[entry.tag] = try reader.string(at: Int(clamping: entry.value))
                default: break
                }
            }
        }
        neededLibraries = needed
        sharedObjectName = names[.sharedObjectName]
        rpath = names[.rpath]
        runpath = names[.runpath]
    }
}

extension ELFFile {
    /// What the file tells the dynamic linker; `nil` for files that are not linked dynamically.
    ///
    /// - Throws: ``ELFError`` where the section or its strings lie outside of the file.
    public func dynamicSection() throws(ELFError) -> DynamicSection? {
        guard hasSections else { return try dynamicSectionOfSegments() }
        guard let section = sections.first(where: { $0.kind == .dynamic }) else { return nil }
        let strings = self.section(at: Int(section.link)).flatMap { $0.kind == .stringTable ? $0 : nil }
        return try DynamicSection(entries: dynamicEntries(try section.contents()), strings: try strings?.contents())
    }

    func dynamicEntries(_ bytes: ByteView) -> [DynamicSection.Entry] {
        var entries: [DynamicSection.Entry] = []
        for index in 0..<bytes.count / 16 {
            guard let tag = bytes.integer(UInt64.self, at: index * 16, order: byteOrder), tag != DynamicSection.Tag.null.rawValue,
                let value = bytes.integer(UInt64.self, at: index * 16 + 8, order: byteOrder)
            else { break }
            entries.append(.init(tag: .init(rawValue: tag), value: value))
        }
        return entries
    }
}
