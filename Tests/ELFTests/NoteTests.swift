// SPDX-License-Identifier: Apache-2.0

import Bytes
import ELF
import Testing
import TestImages

/// Every test on both orders: what a note says depends on it.
private let orders: [ByteOrder] = [.littleEndian, .bigEndian]

@Suite struct NoteTests {
    @Test(arguments: orders)
    func `notes are read in their order with names, types and descriptions`(order: ByteOrder) throws {
        let notes = try file(
            order,
            notes: [
                note("GNU", 3, [0xDE, 0xAD, 0xBE, 0xEF, 0x01], order), note("", 7, [], order), note("Linux", 0x100, [9], order),
            ]
        ).notes()
        #expect(notes.map(\.name) == ["GNU", "", "Linux"])
        #expect(notes.map(\.type) == [3, 7, 0x100])
        #expect(notes.map { $0.description.array() } == [[0xDE, 0xAD, 0xBE, 0xEF, 0x01], [], [9]])
    }

    @Test(arguments: orders)
    func `the build id is that of GNU's note, in hexadecimal`(order: ByteOrder) throws {
        let image = try file(order, notes: [note("other", 3, [1], order), note("GNU", 1, [2], order), note("GNU", 3, [0, 0x0F, 0xA5], order)])
        #expect(try image.buildID()?.description == "000fa5")
        #expect(try file(order, notes: []).buildID() == nil)
    }

    @Test func `a note that is longer than its section is refused`() throws {
        for size in [UInt32(17), 0x7FFF_FFFF, 0xFFFF_FFFC, .max] {
            for field in [0, 4] {
                var bytes = note("GNU", 3, [1, 2, 3, 4], .littleEndian)
                _ = bytes.store(integer: size, at: field, order: .littleEndian)
                let image = try file(.littleEndian, notes: [bytes])
                #expect(throws: ELFError.self) { try image.notes() }
            }
        }
    }

    @Test func `sections of notes that overlap are refused instead of read again and again`() throws {
        var image = ELFImage(order: .littleEndian)
        image.add(SectionImage(name: ".note", kind: 7, bytes: note("GNU", 3, [UInt8](repeating: 1, count: 4000), .littleEndian)))
        for _ in 0..<40 { image.add(SectionImage(name: ".note", kind: 7, claimedSize: 4016, claimedOffset: 64)) }
        let file = try ELFFile(ByteView(image.bytes()))
        #expect(throws: ELFError.self) { try file.notes() }
    }

    @Test(arguments: orders)
    func `a probe's note gives provider, name, addresses and arguments`(order: ByteOrder) throws {
        let probes = try file(
            order,
            notes: [
                note("stapsdt", 3, probe(0x1139, 0x2004, 0, "libc", "setjmp", "8@%rdi -4@%esi 8@%rax", order), order),
                note("GNU", 3, [1], order),
                note("stapsdt", 3, probe(0x1200, 0x2004, 0x4010, "ruby", "gc__mark__begin", "", order), order),
                note("stapsdt", 3, probe(0x1300, 0x2004, 0, "short", "no_arguments", nil, order), order),
            ]
        ).usdtProbes()
        #expect(probes.map(\.provider) == ["libc", "ruby", "short"])
        #expect(probes.map(\.name) == ["setjmp", "gc__mark__begin", "no_arguments"])
        #expect(probes.map(\.location) == [0x1139, 0x1200, 0x1300])
        #expect(probes.map(\.base) == [0x2004, 0x2004, 0x2004])
        #expect(probes.map(\.semaphore) == [nil, 0x4010, nil])
        #expect(probes.map(\.arguments) == ["8@%rdi -4@%esi 8@%rax", "", ""])
    }

    @Test func `a probe's note that ends early is refused`() throws {
        let whole = probe(1, 2, 3, "p", "n", "", .littleEndian)
        for count in 0..<27 {
            let image = try file(.littleEndian, notes: [note("stapsdt", 3, Array(whole.prefix(count)), .littleEndian)])
            #expect(throws: ELFError.self) { try image.usdtProbes() }
        }
    }

