// SPDX-License-Identifier: Apache-2.0

public import Bytes

/// A relocatable object that is being put together: sections, symbols and relocations go in, ``bytes()`` gives the file.
///
/// What ELF derives is derived: the tables of symbols, of strings and of relocations, local symbols in front of the others, section numbers that
/// do not fit in sixteen bits, the members of groups. So sections and symbols are referred to by what ``add(_:)-(Section)`` and
/// ``add(_:)-(Symbol)`` answered, not by the indices that they get in the file. The layout is that of elf(5) and the gABI.
///
/// ```swift
/// var writer = ELFWriter(machine: .bpf)
/// let text = writer.add(.init(name: "xdp", flags: [.allocated, .executable], contents: .bytes(ByteView(code)), alignment: 8))
/// let helper = writer.add(.init(name: "elsewhere", kind: .function))
/// writer.add(.init(offset: 16, kind: 10, symbol: helper), to: text)
/// let file = try writer.bytes()
/// ```
public struct ELFWriter: Sendable {
    /// What the code is for.
    public var machine: ELFFile.Machine
    /// The order of the bytes in every integer of the file.
    public var byteOrder: ByteOrder
    /// `e_flags`, whose meaning the machine gives; 0 for eBPF.
    public var flags: UInt32 = 0
    /// `EI_OSABI`: 0 System V, 3 GNU.
    public var operatingSystemABI: UInt8 = 0

    var sections: [Section] = []
    var symbols: [Symbol] = []
    /// The relocations of each section, in the order in which they were added.
    var relocations: [[Relocation]] = []

    /// An object without any sections.
    public init(machine: ELFFile.Machine, byteOrder: ByteOrder = .native) {
        self.machine = machine
        self.byteOrder = byteOrder
    }

    /// Which section of the writer is meant, whatever its index in the file will be.
    public struct SectionID: Sendable, Hashable {
        let place: Int

        /// The table of symbols that is written, for sections that link to it.
        public static let symbolTable = SectionID(place: -1)
        /// The table of strings that is written, for sections that link to it.
        public static let stringTable = SectionID(place: -2)
    }

    /// Which symbol of the writer is meant, whatever its index in the file will be.
    public struct SymbolID: Sendable, Hashable {
        let place: Int
    }

    /// Adds a section behind the others.
    ///
    /// - Returns: what to refer to it by.
    @discardableResult
    public mutating func add(_ section: Section) -> SectionID {
        sections.append(section)
        relocations.append([])
        return SectionID(place: sections.count - 1)
    }

    /// Adds a symbol; local ones are written in front of the others, whenever they were added.
    ///
    /// - Returns: what to refer to it by.
    @discardableResult
    public mutating func add(_ symbol: Symbol) -> SymbolID {
        symbols.append(symbol)
        return SymbolID(place: symbols.count - 1)
    }

    /// Adds a relocation to those of a section.
    ///
    /// - Precondition: the section is one that this writer answered.
    public mutating func add(_ relocation: Relocation, to section: SectionID) {
        relocations[section.place].append(relocation)
    }

    /// A section that was added, to be looked at or changed.
    ///
    /// - Precondition: the section is one that this writer answered.
    public subscript(section: SectionID) -> Section {
        get { sections[section.place] }
        set { sections[section.place] = newValue }
    }

    /// A symbol that was added, to be looked at or changed.
    ///
    /// - Precondition: the symbol is one that this writer answered.
    public subscript(symbol: SymbolID) -> Symbol {
        get { symbols[symbol.place] }
        set { symbols[symbol.place] = newValue }
    }

    /// Drops the relocations of a section, whose bytes then stay as they are.
    public mutating func removeRelocations(of section: SectionID) {
        guard relocations.indices.contains(section.place) else { return }
        relocations[section.place] = []
    }

    /// The first section with a name, if there is one.
    public func section(named name: String) -> SectionID? {
        sections.firstIndex { $0.name == name }.map { SectionID(place: $0) }
    }
}

