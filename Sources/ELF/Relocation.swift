// SPDX-License-Identifier: Apache-2.0

import Bytes

/// One relocation of an ELF file (`Elf64_Rel` or `Elf64_Rela`).
///
/// The kind and the symbol lie in `r_info` as the gABI says, which is not how MIPS has them.
public struct Relocation: Sendable, Hashable {
    /// Where it applies: an offset in bytes in the section that is relocated; in programs and shared libraries, an address.
    public let offset: UInt64
    /// The kind, whose meaning the machine gives.
    public let kind: UInt32
    /// The place in the symbol table of the symbol that it refers to; 0 for none.
    public let symbolIndex: Int
    /// What is added to the symbol's value; 0 for the form without addends, which has them in place.
    public let addend: Int64
}

extension ELFFile {
    /// The relocations that apply to a section, in the file's order: those of every table whose `sh_info` names it.
    public func relocations(of section: Section) -> [Relocation] {
        (relocationTables[section.index] ?? []).flatMap { relocations(in: sections[$0]) }
    }

    /// The relocations of a table, such as `.rela.dyn`, in the file's order; none where the section holds something else.
    public func relocations(in table: Section) -> [Relocation] {
        guard table.isRelocationTable else { return [] }
        let withAddends = table.kind == .relocationsWithAddends
        let size = withAddends ? 24 : 16
        return (0..<table.bytes.count / size).compactMap { index in
            let start = index * size
            guard let offset = table.bytes.integer(UInt64.self, at: start, order: byteOrder),
                let info = table.bytes.integer(UInt64.self, at: start + 8, order: byteOrder)
            else { return nil }
            let addend = withAddends ? table.bytes.integer(Int64.self, at: start + 16, order: byteOrder) ?? 0 : 0
            return Relocation(
                offset: offset, kind: UInt32(truncatingIfNeeded: info), symbolIndex: Int(info >> 32), addend: addend)
        }
    }

    static func findRelocations(in sections: [Section], of file: ByteView) throws(ELFError) -> [Int: [Int]] {
        var tables: [Int: [Int]] = [:]
        var total = 0
        for section in sections where section.isRelocationTable {
            total += try section.contents().count
            // Tables that overlap could claim as many relocations as the square of the file's size.
            guard total <= file.count else {
                throw ELFError(.malformed, "the tables of relocations overlap: section \(section.index) ('\(section.name)')")
            }
            tables[Int(section.info), default: []].append(section.index)
        }
        return tables
    }
}

extension Section {
    /// Whether it holds relocations, with addends or without.
    var isRelocationTable: Bool { kind == .relocations || kind == .relocationsWithAddends }
}