    @Test(arguments: orders)
    func `the debug link gives a name and a checksum behind its padding`(order: ByteOrder) throws {
        for (name, padding) in [("sh.debug", 3), ("abc", 0), ("ab", 1), ("a", 2)] {
            var bytes = Array(name.utf8) + [0] + [UInt8](repeating: 0, count: padding)
            bytes.append(integer: UInt32(0x1234_5678), order: order)
            var image = ELFImage(order: order)
            image.add(SectionImage(name: ".gnu_debuglink", kind: 1, bytes: bytes))
            let link = try ELFFile(ByteView(image.bytes())).debugLink()
            #expect(link?.fileName == name && link?.checksum == 0x1234_5678)
            image.sections[0].bytes.removeLast()
            let short = try ELFFile(ByteView(image.bytes()))
            #expect(throws: ELFError.self) { try short.debugLink() }
        }
        #expect(try ELFFile(ByteView(ELFImage(order: order).bytes())).debugLink() == nil)
    }

    @Test func `the checksum is that of the standard's example, whole or in parts`() {
        let text = Array("123456789".utf8)
        #expect(CRC32(of: ByteView(text)).value == 0xCBF4_3926)
        #expect(CRC32().value == 0)
        var parts = CRC32()
        parts.update(with: ByteView(Array(text[..<4])))
        parts.update(with: ByteView(Array(text[4...])))
        #expect(parts.value == 0xCBF4_3926)
    }

    @Test func `a compressed section is refused by name where its contents are asked for`() throws {
        var image = ELFImage()
        image.add(SectionImage(name: ".debug_info", kind: 1, flags: 0x800, bytes: [1, 2, 3]))
        image.add(SectionImage(name: ".note.odd", kind: 7, flags: 0x800, bytes: [1, 2, 3]))
        let file = try ELFFile(ByteView(image.bytes()))
        let section = try #require(file.section(named: ".debug_info"))
        #expect(section.isCompressed && section.bytes.array() == [1, 2, 3])
        let error = #expect(throws: ELFError.self) { try section.contents() }
        #expect(error?.code == .compressed && error?.description.contains(".debug_info") == true)
        #expect(#expect(throws: ELFError.self) { try file.notes() }?.code == .compressed)
    }

    private func file(_ order: ByteOrder, notes: [[UInt8]]) throws -> ELFFile {
        var image = ELFImage(order: order, machine: 62)
        // Two sections, for a file has several.
        image.add(SectionImage(name: ".note.first", kind: 7, bytes: Array(notes.prefix(1).joined())))
        image.add(SectionImage(name: ".note.others", kind: 7, bytes: Array(notes.dropFirst().joined())))
        // This support's sections are all aligned to eight bytes, these notes to four, as binutils writes them.
        var bytes = image.bytes()
        for index in [1, 2] {
            let table = Int(ByteView(bytes).integer(UInt64.self, at: 40, order: order) ?? 0)
            _ = bytes.store(integer: UInt64(4), at: table + index * 64 + 48, order: order)
        }
        return try ELFFile(ByteView(bytes))
    }

    private func note(_ name: String, _ type: UInt32, _ description: [UInt8], _ order: ByteOrder) -> [UInt8] {
        let text = name.isEmpty ? [] : Array(name.utf8) + [0]
        var bytes: [UInt8] = []
        bytes.append(integer: UInt32(text.count), order: order)
        bytes.append(integer: UInt32(description.count), order: order)
        bytes.append(integer: type, order: order)
        for part in [text, description] {
            bytes += part + [UInt8](repeating: 0, count: (4 - part.count % 4) % 4)
        }
        return bytes
    }

    private func probe(
        _ location: UInt64, _ base: UInt64, _ semaphore: UInt64, _ provider: String, _ name: String, _ arguments: String?, _ order: ByteOrder
    ) -> [UInt8] {
        var bytes: [UInt8] = []
        for address in [location, base, semaphore] { bytes.append(integer: address, order: order) }
        for text in [provider, name, arguments].compactMap(\.self) { bytes += Array(text.utf8) + [0] }
        return bytes
    }
}
