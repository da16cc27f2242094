// SPDX-License-Identifier: Apache-2.0

import Bytes
import ELF
import TestImages
import Testing

/// Whatever happened to a file, every question about it is answered or refused, in bounded time and memory; a trap would end the whole run.
@Suite struct DamagedImageTests {
    @Test(arguments: [ByteOrder.littleEndian, .bigEndian])
    func `a damaged object is read or refused, whatever is asked of it`(order: ByteOrder) throws {
        let whole = try object(order)
        var generator = SeededGenerator(seed: 0x0B7EC7)
        var counts = (answered: 0, refused: 0)
        for _ in 0..<4000 { ask(Damage.copy(of: whole, using: &generator), counts: &counts) }
        #expect(counts.answered > 4000 && counts.refused > 1000)
    }

    @Test(arguments: SystemImage.all)
    func `a damaged program or library is read or refused, whatever is asked of it`(image: SystemImage) throws {
        var generator = SeededGenerator(seed: 0xD7)
        var counts = (answered: 0, refused: 0)
        for round in 0..<600 {
            var bytes = image.bytes
            // Where the numbers are that everything else hangs on: headers, and the tables that the segments lead to.
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                guard let range = image.places.randomElement(using: &generator) else { continue }
                let place = Int.random(in: range, using: &generator)
                switch round % 3 {
                case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
                case 1: _ = bytes.store(integer: UInt32.edge(using: &generator), at: place / 4 * 4, order: .littleEndian)
                default: _ = bytes.store(integer: UInt64.edge(using: &generator), at: place / 8 * 8, order: .littleEndian)
                }
            }
            if round % 10 == 9 { bytes.removeSubrange(Int.random(in: 0..<bytes.count, using: &generator)...) }
            ask(bytes, counts: &counts)
        }
        #expect(counts.answered > 100 && counts.refused > 100)
    }

    @Test func `names that overlap are refused before they take more memory than the file in good faith would`() throws {
        // Each of 20,000 names begins a byte behind the one before, in half a megabyte without an end: five gigabytes of names.
        let names = [0] + [UInt8](repeating: UInt8(ascii: "x"), count: 500_000) + [0]
        var entries: [UInt8] = []
        for index in 0..<20_000 {
            entries.append(integer: UInt32(index + 1), order: .native)
            entries += [0x12, 0, 1, 0] + [UInt8](repeating: 0, count: 16)
        }
        var image = ELFImage()
        let strings = image.add(SectionImage(name: ".strtab", kind: 3, bytes: names))
        image.add(SectionImage(name: ".symtab", kind: 2, bytes: entries, link: UInt32(strings), entrySize: 24))
        let file = try ELFFile(ByteView(image.bytes()))
        let table = try #require(try file.symbolTable())
        #expect(#expect(throws: ELFError.self) { try table.symbols() }?.code == .malformed)
        #expect(#expect(throws: ELFError.self) { try SymbolNameIndex(table) }?.code == .malformed)
        #expect(table.symbol(named: "xx") == nil, "looking for one name costs no more than the name is long")
        _ = try SymbolAddressIndex(table, of: file)
    }

    @Test func `tables of relocations that overlap are refused`() throws {
        var image = ELFImage()
        image.add(SectionImage(name: ".text", kind: 1, bytes: [UInt8](repeating: 0, count: 16_000)))
        for _ in 0..<1000 { image.add(SectionImage(name: ".rel", kind: 9, info: 1, claimedSize: 16_000, claimedOffset: 64)) }
        let view = ByteView(image.bytes())
        #expect(#expect(throws: ELFError.self) { try ELFFile(view) }?.code == .malformed)
    }

    @Test func `sections that overlap are not written as often as they are claimed`() throws {
        var image = ELFImage()
        for _ in 0..<1000 { image.add(SectionImage(name: "s", kind: 1, claimedSize: 60_000, claimedOffset: 64)) }
        let file = try ELFFile(ByteView(image.bytes()))
        #expect(#expect(throws: ELFError.self) { try ELFWriter(file) }?.code == .malformed)
    }

    /// Asks everything that can be asked of a file.
    private func ask(_ bytes: [UInt8], counts: inout (answered: Int, refused: Int)) {
        func count(_ question: () throws(ELFError) -> Void) {
            do throws(ELFError) {
                try question()
                counts.answered += 1
            } catch {
                #expect(!error.description.isEmpty)
                counts.refused += 1
            }
        }
        guard let file = try? ELFFile(ByteView(bytes)) else { return counts.refused += 1 }
        for section in file.sections.prefix(100) {
            _ = file.relocations(of: section).count + file.relocations(in: section).count
            _ = try? section.contents()
        }
        for segment in file.segments.prefix(100) {
            _ = file.fileOffset(ofAddress: segment.address &+ segment.fileSize)
            _ = file.address(ofFileOffset: segment.offset &+ segment.memorySize)
        }
        count { () throws(ELFError) in _ = try file.notes() }
        count { () throws(ELFError) in _ = try file.buildID() }
        count { () throws(ELFError) in _ = try file.usdtProbes() }
        count { () throws(ELFError) in _ = try file.debugLink() }
        count { () throws(ELFError) in _ = try file.dynamicSection() }
        count { () throws(ELFError) in try askSymbols(of: file, table: file.symbolTable()) }
        count { () throws(ELFError) in try askSymbols(of: file, table: file.dynamicSymbolTable()) }
        count { () throws(ELFError) in _ = try ELFFile(ByteView(try ELFWriter(file).bytes())) }
    }

    private func askSymbols(of file: ELFFile, table: SymbolTable?) throws(ELFError) {
        guard let table else { return }
        let symbols = try table.symbols()
        let names = try SymbolNameIndex(table)
        let addresses = try SymbolAddressIndex(table, of: file)
        for symbol in symbols.prefix(20) {
            _ = names.symbols(named: symbol.name).count
            _ = table.symbol(named: symbol.name)
            _ = symbol.versionedName
            _ = file.fileOffset(of: symbol)
            _ = addresses.symbol(at: symbol.value &+ symbol.size)
            if let section = file.section(at: symbol.sectionIndex) { _ = addresses.symbol(at: symbol.value, in: section) }
        }
        _ = table.symbol(at: -1) ?? table.symbol(at: .max) ?? table.symbol(at: table.count)
    }

    /// An object with something of everything that objects have.
    private func object(_ order: ByteOrder) throws -> [UInt8] {
        var writer = ELFWriter(machine: .bpf, byteOrder: order)
        let signature = writer.add(.init(name: "signature", kind: .function, binding: .weak))
        let group = writer.add(.init(name: ".group", contents: .zeros(0)))
        let code = writer.add(
            .init(name: "xdp", flags: [.allocated, .executable, .group], contents: .bytes(ByteView([UInt8](repeating: 7, count: 64)))))
        writer[group].contents = .group(signature: signature, isUnique: true, members: [code])
        writer[signature].place = .section(code)
        var note: [UInt8] = []
        for word in [UInt32(8), 32, 3] { note.append(integer: word, order: order) }
        note += Array("stapsdt\0".utf8)
        for word in [UInt64(1), 2, 3] { note.append(integer: word, order: order) }
        writer.add(.init(name: ".note.stapsdt", kind: .note, contents: .bytes(ByteView(note + Array("a\0b\0c\0\0\0".utf8))), alignment: 4))
        writer.add(.init(name: ".gnu_debuglink", contents: .bytes(ByteView(Array("link\0\0\0\0abcd".utf8)))))
        writer.add(.init(name: ".bss", flags: .allocated, contents: .zeros(100), alignment: 32))
        for index in 0..<8 {
            let symbol = writer.add(
                .init(
                    name: "symbol\(index)", kind: .object, binding: index % 2 == 0 ? .local : .global, place: .section(code), value: UInt64(index) * 8
                ))
            writer.add(.init(offset: UInt64(index) * 8, kind: 1, symbol: symbol, addend: index % 3 == 0 ? 4 : nil), to: code)
        }
        return try writer.bytes()
    }
}

