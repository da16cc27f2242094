// SPDX-License-Identifier: Apache-2.0

import Bytes
import ELF
import Foundation
import Testing
import TestImages

@Suite struct WritingTests {
    @Test(arguments: [ByteOrder.littleEndian, .bigEndian])
    func `what was written is read back`(order: ByteOrder) throws {
        var writer = ELFWriter(machine: .bpf, byteOrder: order)
        writer.flags = 7
        let code = writer.add(
            .init(name: "xdp", flags: [.allocated, .executable], contents: .bytes(ByteView([1, 2, 3, 4, 5, 6, 7, 8])), alignment: 8))
        let zeros = writer.add(.init(name: ".bss", flags: [.allocated, .writable], contents: .zeros(1 << 40), alignment: 16))
        let helper = writer.add(.init(name: "helper", kind: .function))
        let section = writer.add(.init(name: "", kind: .section, binding: .local, place: .section(code)))
        writer.add(.init(name: "program", kind: .function, visibility: .hidden, place: .section(code), value: 0, size: 8))
        writer.add(.init(name: "counter", kind: .object, binding: .weak, place: .section(zeros), value: 4, size: 4))
        writer.add(.init(name: "number", binding: .local, place: .absolute, value: 99))
        writer.add(.init(name: "shared", kind: .object, place: .common, value: 8, size: 24))
        writer.add(.init(offset: 0, kind: 10, symbol: helper), to: code)
        writer.add(.init(offset: 4, kind: 1, symbol: section, addend: -8), to: code)
        let file = try ELFFile(ByteView(try writer.bytes()))

        #expect(file.kind == .relocatable && file.machine == .bpf && file.byteOrder == order && file.flags == 7)
        #expect(file.sections.map(\.name) == ["", "xdp", ".relxdp", ".relaxdp", ".bss", ".symtab", ".strtab"])
        #expect(file.section(named: "xdp")?.bytes.array() == [1, 2, 3, 4, 5, 6, 7, 8])
        #expect(file.section(named: "xdp")?.flags == [.allocated, .executable])
        let bss = try #require(file.section(named: ".bss"))
        #expect(bss.kind == .noBits && bss.size == 1 << 40 && bss.bytes.count == 0 && bss.alignment == 16)

        let symbols = try file.symbols()
        #expect(symbols.map(\.name) == ["", "", "number", "helper", "program", "counter", "shared"])
        #expect(file.section(named: ".symtab")?.info == 3)
        #expect(symbols[1].kind == .section && symbols[1].place == .section(1))
        #expect(symbols[2].place == .absolute && symbols[2].value == 99 && symbols[2].sectionIndex == 0xFFF1)
        #expect(symbols[3].isUndefined && symbols[3].kind == .function)
        #expect(symbols[4].visibility == .hidden && symbols[4].sectionIndex == 1 && symbols[4].size == 8)
        #expect(symbols[5].binding == .weak && symbols[5].sectionIndex == 4 && symbols[5].value == 4)
        #expect(symbols[6].place == .common)
        let relocations = file.relocations(of: try #require(file.section(named: "xdp")))
        #expect(relocations.map(\.symbolIndex) == [3, 1])
        #expect(relocations.map(\.addend) == [0, -8])
        #expect(relocations.map(\.kind) == [10, 1])
    }

    @Test func `any object that is written is read as it was meant`() throws {
        var generator = SeededGenerator(seed: 1)
        for round in 0..<200 {
            var writer = ELFWriter(machine: .bpf, byteOrder: round % 2 == 0 ? .littleEndian : .bigEndian)
            let made = MadeObject(into: &writer, using: &generator)
            let file = try ELFFile(ByteView(try writer.bytes()))
            try made.check(file)
            // And once more through a rewriting, which keeps everything.
            let rewritten = try ELFFile(ByteView(try ELFWriter(file).bytes()))
            try made.check(rewritten)
            #expect(rewritten.bytes.array() == file.bytes.array())
        }
    }

    @Test func `a name that another ends with stands in that one's end`() throws {
        var writer = ELFWriter(machine: .bpf)
        for name in ["bar", "foobar", "ar", "foobar", "", "foo"] { writer.add(ELFWriter.Symbol(name: name)) }
        let file = try ELFFile(ByteView(try writer.bytes()))
        let strings = try #require(file.section(named: ".strtab"))
        #expect(strings.size == 1 + 7 + 4 + 8 + 8)  // foobar, foo, .symtab, .strtab
        #expect(try file.symbols().map(\.name) == ["", "bar", "foobar", "ar", "foobar", "", "foo"])
    }

    @Test func `names that look the same but have other bytes stay apart`() throws {
        var writer = ELFWriter(machine: .bpf)
        for name in ["\u{E9}", "e\u{301}"] { writer.add(ELFWriter.Symbol(name: name)) }
        let names = try ELFFile(ByteView(try writer.bytes())).symbols().dropFirst().map { Array($0.name.utf8) }
        #expect(names == [[0xC3, 0xA9], [0x65, 0xCC, 0x81]])
    }

    @Test(arguments: [ByteOrder.littleEndian, .bigEndian])
    func `more sections than sixteen bits count are written and read`(order: ByteOrder) throws {
        var writer = ELFWriter(machine: .bpf, byteOrder: order)
        let ids = (0..<0x1_0010).map { index in
            writer.add(ELFWriter.Section(name: "s\(index)", contents: .bytes(ByteView([UInt8(truncatingIfNeeded: index)]))))
        }
        for index in [0, 0xFEFE, 0xFEFF, 0xFF00, 0xFFF0, 0xFFFF, 0x1_000F] {
            writer.add(ELFWriter.Symbol(name: "in s\(index)", kind: .object, place: .section(ids[index]), size: 1))
        }
        writer.add(ELFWriter.Symbol(name: "absolute", place: .absolute))
        let file = try ELFFile(ByteView(try writer.bytes()))
        #expect(file.sections.count == 0x1_0010 + 4)
        for symbol in try file.symbols().dropFirst() where symbol.place != .absolute {
            #expect("in " + (file.section(at: symbol.sectionIndex)?.name ?? "") == symbol.name)
        }
        #expect(try file.symbolTable()?.symbol(named: "absolute")?.place == .absolute)
        #expect(try ELFWriter(file).bytes() == file.bytes.array())
    }

    @Test func `a group names its members and the tables of their relocations`() throws {
        var writer = ELFWriter(machine: .x86_64)
        let signature = writer.add(.init(name: "inlined", kind: .function, binding: .weak))
        let group = writer.add(.init(name: ".group", kind: .group, contents: .bytes(ByteView([])), alignment: 4))
        let code = writer.add(
            .init(name: ".text.inlined", flags: [.allocated, .executable, .group], contents: .bytes(ByteView([0xE8, 0, 0, 0, 0]))))
        writer.add(.init(offset: 1, kind: 4, symbol: signature, addend: -4), to: code)
        writer[group].contents = .group(signature: signature, isUnique: true, members: [code])
        writer[signature].place = .section(code)
        let file = try ELFFile(ByteView(try writer.bytes()))
        let read = try #require(file.section(named: ".group"))
        #expect(read.kind == .group && read.info == 1)
        #expect((0..<3).map { read.bytes.integer(UInt32.self, at: $0 * 4, order: .native) } == [1, 2, 3])
        #expect(file.sections[3].kind == .relocationsWithAddends && file.sections[3].flags.contains(.group))
        #expect(try ELFWriter(file).bytes() == file.bytes.array())
    }

    @Test func `what cannot be written is refused by name`() throws {
        func error(_ change: (inout ELFWriter) -> Void) -> ELFError? {
            var writer = ELFWriter(machine: .bpf)
            change(&writer)
            return #expect(throws: ELFError.self) { try writer.bytes() }
        }
        var other = ELFWriter(machine: .bpf)
        let foreign = other.add(.init(name: "foreign"))
        let elsewhere = other.add(ELFWriter.Section(name: "elsewhere", contents: .zeros(1)))
        let errors = [
            error { $0.add(ELFWriter.Symbol(name: "a\0b")) },
            error { $0.add(ELFWriter.Section(name: "odd", contents: .zeros(1), alignment: 3)) },
            error { $0.add(ELFWriter.Section(name: "table", kind: .symbolTable, contents: .bytes(ByteView([])))) },
            error { $0.add(ELFWriter.Section(name: "none", kind: .noBits, contents: .bytes(ByteView([1])))) },
            error { $0.add(ELFWriter.Section(name: "group", kind: .group, contents: .bytes(ByteView([1])))) },
            error { $0.add(ELFWriter.Symbol(name: "lost", place: .section(elsewhere))) },
            error { $0.add(ELFWriter.Symbol(name: "reserved", place: .reserved(3))) },
            error {
                let section = $0.add(ELFWriter.Section(name: "related", contents: .zeros(8)))
                $0.add(.init(offset: 0, kind: 1, symbol: foreign), to: section)
            },
        ]
        for (error, name) in zip(errors, ["a\0b", "odd", "table", "none", "group", "lost", "reserved", "related"]) {
            #expect(error?.code == .unwritable && error?.reason.contains(name) == true, "\(error?.description ?? "")")
        }
    }
}

/// An object at random, and what it should be read as.
private struct MadeObject {
    var sections: [(name: String, bytes: [UInt8], relocations: [(offset: UInt64, kind: UInt32, symbol: String?, addend: Int64?)])] = []
    var symbols: [(name: String, isLocal: Bool, section: Int?, value: UInt64)] = []

