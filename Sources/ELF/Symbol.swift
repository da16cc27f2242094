// SPDX-License-Identifier: Apache-2.0

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
        /// `STT_FILE`: names the source file of the local symbols behind it.
        public static let file = Kind(rawValue: 4)
        /// `STT_COMMON`: a variable that the linker makes room for.
        public static let common = Kind(rawValue: 5)
        /// `STT_TLS`: a variable that each thread has its own of; its value is an offset in that memory, not an address.
        public static let threadLocal = Kind(rawValue: 6)
        /// `STT_GNU_IFUNC`: a function that chooses, when the program starts, the function that is meant.
        public static let indirectFunction = Kind(rawValue: 10)
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
        /// `STB_GNU_UNIQUE`: global, and only one of them in the whole process.
        public static let unique = Binding(rawValue: 10)
    }

    /// The lowest two bits of `st_other`: who sees a global symbol.
    public struct Visibility: RawRepresentable, Sendable, Hashable {
        /// The number in the file, one of the `STV_*` of elf(5).
        public let rawValue: UInt8
        /// A visibility by its number.
        public init(rawValue: UInt8) { self.rawValue = rawValue }

        /// `STV_DEFAULT`: as the binding says.
        public static let `default` = Visibility(rawValue: 0)
        /// `STV_INTERNAL`: as hidden, and more, whose meaning the machine gives.
        public static let `internal` = Visibility(rawValue: 1)
        /// `STV_HIDDEN`: nobody outside of the linked file; for eBPF, a function that is verified where it is called.
        public static let hidden = Visibility(rawValue: 2)
        /// `STV_PROTECTED`: others see it, but cannot define it instead.
        public static let protected = Visibility(rawValue: 3)
    }

    /// What `st_shndx` says: where the symbol is defined.
    public enum Place: Sendable, Hashable {
        /// In another file (`SHN_UNDEF`).
        case undefined
        /// In the section with this index.
        case section(Int)
        /// Nowhere: its value is a number that no relocation moves (`SHN_ABS`).
        case absolute
        /// In memory that the linker makes room for (`SHN_COMMON`); its value is the alignment.
        case common
        /// A number of the reserved range that has no name here.
        case reserved(UInt16)

        static let absoluteNumber: UInt16 = 0xFFF1
        static let commonNumber: UInt16 = 0xFFF2
    }

    /// Empty where it has none, as for most symbols that stand for a section.
    public let name: String
    /// What it stands for: a variable, a function, a section.
    public let kind: Kind
    /// Whether other files see it, and whether one of them may define it instead.
    public let binding: Binding
    /// Who sees it, where its binding is not local.
    public let visibility: Visibility
    /// Where it is defined.
    public let place: Place
    /// In a relocatable file, the offset in the section, in bytes; elsewhere an address.
    public let value: UInt64
    /// The size in bytes, where it is known.
    public let size: UInt64
    /// The version, for dynamic symbols that have one.
    public let version: SymbolVersion?

    /// Whether another file has to define it.
    public var isUndefined: Bool { place == .undefined }

    /// The index of the section that the symbol lies in; 0 (`SHN_UNDEF`) where another file defines it.
    ///
    /// Where it lies in no section, the number of the reserved range, such as 0xFFF1 (`SHN_ABS`). Files with more than 0xFF00 sections have
    /// sections with these indices as well; ``place`` tells them apart.
    public var sectionIndex: Int {
        switch place {
        case .undefined: 0
        case .section(let index): index
        case .absolute: Int(Place.absoluteNumber)
        case .common: Int(Place.commonNumber)
        case .reserved(let number): Int(number)
        }
    }

    /// The name with the version as tools print it: `malloc@@GLIBC_2.2.5`, with one `@` where the version is not the default one. The symbol
    /// by which a library says that it defines a version is that version's name, without an end.
    public var versionedName: String {
        guard let version, version.name != name else { return name }
        return name + (version.isDefault ? "@@" : "@") + version.name
    }

    static let entrySize = 24
}

/// The version of a dynamic symbol.
public struct SymbolVersion: Sendable, Hashable {
    /// The name, such as `GLIBC_2.2.5`.
    public let name: String
    /// Whether references without a version mean this one; false for symbols that another file defines.
    public let isDefault: Bool
    /// The library that is to define it, such as `libc.so.6`; `nil` for symbols that the file itself defines.
    public let library: String?
}
