// SPDX-License-Identifier: Apache-2.0

import Bytes
import ELF
import TestImages
import Testing

@Suite struct SymbolLookupTests {
    @Test func `of symbols with one name, the one that others see answers`() throws {
        var writer = ELFWriter(machine: .x86_64)
        let code = writer.add(ELFWriter.Section(name: ".text", flags: [.allocated, .executable], contents: .zeros(100)))
        writer.add(.init(name: "counter", kind: .object, binding: .local, place: .section(code), value: 1))
        writer.add(.init(name: "counter", kind: .object, binding: .local, place: .section(code), value: 2))
        writer.add(.init(name: "read", binding: .global))
        writer.add(.init(name: "read", kind: .function, binding: .weak, place: .section(code), value: 3))
        writer.add(.init(name: "open", kind: .function, binding: .weak, place: .section(code), value: 4))
        writer.add(.init(name: "open", kind: .function, binding: .global, place: .section(code), value: 5))
        let file = try ELFFile(ByteView(try writer.bytes()))
        let table = try #require(try file.symbolTable())
        let index = try SymbolNameIndex(table)
        for (name, value) in [("counter", UInt64(1)), ("read", 3), ("open", 5)] {
            #expect(index.symbol(named: name)?.value == value)
            #expect(table.symbol(named: name)?.value == value)
            #expect(index.symbols(named: name).count == 2)
        }
        for name in ["", "ope", "openn", "n", "counter\0"] {
            #expect(index.symbol(named: name) == nil)
            #expect(index.indices(named: name).isEmpty)
        }
    }

    @Test func `an address belongs to the symbol that began last among those that hold it`() throws {
        var generator = SeededGenerator(seed: 3)
        for _ in 0..<300 {
            var writer = ELFWriter(machine: .bpf)
            let sections = (0..<2).map { writer.add(ELFWriter.Section(name: "s\($0)", flags: .allocated, contents: .zeros(64))) }
            for index in 0..<Int.random(in: 0...12, using: &generator) {
                writer.add(
                    .init(
                        name: "symbol\(index)", kind: .function, place: .section(sections[index % 2]),
                        value: .random(in: 0...60, using: &generator), size: .random(in: 1...30, using: &generator)))
            }
            let file = try ELFFile(ByteView(try writer.bytes()))
            let table = try #require(try file.symbolTable())
            let symbols = try table.symbols()
            let index = try SymbolAddressIndex(table, of: file)
            for section in file.sections where section.name.hasPrefix("s") {
                for offset in UInt64(0)..<100 {
                    let holders = symbols.filter {
                        $0.sectionIndex == section.index && $0.value <= offset && offset < $0.value + $0.size
                    }
                    let start = holders.map(\.value).max()
                    let found = index.symbol(at: offset, in: section)
                    #expect(found == holders.first { $0.value == start })
                }
            }
            #expect(index.symbol(at: 0) == nil, "an object has no addresses")
        }
    }

    @Test func `a symbol without a size reaches to the next one, or to the end of its section`() throws {
        var writer = ELFWriter(machine: .x86_64)
        let code = writer.add(ELFWriter.Section(name: ".text", flags: [.allocated, .executable], contents: .zeros(100)))
        writer.add(.init(name: "start", place: .section(code), value: 10))
        writer.add(.init(name: "whole", kind: .function, place: .section(code), value: 20, size: 20))
        writer.add(.init(name: "inside", place: .section(code), value: 30))
        writer.add(.init(name: "last", place: .section(code), value: 60))
        writer.add(.init(name: "$x", binding: .local, place: .section(code), value: 62))
        writer.add(.init(name: "elsewhere", kind: .function))
        writer.add(.init(name: "number", place: .absolute, value: 70))
        let file = try ELFFile(ByteView(try writer.bytes()))
        let section = try #require(file.section(named: ".text"))
        let index = try SymbolAddressIndex(try #require(try file.symbolTable()), of: file)
        let names = [0, 9, 10, 19, 20, 30, 39, 40, 59, 60, 99, 100].map { index.symbol(at: UInt64($0), in: section)?.name }
        #expect(
            names == [nil, nil, "start", "start", "whole", "whole", "whole", "inside", "inside", "last", "last", nil])
    }

    @Test func `nested symbols by the thousand are indexed as fast as others`() throws {
        // A pyramid: each lies in the one before. Were each looked at for every other, this would take minutes.
        var writer = ELFWriter(machine: .bpf)
        let code = writer.add(ELFWriter.Section(name: "code", contents: .zeros(1 << 20)))
        let count: UInt64 = 20_000
        for level in 0..<count {
            writer.add(
                .init(name: "level\(level)", kind: .function, place: .section(code), value: level, size: 2 * (count - level)))
        }
        let file = try ELFFile(ByteView(try writer.bytes()))
        let section = try #require(file.section(named: "code"))
        let index = try SymbolAddressIndex(try #require(try file.symbolTable()), of: file)
        #expect(index.symbol(at: 7, in: section)?.name == "level7")
        #expect(index.symbol(at: 2 * count - 8, in: section)?.name == "level7")
    }
}