extension ELFWriter {
    /// A section to be written. Tables of symbols and relocations are not added as sections.
    public struct Section: Sendable {
        /// The name, which need not be unique.
        public var name: String
        /// What it holds. Zeros and groups are written as ``ELF/Section/Kind/noBits`` and ``ELF/Section/Kind/group`` whatever stands here.
        public var kind: ELF.Section.Kind
        /// Whether it takes memory when it is loaded, and may be written to or executed there.
        public var flags: ELF.Section.Flags
        /// The bytes, or what stands for them.
        public var contents: Contents
        /// The power of two that the section's address is to be a multiple of; 0 and 1 ask for nothing.
        public var alignment: UInt64
        /// The size of an entry in bytes, for sections that are tables.
        public var entrySize: UInt64
        /// The section that `sh_link` names.
        public var link: SectionID?
        /// `sh_info`, where ``infoSection`` does not give it.
        public var info: UInt32
        /// The section that `sh_info` names.
        public var infoSection: SectionID?

        /// A section of a program's own bytes, where nothing else is said.
        public init(
            name: String, kind: ELF.Section.Kind = .programBits, flags: ELF.Section.Flags = [], contents: Contents, alignment: UInt64 = 1,
            entrySize: UInt64 = 0, link: SectionID? = nil, info: UInt32 = 0, infoSection: SectionID? = nil
        ) {
            self.name = name
            self.kind = kind
            self.flags = flags
            self.contents = contents
            self.alignment = alignment
            self.entrySize = entrySize
            self.link = link
            self.info = info
            self.infoSection = infoSection
        }
    }

    /// What a section holds.
    public enum Contents: Sendable {
        /// These bytes, which are shared until the file is written.
        case bytes(ByteView)
        /// So many zeros, which take no room in the file.
        case zeros(UInt64)
        /// Sections that stay or go together, as linkers see it, with the tables of their relocations. `isUnique` (`GRP_COMDAT`): of several
        /// groups with the same signature, one stays. The gABI wants the group in front of its members, and flag
        /// ``ELF/Section/Flags/group`` on them.
        case group(signature: SymbolID, isUnique: Bool, members: [SectionID])
    }

    /// A symbol to be written.
    public struct Symbol: Sendable {
        /// Empty for none, as for symbols that stand for a section.
        public var name: String
        /// What it stands for: a variable, a function, a section.
        public var kind: ELF.Symbol.Kind
        /// Whether other files see it, and whether one of them may define it instead.
        public var binding: ELF.Symbol.Binding
        /// Who sees it, where its binding is not local.
        public var visibility: ELF.Symbol.Visibility
        /// Where it is defined.
        public var place: Place
        /// The offset in its section, in bytes.
        public var value: UInt64
        /// The size in bytes; 0 where it is not known.
        public var size: UInt64

        /// A symbol; with a name only, one that another file has to define.
        public init(
            name: String, kind: ELF.Symbol.Kind = .none, binding: ELF.Symbol.Binding = .global, visibility: ELF.Symbol.Visibility = .default,
            place: Place = .undefined, value: UInt64 = 0, size: UInt64 = 0
        ) {
            self.name = name
            self.kind = kind
            self.binding = binding
            self.visibility = visibility
            self.place = place
            self.value = value
            self.size = size
        }
    }

    /// Where a symbol is defined.
    public enum Place: Sendable, Hashable {
        /// In another file.
        case undefined
        /// In a section of this one.
        case section(SectionID)
        /// Nowhere: its value is a number that no relocation moves.
        case absolute
        /// In memory that the linker makes room for; its value is the alignment.
        case common
        /// A number of the reserved range that has no name here, from `SHN_LORESERVE` (0xFF00) on.
        case reserved(UInt16)
    }

    /// A relocation to be written.
    public struct Relocation: Sendable, Hashable {
        /// Where it applies: an offset in bytes in its section.
        public var offset: UInt64
        /// The kind, whose meaning the machine gives.
        public var kind: UInt32
        /// The symbol that it refers to; `nil` for none.
        public var symbol: SymbolID?
        /// What is added to the symbol's value. `nil` for the form without addends (`SHT_REL`), which has them in place; eBPF uses it.
        public var addend: Int64?

        /// A relocation, of the form without addends where none is given.
        public init(offset: UInt64, kind: UInt32, symbol: SymbolID?, addend: Int64? = nil) {
            self.offset = offset
            self.kind = kind
            self.symbol = symbol
            self.addend = addend
        }
    }
}
