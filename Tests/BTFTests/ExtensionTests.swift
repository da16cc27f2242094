// SPDX-License-Identifier: Apache-2.0

import BTF
import Bytes
import TestImages
import Testing

@Suite struct ExtensionTests {
    static let orders = [ByteOrder.littleEndian, .bigEndian]

    /// BTF whose strings are section names, a file's name, a line and a path, and an extension that uses them.
    struct Pair {
        var types: BTFImage
        var part: BTFExtensionImage
        let text: UInt32, xdp: UInt32, file: UInt32, line: UInt32, path: UInt32

        init(_ order: ByteOrder = .native) {
            types = BTFImage(order: order)
            part = BTFExtensionImage(order: order)
            text = types.string(".text")
            xdp = types.string("xdp")
            file = types.string("a.c")
            line = types.string("return 0;")
            path = types.string("0:1:2")
            part.functions = [.init(sectionName: text, [[0, 3], [64, 4]]), .init(sectionName: xdp, [[8, 5]])]
            part.lines = [.init(sectionName: xdp, [[8, file, line, 12 << 10 | 5], [16, file, line, .max]])]
            part.relocations = [.init(sectionName: text, [[24, 7, path, 0], [32, 7, path, 12]])]
        }

        func read() throws(BTFError) -> BTFExtension {
            try BTFExtension(ByteView(part.bytes()), btf: try BTF(ByteView(types.bytes())))
        }
    }

    private func error(_ bytes: [UInt8], _ pair: Pair) throws -> BTFError {
        let btf = try BTF(ByteView(pair.types.bytes()))
        return try #require(throws: BTFError.self) { try BTFExtension(ByteView(bytes), btf: btf) }
    }

    @Test(arguments: orders)
    func recordsStandUnderTheNamesOfTheirSections(_ order: ByteOrder) throws {
        let read = try Pair(order).read()
        #expect(Set(read.functions.keys) == [".text", "xdp"])
        #expect(read.functions[".text"]?.map(\.offset) == [0, 64])
        #expect(read.functions[".text"]?.map(\.type.rawValue) == [3, 4])
        #expect(read.functions["xdp"]?.map(\.offset) == [8])
        let relocations = try #require(read.relocations[".text"])
        #expect(relocations.map(\.offset) == [24, 32])
        #expect(relocations.map(\.type.rawValue) == [7, 7])
        #expect(relocations.map(\.kind) == [0, 12])
        #expect(relocations.map(\.accessString) == [Pair(order).path, Pair(order).path])
        #expect(read.relocations["xdp"] == nil)
    }

    @Test(arguments: orders)
    func linesHaveTwentyTwoBitsAndColumnsTen(_ order: ByteOrder) throws {
        let pair = Pair(order)
        let lines = try #require(try pair.read().lines["xdp"])
        #expect(lines.map(\.line) == [12, 0x3F_FFFF])
        #expect(lines.map(\.column) == [5, 0x3FF])
        #expect(lines.map(\.fileName) == [pair.file, pair.file])
        #expect(lines.map(\.text) == [pair.line, pair.line])
    }

    @Test(arguments: orders)
    func longerRecordsOfTheFutureAreRead(_ order: ByteOrder) throws {
        var pair = Pair(order)
        let known = try pair.read()
        pair.part.extraWords = 3
        let longer = try pair.read()
        #expect(longer.functions == known.functions)
        #expect(longer.lines == known.lines)
        #expect(longer.relocations == known.relocations)
    }

    @Test(arguments: orders)
    func anOldHeaderHasNoCORERecords(_ order: ByteOrder) throws {
        var pair = Pair(order)
        pair.part.headerSize = 24
        let read = try pair.read()
        #expect(read.relocations.isEmpty)
        #expect(read.functions[".text"]?.count == 2)
        #expect(read.lines["xdp"]?.count == 2)
    }

    @Test func recordsOfOneSectionInTwoBlocksAreJoined() throws {
        var pair = Pair()
        pair.part.functions = [.init(sectionName: pair.text, [[0, 1]]), .init(sectionName: pair.text, [[8, 2]])]
        #expect(try pair.read().functions[".text"]?.map(\.offset) == [0, 8])
    }

    @Test func partsWithoutRecordsAreEmpty() throws {
        var pair = Pair()
        (pair.part.functions, pair.part.lines, pair.part.relocations) = ([], [], [])
        let read = try pair.read()
        #expect(read.functions.isEmpty && read.lines.isEmpty && read.relocations.isEmpty)
    }

    @Test func anotherMagicOrVersionIsRefused() throws {
        let pair = Pair()
        var bytes = pair.part.bytes()
        bytes[2] = 9
        #expect(try error(bytes, pair).code == .notBTF)
        bytes = pair.part.bytes()
        bytes.swapAt(0, 1)
        #expect(try error(bytes, pair).code == .notBTF, "the order must be that of the types")
        #expect(try error([], pair).code == .notBTF)
    }

    @Test(arguments: orders, [0, 1, 4, 7] as [UInt32])
    func recordsThatAreTooSmallAreMalformed(_ order: ByteOrder, _ size: UInt32) throws {
        let pair = Pair(order)
        var bytes = pair.part.bytes()
        try bytes.overwrite(size, at: 32, order: order)
        let error = try error(bytes, pair)
        #expect(error.code == .malformed)
        #expect(error.description.contains("smaller than 8 bytes"))
    }

    @Test(arguments: orders, [0x100, 0x7FFF_FFFF, 0x8000_0000, .max] as [UInt32])
    func partsCountsAndSizesThatLeadOutsideAreTruncated(_ order: ByteOrder, _ value: UInt32) throws {
        let pair = Pair(order)
        // Offset and length of each part; the size of a record; the number of records of the first section.
        for place in [8, 12, 16, 20, 24, 28, 32, 40] {
            var bytes = pair.part.bytes()
            try bytes.overwrite(value, at: place, order: order)
            #expect(try error(bytes, pair).code == .truncated, "word at \(place)")
        }
    }
}
