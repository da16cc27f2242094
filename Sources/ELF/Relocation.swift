// SPDX-License-Identifier: Apache-2.0

import Bytes

/// One relocation of an ELF file (`Elf64_Rel` or `Elf64_Rela`).
public struct Relocation: Sendable, Hashable {
    /// Where it applies: an offset in bytes in the section that is relocated.
    public let offset: UInt64
    /// The kind, whose meaning the machine gives.
    public let kind: UInt32
    /// The place in the symbol table of the symbol that it refers to.
    public let symbolIndex: Int
    /// What is added to the symbol's value; 0 for the form without addends, which has them in place.
    public let addend: Int64
}

extension ELFFile {
    /// The relocations that apply to a section, in the file's order.
    public func relocations(of section: Section) -> [Relocation] {
        sections.filter { Int($0.info) == section.index && ($0.kind == .relocations || $0.kind == .relocationsWithAddends) }
            .flatMap { relocations(in: $0) }
    }

    private func relocations(in table: Section) -> [Relocation] {
        let withAddends = table.kind == .relocationsWithAddends
        let size = withAddends ? 24 : 16
        return (0..<table.bytes.count / size).compactMap { index in
            guard let entry = table.bytes.slice(at: index * size, count: size),
                let offset = entry.integer(UInt64.self, at: 0, order: byteOrder),
                let info = entry.integer(UInt64.self, at: 8, order: byteOrder)
            else { return nil }
            let addend = withAddends ? entry.integer(Int64.self, at: 16, order: byteOrder) ?? 0 : 0
            return Relocation(
                offset: offset, kind: UInt32(truncatingIfNeeded: info), symbolIndex: Int(info >> 32), addend: addend)
        }
    }
}
