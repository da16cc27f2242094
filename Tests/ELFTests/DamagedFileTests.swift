// SPDX-License-Identifier: Apache-2.0

import Bytes
import ELF
import TestImages
import Testing

/// Whatever the bytes are, reading them answers or throws; a trap would end the whole run.
@Suite struct DamagedFileTests {
    static let orders = [ByteOrder.littleEndian, .bigEndian]

    private func image(_ order: ByteOrder, tableComesFirst: Bool = false, isExtended: Bool = false) -> [UInt8] {
        var image = ELFImage(order: order)
        image.tableComesFirst = tableComesFirst
        image.usesExtendedNumbering = isExtended
        image.add(SectionImage(name: ".text", kind: 1, flags: 6, bytes: [UInt8](repeating: 0x95, count: 32)))
        image.add(SectionImage(name: ".bss", kind: 8, flags: 3, claimedSize: 64))
        let symbols = image.add(symbols: [
            SymbolImage("main", kind: 2, section: 1, size: 32), SymbolImage("wide", kind: 1, section: 0xFFFF),
        ])
        image.add(SectionImage(name: ".symtab_shndx", kind: 18, bytes: [UInt8](repeating: 0, count: 12), link: UInt32(symbols)))
        image.add(relocations: [RelocationImage(offset: 8, kind: 1, symbol: 1)], of: 1, symbols: symbols)
        image.add(
            relocations: [RelocationImage(offset: 16, kind: 1, symbol: 1, addend: 1)], of: 1, symbols: symbols, withAddends: true)
        return image.bytes()
    }

    /// Reads all that there is; answers how many things that was.
    private func readAll(_ bytes: [UInt8]) throws(ELFError) -> Int {
        let file = try ELFFile(ByteView(bytes))
        var sum = file.sections.count
        for section in file.sections {
            sum += section.bytes.array().count + section.name.utf8.count + file.relocations(of: section).count
        }
        return sum + (try file.symbols().count)
    }

    @Test(arguments: orders, [false, true])
    func aFileThatIsTruncatedAnywhereIsRefused(_ order: ByteOrder, _ tableComesFirst: Bool) throws {
        let whole = image(order, tableComesFirst: tableComesFirst)
        #expect(try readAll(whole) > 100)
        // The last bytes may only fill up to a multiple of eight, so that losing them loses nothing.
        let padding = tableComesFirst ? 7 : 0
        for length in 0..<whole.count - padding {
            let error = try #require(throws: ELFError.self, "length \(length)") { try readAll(Array(whole.prefix(length))) }
            if length >= 6 { #expect(error.code == .truncated, "length \(length)") }
            #expect(!error.description.isEmpty)
        }
    }

    @Test(arguments: orders, [false, true])
    func aFileWithAnyByteChangedIsReadOrRefused(_ order: ByteOrder, _ isExtended: Bool) throws {
        let whole = image(order, isExtended: isExtended)
        var read = 0
        var refused = 0
        for index in whole.indices {
            for value: UInt8 in [0, 1, 0x7F, 0x80, 0xFF] where value != whole[index] {
                var bytes = whole
                bytes[index] = value
                do throws(ELFError) {
                    _ = try readAll(bytes)
                    read += 1
                } catch {
                    #expect(!error.description.isEmpty)
                    refused += 1
                }
            }
        }
        #expect(read > 100)
        #expect(refused > 100)
    }

    @Test(arguments: orders)
    func aDamagedFileIsReadOrRefused(_ order: ByteOrder) {
        var generator = SeededGenerator(seed: 0xE1F)
        let whole = image(order, isExtended: true)
        var read = 0
        var refused = 0
        for _ in 0..<4000 {
            do throws(ELFError) {
                _ = try readAll(Damage.copy(of: whole, using: &generator))
                read += 1
            } catch {
                #expect(!error.description.isEmpty)
                refused += 1
            }
        }
        #expect(read > 100)
        #expect(refused > 100)
    }
}
