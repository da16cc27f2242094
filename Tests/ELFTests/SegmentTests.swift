// SPDX-License-Identifier: Apache-2.0

import Bytes
import ELF
import Testing

/// A program by hand: two mapped segments, and no table of sections.
private struct ProgramImage {
    var order: ByteOrder = .littleEndian
    var segments: [(kind: UInt32, flags: UInt32, offset: UInt64, address: UInt64, fileSize: UInt64, memorySize: UInt64)] = []
    var contents: [UInt8] = []

    /// The contents begin here in the file, whatever the number of segments.
    static let contentsOffset = 1024

    func bytes() -> [UInt8] {
        var bytes: [UInt8] = [0x7F, 0x45, 0x4C, 0x46, 2, order == .littleEndian ? 1 : 2, 1] + [UInt8](repeating: 0, count: 9)
        bytes.append(integer: UInt16(3), order: order)  // e_type: ET_DYN
        bytes.append(integer: UInt16(62), order: order)
        bytes.append(integer: UInt32(1), order: order)
        bytes.append(integer: UInt64(0x1040), order: order)  // e_entry
        bytes.append(integer: UInt64(64), order: order)  // e_phoff
        bytes.append(integer: UInt64(0), order: order)  // e_shoff
        bytes.append(integer: UInt32(0), order: order)
        for value in [64, 56, segments.count, 64, 0, 0] { bytes.append(integer: UInt16(value), order: order) }
        for segment in segments {
            bytes.append(integer: segment.kind, order: order)
            bytes.append(integer: segment.flags, order: order)
            for value in [segment.offset, segment.address, segment.address, segment.fileSize, segment.memorySize, 4] {
                bytes.append(integer: value, order: order)
            }
        }
        return bytes + [UInt8](repeating: 0, count: Self.contentsOffset - bytes.count) + contents
    }

    /// Adds bytes to the contents, and says at which address they are, where the contents are mapped at 0x10000.
    mutating func place(_ bytes: [UInt8]) -> UInt64 {
        contents += [UInt8](repeating: 0, count: (8 - contents.count % 8) % 8)
        defer { contents += bytes }
        return 0x10000 + UInt64(contents.count)
    }

    func words<Value: FixedWidthInteger>(_ values: [Value]) -> [UInt8] {
        values.reduce(into: []) { $0.append(integer: $1, order: order) }
    }
}

@Suite struct SegmentTests {
    @Test(arguments: [ByteOrder.littleEndian, .bigEndian])
    func `addresses are found in the file, and places in the file in memory`(order: ByteOrder) throws {
        var image = ProgramImage(order: order)
        image.contents = [UInt8](repeating: 1, count: 512)
        image.segments = [
            (1, 4, 0, 0x40_0000, 1024, 1024), (1, 5, 1024, 0x41_0400, 256, 256), (1, 6, 1280, 0x42_0500, 256, 4096),
            (4, 4, 1024, 0x41_0400, 0, 0),
        ]
        let file = try ELFFile(ByteView(image.bytes()))
        #expect(file.kind == .sharedObject && file.machine == .x86_64 && file.entry == 0x1040 && file.sections.isEmpty)
        #expect(file.segments.map(\.kind) == [.load, .load, .load, .note])
        #expect(file.segments[1].flags == [.readable, .executable])
        #expect(file.fileOffset(ofAddress: 0x41_0400) == 1024)
        #expect(file.fileOffset(ofAddress: 0x41_04FF) == 1279)
        #expect(file.fileOffset(ofAddress: 0x41_0500) == nil)
        #expect(file.fileOffset(ofAddress: 0x42_05FF) == 1535)
        #expect(file.fileOffset(ofAddress: 0x42_0600) == nil, "these are zeros that are not in the file")
        #expect(file.fileOffset(ofAddress: 0) == nil && file.fileOffset(ofAddress: .max) == nil)
        for offset in UInt64(0)..<1536 {
            let address = try #require(file.address(ofFileOffset: offset))
            #expect(file.fileOffset(ofAddress: address) == offset)
        }
        #expect(file.address(ofFileOffset: 1536) == nil && file.address(ofFileOffset: .max) == nil)
    }

