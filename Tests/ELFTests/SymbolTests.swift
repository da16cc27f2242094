// SPDX-License-Identifier: Apache-2.0

import Bytes
import ELF
import TestImages
import Testing

@Suite struct SymbolTests {
    static let orders = [ByteOrder.littleEndian, .bigEndian]

    private func image(_ symbols: [SymbolImage], order: ByteOrder = .native) -> ELFImage {
        var image = ELFImage(order: order)
        image.add(SectionImage(name: ".text", kind: 1, flags: 6, bytes: [UInt8](repeating: 0, count: 16)))
        image.add(symbols: symbols)
        return image
    }

    private func symbols(_ image: ELFImage) throws -> [Symbol] {
        try ELFFile(ByteView(image.bytes())).symbols()
    }

    @Test(arguments: orders)
    func symbolsHaveWhatTheTableSays(_ order: ByteOrder) throws {
        let symbols = try symbols(
            image(
                [
                    SymbolImage("main", kind: 2, binding: 1, section: 1, value: 8, size: 0x1_0000_0001),
                    SymbolImage("counter", kind: 1, binding: 0, section: 0xFFF2, value: .max),
                    SymbolImage("", kind: 3, binding: 0, section: 1),
                    SymbolImage("elsewhere", kind: 0, binding: 2, section: 0),
                ], order: order))
        #expect(symbols.count == 5)
        #expect(symbols[0].name == "")
        #expect(symbols[0].isUndefined)
        #expect(symbols[1].name == "main")
        #expect(symbols[1].kind == .function)
        #expect(symbols[1].binding == .global)
        #expect(symbols[1].sectionIndex == 1)
        #expect(symbols[1].value == 8)
        #expect(symbols[1].size == 0x1_0000_0001)
        #expect(symbols[2].kind == .object)
        #expect(symbols[2].binding == .local)
        #expect(symbols[2].sectionIndex == 0xFFF2)
        #expect(symbols[2].value == .max)
        #expect(symbols[3].kind == .section)
        #expect(!symbols[3].isUndefined)
        #expect(symbols[4].binding == .weak)
        #expect(symbols[4].kind == .none)
        #expect(symbols[4].isUndefined)
    }

    @Test func aFileWithoutASymbolTableHasNoSymbols() throws {
        #expect(try symbols(ELFImage()).isEmpty)
    }

    @Test(arguments: [UInt32(0), 1, 3, 4, 5, 77, .max])
    func aTableWhoseStringsAreNoStringsIsRefused(_ link: UInt32) throws {
        var image = image([SymbolImage("main", kind: 2, section: 1)])
        // Sections: 1 .text, 2 .strtab, 3 .symtab, 4 .shstrtab, which does hold strings.
        image.sections[2].link = link
        let file = try ELFFile(ByteView(image.bytes()))
        if link == 4 {
            #expect(try file.symbols().count == 2)
        } else {
            let error = try #require(throws: ELFError.self) { try file.symbols() }
            #expect(error.code == .malformed)
            #expect(error.reason.contains("section \(link) "))
        }
    }

    @Test func aNameOutsideOfTheStringsIsEmpty() throws {
        var image = image([SymbolImage("main", kind: 2, section: 1)])
        for offset in [UInt32(6), 1000, .max] {
            try image.sections[2].bytes.overwrite(offset, at: 24)
            let symbol = try #require(try symbols(image).last)
            #expect(symbol.name == "")
            #expect(symbol.kind == .function)
        }
    }

    @Test func aSymbolThatDoesNotFitAtTheEndIsNone() throws {
        var image = image([SymbolImage("main", kind: 2, section: 1), SymbolImage("late", kind: 2, section: 1)])
        image.sections[2].bytes.removeLast()
        #expect(try symbols(image).map(\.name) == ["", "main"])
        image.sections[2].bytes.removeAll()
        #expect(try symbols(image).isEmpty)
    }

    @Test(arguments: orders)
    func wideSectionNumbersStandInTheTableBesideTheSymbols(_ order: ByteOrder) throws {
        var image = image(
            [
                SymbolImage("far", kind: 2, section: 0xFFFF), SymbolImage("near", kind: 2, section: 1),
                SymbolImage("uncovered", kind: 2, section: 0xFFFF),
            ], order: order)
        var wide: [UInt8] = []
        for number in [UInt32(0), 0x0001_2345, 77] { wide.append(integer: number, order: order) }
        image.add(SectionImage(name: ".symtab_shndx", kind: 18, bytes: wide, link: 3, entrySize: 4))
        let indices = try symbols(image).map(\.sectionIndex)
        #expect(indices == [0, 0x12345, 1, 0xFFFF], "a number that is not asked for is not used, and a missing one is no other")
    }

    @Test func wideSectionNumbersOfAnotherTableDoNotCount() throws {
        var image = image([SymbolImage("far", kind: 2, section: 0xFFFF)])
        image.add(SectionImage(name: ".symtab_shndx", kind: 18, bytes: [0, 0, 0, 0, 1, 0, 0, 0], link: 2))
        #expect(try symbols(image).last?.sectionIndex == 0xFFFF)
    }
}
