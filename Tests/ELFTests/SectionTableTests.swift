// SPDX-License-Identifier: Apache-2.0

import Bytes
import ELF
import TestImages
import Testing

@Suite struct SectionTableTests {
    static let orders = [ByteOrder.littleEndian, .bigEndian]

    /// Where fields stand in `Elf64_Ehdr`.
    private enum HeaderField {
        static let tableOffset = 40, entrySize = 58, count = 60, nameIndex = 62
    }

    private func image(_ order: ByteOrder) -> ELFImage {
        var image = ELFImage(order: order)
        image.add(SectionImage(name: ".text", kind: 1, flags: 6, bytes: [1, 2, 3, 4, 5, 6, 7, 8]))
        image.add(SectionImage(name: ".bss", kind: 8, flags: 3, claimedSize: 0x1_0000_0000))
        image.add(SectionImage(name: ".other", kind: 0x6FFF_4C03, flags: 0x8000_0000, bytes: [9], link: 1, info: 2, entrySize: 24))
        return image
    }

    /// The error with which a changed image is refused.
    private func error(_ image: ELFImage, _ change: (inout [UInt8]) throws -> Void) throws -> ELFError {
        var bytes = image.bytes()
        try change(&bytes)
        return try #require(throws: ELFError.self) { try ELFFile(ByteView(bytes)) }
    }

    @Test(arguments: orders)
    func sectionsHaveWhatTheirHeadersSay(_ order: ByteOrder) throws {
        let file = try ELFFile(ByteView(image(order).bytes()))
        #expect(file.sections.map(\.name) == ["", ".text", ".bss", ".other", ".shstrtab"])
        #expect(file.sections.map(\.index) == [0, 1, 2, 3, 4])
        #expect(file.sections.map(\.kind.rawValue) == [0, 1, 8, 0x6FFF_4C03, 3])
        let text = try #require(file.section(named: ".text"))
        #expect(text.bytes.array() == [1, 2, 3, 4, 5, 6, 7, 8])
        #expect(text.flags == [.allocated, .executable])
        let other = try #require(file.section(at: 3))
        #expect(other.flags.rawValue == 0x8000_0000)
        #expect(other.link == 1)
        #expect(other.info == 2)
        #expect(other.entrySize == 24)
        #expect(other.bytes.array() == [9])
    }

    @Test(arguments: orders)
    func aSectionWithoutBitsHasASizeAndNoBytes(_ order: ByteOrder) throws {
        let section = try #require(try ELFFile(ByteView(image(order).bytes())).section(named: ".bss"))
        #expect(section.kind == .noBits)
        #expect(section.size == 0x1_0000_0000)
        #expect(section.bytes.count == 0)
    }

    @Test(arguments: orders, [false, true])
    func theTableMayStandAnywhere(_ order: ByteOrder, _ comesFirst: Bool) throws {
        var image = image(order)
        image.tableComesFirst = comesFirst
        let file = try ELFFile(ByteView(image.bytes()))
        #expect(file.section(named: ".text")?.bytes.array() == [1, 2, 3, 4, 5, 6, 7, 8])
        #expect(file.sections.count == 5)
    }

    @Test func theFirstSectionOfANameIsTheOne() throws {
        var image = ELFImage()
        image.add(SectionImage(name: ".data", kind: 1, bytes: [1]))
        image.add(SectionImage(name: ".data", kind: 1, bytes: [2]))
        let file = try ELFFile(ByteView(image.bytes()))
        #expect(file.section(named: ".data")?.index == 1)
        #expect(file.section(named: "data") == nil)
        #expect(file.section(at: -1) == nil)
        #expect(file.section(at: 4) == nil)
    }

    @Test(arguments: orders, [0x1_0000, UInt64(Int.max), .max, .max - 63, 1 << 63] as [UInt64])
    func aTableBeyondTheEndIsTruncated(_ order: ByteOrder, _ offset: UInt64) throws {
        let error = try error(image(order)) { try $0.overwrite(offset, at: HeaderField.tableOffset, order: order) }
        #expect(error.code == .truncated)
        #expect(error.reason.contains("\(offset)"))
    }

