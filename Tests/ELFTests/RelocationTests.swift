// SPDX-License-Identifier: Apache-2.0

import Bytes
import ELF
import TestImages
import Testing

@Suite struct RelocationTests {
    static let orders = [ByteOrder.littleEndian, .bigEndian]

    private func image(_ order: ByteOrder = .native) -> ELFImage {
        var image = ELFImage(order: order)
        image.add(SectionImage(name: ".text", kind: 1, flags: 6, bytes: [UInt8](repeating: 0, count: 64)))
        image.add(SectionImage(name: ".data", kind: 1, flags: 3, bytes: [UInt8](repeating: 0, count: 64)))
        image.add(symbols: [SymbolImage("main", kind: 2, section: 1)])
        return image
    }

    @Test(arguments: orders)
    func relocationsWithoutAddendsHaveAddendZero(_ order: ByteOrder) throws {
        var image = image(order)
        image.add(
            relocations: [
                RelocationImage(offset: 8, kind: 10, symbol: 1), RelocationImage(offset: .max, kind: .max, symbol: .max, addend: 7),
            ], of: 1, symbols: 4)
        let file = try ELFFile(ByteView(image.bytes()))
        let relocations = file.relocations(of: try #require(file.section(named: ".text")))
        #expect(relocations.map(\.offset) == [8, .max])
        #expect(relocations.map(\.kind) == [10, .max])
        #expect(relocations.map(\.symbolIndex) == [1, Int(UInt32.max)])
        #expect(relocations.map(\.addend) == [0, 0])
    }

    @Test(arguments: orders)
    func relocationsWithAddendsKeepThem(_ order: ByteOrder) throws {
        var image = image(order)
        image.add(
            relocations: [
                RelocationImage(offset: 16, kind: 1, symbol: 2, addend: -8),
                RelocationImage(offset: 24, kind: 2, symbol: 3, addend: .max),
            ], of: 2, symbols: 4, withAddends: true)
        let file = try ELFFile(ByteView(image.bytes()))
        let relocations = file.relocations(of: try #require(file.section(named: ".data")))
        #expect(relocations.map(\.offset) == [16, 24])
        #expect(relocations.map(\.kind) == [1, 2])
        #expect(relocations.map(\.symbolIndex) == [2, 3])
        #expect(relocations.map(\.addend) == [-8, .max])
    }

    @Test func aSectionHasOnlyItsOwnRelocationsFromAllTables() throws {
        var image = image()
        image.add(relocations: [RelocationImage(offset: 0, kind: 1, symbol: 1)], of: 1, symbols: 4)
        image.add(relocations: [RelocationImage(offset: 1, kind: 1, symbol: 1)], of: 2, symbols: 4)
        image.add(relocations: [RelocationImage(offset: 2, kind: 1, symbol: 1, addend: 5)], of: 1, symbols: 4, withAddends: true)
        let file = try ELFFile(ByteView(image.bytes()))
        #expect(file.relocations(of: try #require(file.section(named: ".text"))).map(\.offset) == [0, 2])
        #expect(file.relocations(of: try #require(file.section(named: ".data"))).map(\.offset) == [1])
        #expect(file.relocations(of: try #require(file.section(named: ".symtab"))).isEmpty)
    }

    @Test(arguments: [false, true])
    func aRelocationThatDoesNotFitAtTheEndIsNone(_ withAddends: Bool) throws {
        var image = image()
        let table = image.add(
            relocations: [RelocationImage(offset: 0, kind: 1, symbol: 1), RelocationImage(offset: 8, kind: 1, symbol: 1)], of: 1,
            symbols: 4, withAddends: withAddends)
        image.sections[table - 1].bytes.removeLast()
        let file = try ELFFile(ByteView(image.bytes()))
        #expect(file.relocations(of: try #require(file.section(named: ".text"))).map(\.offset) == [0])
    }
}