    init(into writer: inout ELFWriter, using generator: inout SeededGenerator) {
        var ids: [ELFWriter.SectionID] = []
        for index in 0..<Int.random(in: 0...6, using: &generator) {
            let bytes = (0..<Int.random(in: 0...40, using: &generator)).map { _ in UInt8.random(in: 0...255, using: &generator) }
            let alignment = UInt64(1) << UInt64.random(in: 0...12, using: &generator)
            ids.append(writer.add(.init(name: ".s\(index % 4)", contents: .bytes(ByteView(bytes)), alignment: alignment)))
            sections.append((".s\(index % 4)", bytes, []))
        }
        var symbolIDs: [ELFWriter.SymbolID] = []
        for index in 0..<Int.random(in: 0...12, using: &generator) {
            let section = ids.indices.randomElement(using: &generator)
            let isLocal = Bool.random(using: &generator)
            let value = UInt64.random(in: 0...100, using: &generator)
            symbolIDs.append(
                writer.add(
                    .init(
                        name: "symbol\(index)", kind: .object, binding: isLocal ? .local : .global,
                        place: section.map { .section(ids[$0]) } ?? .undefined, value: value)))
            symbols.append(("symbol\(index)", isLocal, section, value))
        }
        for _ in 0..<Int.random(in: 0...20, using: &generator) where !ids.isEmpty {
            let target = Int.random(in: 0..<ids.count, using: &generator)
            let symbol = symbolIDs.indices.randomElement(using: &generator)
            let offset = UInt64.random(in: 0...64, using: &generator)
            let kind = UInt32.random(in: 0...12, using: &generator)
            let addend = Bool.random(using: &generator) ? Int64.random(in: -9...9, using: &generator) : nil
            writer.add(.init(offset: offset, kind: kind, symbol: symbol.map { symbolIDs[$0] }, addend: addend), to: ids[target])
            sections[target].relocations.append((offset, kind, symbol.map { symbols[$0].name }, addend))
        }
    }