    @Test(arguments: orders)
    func moreHeadersThanFitAreTruncated(_ order: ByteOrder) throws {
        let error = try error(image(order)) { try $0.overwrite(UInt16(6), at: HeaderField.count, order: order) }
        #expect(error.code == .truncated)
        #expect(error.reason.contains("6 section headers"))
    }

    @Test(arguments: orders, [UInt16(0), 1, 40, 63, 65, 0xFFFF])
    func headersOfAnotherSizeAreMalformed(_ order: ByteOrder, _ size: UInt16) throws {
        let error = try error(image(order)) { try $0.overwrite(size, at: HeaderField.entrySize, order: order) }
        #expect(error.code == .malformed)
    }

    @Test(arguments: [(0x1_0000, 1), (8, 0x10_0000), (.max, 1), (1, .max), (.max, .max), (1 << 63, 0)] as [(UInt64, UInt64)])
    func aSectionThatLiesOutsideIsNamed(_ offset: UInt64, _ size: UInt64) throws {
        var image = ELFImage()
        image.add(SectionImage(name: "first", kind: 1))
        image.add(SectionImage(name: "outside", kind: 1, claimedSize: size, claimedOffset: offset))
        let error = try #require(throws: ELFError.self) { try ELFFile(ByteView(image.bytes())) }
        #expect(error.code == .truncated)
        #expect(error.description.contains("section 2 ('outside')"))
    }

    @Test(arguments: orders)
    func sectionNumbersThatDoNotFitStandInTheFirstHeader(_ order: ByteOrder) throws {
        var image = image(order)
        image.usesExtendedNumbering = true
        let bytes = image.bytes()
        let header = ByteView(bytes)
        #expect(header.integer(UInt16.self, at: HeaderField.count, order: order) == 0)
        #expect(header.integer(UInt16.self, at: HeaderField.nameIndex, order: order) == 0xFFFF)
        let file = try ELFFile(ByteView(bytes))
        #expect(file.sections.map(\.name) == ["", ".text", ".bss", ".other", ".shstrtab"])
        #expect(file.section(named: ".text")?.bytes.count == 8)
    }

    @Test(arguments: orders, [6, 1 << 32, UInt64(Int.max), .max] as [UInt64])
    func aWideNumberOfSectionsThatDoNotFitIsTruncated(_ order: ByteOrder, _ count: UInt64) throws {
        var image = image(order)
        image.usesExtendedNumbering = true
        var bytes = image.bytes()
        let table = try #require(ByteView(bytes).integer(UInt64.self, at: HeaderField.tableOffset, order: order))
        try bytes.overwrite(count, at: Int(table) + 32, order: order)
        let error = try #require(throws: ELFError.self) { try ELFFile(ByteView(bytes)) }
        #expect(error.code == .truncated)
    }

    @Test func moreThan65535SectionsAreReadWithTheirNames() throws {
        var image = ELFImage()
        image.usesExtendedNumbering = true
        for index in 1...66_000 { image.add(SectionImage(name: index == 65_900 ? "late" : "", kind: 1, bytes: [])) }
        let file = try ELFFile(ByteView(image.bytes()))
        #expect(file.sections.count == 66_002)
        #expect(file.section(named: "late")?.index == 65_900)
    }

    @Test(arguments: orders, [UInt16(5), 200, 0xFF00, 0xFFFE, 0])
    func withoutASectionOfNamesSectionsHaveNone(_ order: ByteOrder, _ index: UInt16) throws {
        var bytes = image(order).bytes()
        try bytes.overwrite(index, at: HeaderField.nameIndex, order: order)
        let file = try ELFFile(ByteView(bytes))
        #expect(file.sections.allSatisfy { $0.name.isEmpty })
        #expect(file.sections.count == 5)
    }
}
