// SPDX-License-Identifier: Apache-2.0

extension Section {
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
        /// `SHT_HASH`: from names to the dynamic symbols.
        public static let hash = Kind(rawValue: 5)
        /// `SHT_DYNAMIC`: what the dynamic linker needs to know.
        public static let dynamic = Kind(rawValue: 6)
        /// `SHT_NOTE`.
        public static let note = Kind(rawValue: 7)
        /// `SHT_NOBITS`: zeros that take no room in the file.
        public static let noBits = Kind(rawValue: 8)
        /// `SHT_REL`.
        public static let relocations = Kind(rawValue: 9)
        /// `SHT_DYNSYM`: the symbols that the dynamic linker needs.
        public static let dynamicSymbolTable = Kind(rawValue: 11)
        /// `SHT_INIT_ARRAY`: addresses of functions that run first.
        public static let initializers = Kind(rawValue: 14)
        /// `SHT_FINI_ARRAY`: addresses of functions that run last.
        public static let finalizers = Kind(rawValue: 15)
        /// `SHT_GROUP`: sections that stay or go together.
        public static let group = Kind(rawValue: 17)
        /// `SHT_SYMTAB_SHNDX`: section numbers of symbols that do not fit in sixteen bits.
        public static let extendedSectionIndices = Kind(rawValue: 18)
        /// `SHT_LLVM_ADDRSIG`: indices of the symbols whose addresses matter.
        public static let addressSignificance = Kind(rawValue: 0x6FFF_4C03)
        /// `SHT_GNU_HASH`: from names to the dynamic symbols, in GNU's form.
        public static let gnuHash = Kind(rawValue: 0x6FFF_FFF6)
        /// `SHT_GNU_verdef`: the versions of symbols that the file defines.
        public static let versionDefinitions = Kind(rawValue: 0x6FFF_FFFD)
        /// `SHT_GNU_verneed`: the versions of symbols that the file needs of others.
        public static let versionNeeds = Kind(rawValue: 0x6FFF_FFFE)
        /// `SHT_GNU_versym`: the version of each dynamic symbol.
        public static let versionSymbols = Kind(rawValue: 0x6FFF_FFFF)
    }

    /// `sh_flags`.
    public struct Flags: OptionSet, Sendable, Hashable {
        /// The bits as they stand in the file, the `SHF_*` of elf(5) and the gABI.
        public let rawValue: UInt64
        /// Flags by their bits, also those that have no name here.
        public init(rawValue: UInt64) { self.rawValue = rawValue }

        /// `SHF_WRITE`.
        public static let writable = Flags(rawValue: 1)
        /// `SHF_ALLOC`.
        public static let allocated = Flags(rawValue: 2)
        /// `SHF_EXECINSTR`.
        public static let executable = Flags(rawValue: 4)
        /// `SHF_MERGE`: equal entries may be merged.
        public static let merge = Flags(rawValue: 0x10)
        /// `SHF_STRINGS`: the entries are NUL-terminated strings.
        public static let strings = Flags(rawValue: 0x20)
        /// `SHF_INFO_LINK`: `sh_info` is the index of a section.
        public static let infoIsSection = Flags(rawValue: 0x40)
        /// `SHF_LINK_ORDER`: stays in the order of the sections that `sh_link` names.
        public static let linkOrder = Flags(rawValue: 0x80)
        /// `SHF_GROUP`: belongs to a section of kind ``Kind/group``.
        public static let group = Flags(rawValue: 0x200)
        /// `SHF_TLS`: each thread has its own.
        public static let threadLocal = Flags(rawValue: 0x400)
        /// `SHF_COMPRESSED`: the bytes in the file are compressed.
        public static let compressed = Flags(rawValue: 0x800)
        /// `SHF_GNU_RETAIN`: linkers keep it although nothing refers to it.
        public static let retained = Flags(rawValue: 0x20_0000)
        /// `SHF_EXCLUDE`: linkers leave it out.
        public static let excluded = Flags(rawValue: 0x8000_0000)
    }
}
