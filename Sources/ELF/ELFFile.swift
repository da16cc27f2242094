// SPDX-License-Identifier: Apache-2.0

public import Bytes

/// A 64-bit ELF file of either byte order, read without copying: an object, an executable or a shared library.
///
/// Reading checks the header and the tables of sections and segments; everything else is decoded when asked for. The layout is that of
/// `Elf64_Ehdr` and its relatives in elf(5).
///
/// Whatever the bytes, the answer is a value or an ``ELFError``. Tables whose parts overlap such that reading them would take more memory than
/// in proportion to the file are refused as ``ELFError/Code/malformed``.
public struct ELFFile: Sendable {
    /// The whole file.
    public let bytes: ByteView
    /// The order of the bytes in every integer of the file.
    public let byteOrder: ByteOrder
    /// What the file is for: an object to be linked, a program, a shared library.
    public let kind: Kind
    /// What the code is for.
    public let machine: Machine
    /// `e_flags`, whose meaning the machine gives; 0 for eBPF.
    public let flags: UInt32
    /// `EI_OSABI`: 0 System V, 3 GNU (where the file uses GNU's kinds of symbols).
    public let operatingSystemABI: UInt8
    /// `e_entry`: the address at which a program begins; 0 where there is none.
    public let entry: UInt64
    /// Every section, in the order of the table; the first is the empty section that ELF reserves. None where the table was stripped.
    public let sections: [Section]
    /// Every segment, in the order of the table; none in relocatable objects.
    public let segments: [Segment]
    /// The index of the section that holds the names of sections; 0 for none.
    let nameSectionIndex: Int
    /// The indices of the tables of relocations, by the index of the section that they apply to.
    let relocationTables: [Int: [Int]]

    /// Reads the header and the tables of sections and segments.
    ///
    /// - Throws: ``ELFError`` where the bytes are not a 64-bit ELF file, or where a table or section lies outside of them.
    public init(_ bytes: ByteView) throws(ELFError) {
        let header = try FileHeader(bytes)
        self.bytes = bytes
        byteOrder = header.byteOrder
        kind = Kind(rawValue: header.kind)
        machine = Machine(rawValue: header.machine)
        flags = header.flags
        operatingSystemABI = header.operatingSystemABI
        entry = header.entry
        nameSectionIndex = header.nameSectionIndex
        sections = try Section.readTable(of: bytes, header: header)
        segments = try Segment.readTable(of: bytes, header: header)
        relocationTables = try Self.findRelocations(in: sections, of: bytes)
    }

    /// The first section with this name, if there is one. Takes time in proportion to the number of sections.
    public func section(named name: String) -> Section? {
        sections.first { $0.name == name }
    }

    /// The section at an index of the table, if there is one.
    public func section(at index: Int) -> Section? {
        sections.indices.contains(index) ? sections[index] : nil
    }

    /// Whether the file still has a table of sections; without one, symbols and notes are found through the segments.
    var hasSections: Bool { sections.contains { $0.kind != .null } }
}
