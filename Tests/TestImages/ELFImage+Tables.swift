// SPDX-License-Identifier: Apache-2.0

import Bytes

/// One symbol of an ``ELFImage``.
package struct SymbolImage {
    package var name: String
    /// `STT_*`: 0 none, 1 object, 2 function, 3 section.
    package var kind: UInt8
    /// `STB_*`: 0 local, 1 global, 2 weak.
    package var binding: UInt8
    /// `STV_*`: 0 default, 2 hidden.
    package var visibility: UInt8 = 0
    package var section: UInt16
    package var value: UInt64
    package var size: UInt64

    package init(_ name: String, kind: UInt8, binding: UInt8 = 1, section: UInt16, value: UInt64 = 0, size: UInt64 = 0) {
        self.name = name
        self.kind = kind
        self.binding = binding
        self.section = section
        self.value = value
        self.size = size
    }
}

/// One relocation of an ``ELFImage``.
package struct RelocationImage {
    package var offset: UInt64
    /// For eBPF: 1 a wide load, 10 a call.
    package var kind: UInt32
    /// In the symbol table, whose first entry is the empty one.
    package var symbol: UInt32
    package var addend: Int64

    package init(offset: UInt64, kind: UInt32, symbol: UInt32, addend: Int64 = 0) {
        self.offset = offset
        self.kind = kind
        self.symbol = symbol
        self.addend = addend
    }
}

extension ELFImage {
    /// Adds `.strtab` and `.symtab`, with the empty symbol in front.
    ///
    /// - Returns: the index of the symbol table.
    @discardableResult
    package mutating func add(symbols: [SymbolImage]) -> Int {
        var strings: [UInt8] = [0]
        var table = [UInt8](repeating: 0, count: 24)
        for symbol in symbols {
            table.append(integer: UInt32(strings.count), order: order)
            table.append(symbol.binding << 4 | symbol.kind)
            table.append(symbol.visibility)
            table.append(integer: symbol.section, order: order)
            table.append(integer: symbol.value, order: order)
            table.append(integer: symbol.size, order: order)
            strings += Array(symbol.name.utf8) + [0]
        }
        let names = add(SectionImage(name: ".strtab", kind: 3, bytes: strings))
        return add(SectionImage(name: ".symtab", kind: 2, bytes: table, link: UInt32(names), info: 1, entrySize: 24))
    }

    /// Adds the relocations of a section, as `SHT_REL` or as `SHT_RELA`.
    @discardableResult
    package mutating func add(
        relocations: [RelocationImage], of section: Int, symbols: Int, withAddends: Bool = false
    ) -> Int {
        var table: [UInt8] = []
        for relocation in relocations {
            table.append(integer: relocation.offset, order: order)
            table.append(integer: UInt64(relocation.symbol) << 32 | UInt64(relocation.kind), order: order)
            if withAddends { table.append(integer: relocation.addend, order: order) }
        }
        return add(
            SectionImage(
                name: (withAddends ? ".rela" : ".rel") + sections[section - 1].name, kind: withAddends ? 4 : 9, bytes: table,
                link: UInt32(symbols), info: UInt32(section), entrySize: withAddends ? 24 : 16))
    }
}