    @Test func `a segment that the file does not hold has no bytes, and one that wraps around has no places`() throws {
        var image = ProgramImage()
        image.segments = [(1, 5, 4096, 0x1000, 100, 100), (1, 5, .max - 10, .max - 10, .max, .max)]
        let file = try ELFFile(ByteView(image.bytes()))
        #expect(file.segments.allSatisfy { $0.bytes == nil })
        #expect(file.fileOffset(ofAddress: 0x1001) == 4097)
        #expect(file.fileOffset(ofAddress: .max) == .max)
        #expect(file.address(ofFileOffset: .max) == .max)
    }

    @Test func `more segments than the file has room for are refused`() throws {
        var bytes = ProgramImage().bytes()
        for count in [UInt16(18), 0xFFFE, 0xFFFF] {
            _ = bytes.store(integer: count, at: 56, order: .littleEndian)
            let view = ByteView(bytes)
            #expect(#expect(throws: ELFError.self) { try ELFFile(view) }?.code == .truncated)
        }
    }

    @Test(arguments: [ByteOrder.littleEndian, .bigEndian], [true, false])
    func `without sections, symbols are found through the dynamic segment`(order: ByteOrder, isGNUHash: Bool) throws {
        var image = ProgramImage(order: order)
        let strings = Array("\0open\0libc.so.6\0me.so\0V1\0/opt\0close\0".utf8)
        let stringsAddress = image.place(strings)
        var symbols = [UInt8](repeating: 0, count: 24)
        for (name, section, value) in [(1, 0, 0), (30, 5, 0x10010)] {
            symbols.append(integer: UInt32(name), order: order)
            symbols += [0x12, 0]
            symbols.append(integer: UInt16(section), order: order)
            symbols.append(integer: UInt64(value), order: order)
            symbols.append(integer: UInt64(8), order: order)
        }
        let symbolsAddress = image.place(symbols)
        let hash: [UInt8] =
            isGNUHash
            ? image.words([UInt32(1), 2, 1, 0, 0, 0, 2, 1])  // one bucket from symbol 2 on, one word of filter, one chain
            : image.words([UInt32(1), 3, 2, 0, 0, 0])
        let hashAddress = image.place(hash)
        let numbers = image.place(image.words([UInt16(0), 2, 3]))
        let needs = image.place(
            image.words([UInt16(1), 1]) + image.words([UInt32(6), 16, 0, 0]) + image.words([UInt16(0), 2]) + image.words([UInt32(22), 0]))
        let definitions = image.place(image.words([UInt16(1), 0, 3, 1]) + image.words([UInt32(0), 20, 0, 22, 0]))
        let dynamic = image.place(
            image.words([
                UInt64(1), 6, 14, 16, 29, 25, 5, stringsAddress, 10, UInt64(strings.count), 6, symbolsAddress, isGNUHash ? 0x6FFF_FEF5 : 4,
                hashAddress, 0x6FFF_FFF0, numbers, 0x6FFF_FFFE, needs, 0x6FFF_FFFF, 1, 0x6FFF_FFFC, definitions, 0x6FFF_FFFD, 1, 0, 0,
            ]))
        let size = UInt64(image.contents.count)
        image.segments = [
            (1, 4, 1024, 0x10000, size, size), (2, 4, dynamic - 0x10000 + 1024, dynamic, size - (dynamic - 0x10000), 0),
        ]
        let file = try ELFFile(ByteView(image.bytes()))
        let section = try #require(try file.dynamicSection())
        #expect(section.neededLibraries == ["libc.so.6"] && section.sharedObjectName == "me.so")
        #expect(section.runpath == "/opt" && section.rpath == nil)
        let read = try file.dynamicSymbols()
        #expect(read.map(\.versionedName) == ["", "open@V1", "close@@V1"])
        #expect(read[1].version?.library == "libc.so.6" && read[1].isUndefined)
        #expect(file.fileOffset(of: read[2]) == 1040)
        #expect(try file.symbols().isEmpty)
    }
}