    func check(_ file: ELFFile) throws {
        let tables: Set<Section.Kind> = [.null, .symbolTable, .stringTable, .relocations, .relocationsWithAddends]
        let read = file.sections.filter { !tables.contains($0.kind) }
        #expect(read.map(\.name) == sections.map(\.name))
        #expect(read.map { $0.bytes.array() } == sections.map(\.bytes))
        let readSymbols = try file.symbols()
        let ordered = symbols.filter(\.isLocal) + symbols.filter { !$0.isLocal }
        #expect(readSymbols.dropFirst().map(\.name) == ordered.map(\.name))
        #expect(readSymbols.dropFirst().map(\.value) == ordered.map(\.value))
        #expect(readSymbols.dropFirst().map(\.sectionIndex) == ordered.map { $0.section.map { read[$0].index } ?? 0 })
        for (section, made) in zip(read, sections) {
            let expected = made.relocations.filter { $0.addend == nil } + made.relocations.filter { $0.addend != nil }
            let found = file.relocations(of: section)
            #expect(found.map(\.offset) == expected.map(\.offset))
            #expect(found.map(\.kind) == expected.map(\.kind))
            #expect(found.map(\.addend) == expected.map { $0.addend ?? 0 })
            #expect(found.map { $0.symbolIndex == 0 ? nil : readSymbols[$0.symbolIndex].name } == expected.map(\.symbol))
        }
    }
}