/// A linked file of the machine, cut down to what questions lead to.
struct SystemImage: Sendable, CustomTestStringConvertible {
    let bytes: [UInt8]
    let places: [Range<Int>]
    let testDescription: String

    /// The shell with its table of sections, and without.
    static let all: [SystemImage] = {
        guard let shell = SystemFile("/bin/sh"), let file = try? shell.file() else { return [] }
        let kinds: Set<Section.Kind> = [
            .dynamic, .dynamicSymbolTable, .note, .versionDefinitions, .versionNeeds, .versionSymbols, .gnuHash, .hash, .stringTable,
        ]
        let tables = file.sections.filter { kinds.contains($0.kind) && $0.bytes.count > 8 }.map {
            Int($0.offset)..<Int($0.offset) + $0.bytes.count - 8
        }
        let headers = [0..<64, 64..<64 + 56 * max(file.segments.count, 1)]
        var stripped = shell.bytes.array()
        _ = stripped.store(integer: UInt64(0), at: 40, order: .littleEndian)
        _ = stripped.store(integer: UInt32(0), at: 60, order: .littleEndian)
        let sectionTable = shell.bytes.count - 64 * file.sections.count..<shell.bytes.count - 8
        return [
            SystemImage(bytes: shell.bytes.array(), places: [sectionTable, sectionTable] + headers + tables, testDescription: "with sections"),
            SystemImage(bytes: stripped, places: headers + tables, testDescription: "without sections"),
        ]
    }()
}

extension FixedWidthInteger {
    /// A number that offsets, sizes and counts are compared with, or overflow at.
    fileprivate static func edge(using generator: inout SeededGenerator) -> Self {
        let edges: [Self] = [0, 1, 8, 24, 0x7F, .max, .max - 7, .max / 2, .max / 2 + 1, .max / 24, Self(truncatingIfNeeded: 0x1_0000)]
        return edges.randomElement(using: &generator) ?? 0
    }
}
