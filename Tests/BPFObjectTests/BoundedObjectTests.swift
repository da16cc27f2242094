// SPDX-License-Identifier: Apache-2.0

import BPFAssembly
import BPFObject
import Bytes
import TestImages
import Testing

/// Small files that ask for much: the answer comes in time and within memory, or is a thrown error.
@Suite struct BoundedObjectTests {
    @Test func manyLargeSectionsWithoutBitsTakeNoMemory() async {
        await #expect(processExitsWith: .success) {
            limitThisProcess(seconds: 10)
            var image = ObjectImage()
            for number in 0..<16 {
                image.elf.add(SectionImage(name: ".bss.\(number)", kind: 8, flags: 3, claimedSize: 0x7000_0000))
            }
            // An error would do as well.
            _ = try? image.read()
        }
    }

    @Test func variablesOfAnArenaThatBeginAtZeroTakeNoMemory() async {
        await #expect(processExitsWith: .success) {
            limitThisProcess(seconds: 10, gigabytes: 1)
            var image = ObjectImage()
            let int = image.types.integer("int", size: 4)
            let members = [("type", UInt32(33)), ("map_flags", 1 << 10), ("max_entries", 100)].map { name, number in
                BTFImage.Member(name, image.types.pointer(to: image.types.array(of: int, count: number)), at: 0)
            }
            let arena = image.types.structure("", size: 24, members)
            image.addVariables(".maps", bytes: [UInt8](repeating: 0, count: 24), [("arena", arena, 0, 24)])
            image.addVariables(".addr_space.1", kind: 8, size: 0xF000_0000, [("far", int, 0xEFFF_FFF0, 4)])
            let object = try image.read()
            #expect(object.maps[try object.mapIndex("arena")].contents == nil)
            #expect(try object.value(of: "far", as: Int32.self) == 0)
        }
    }

    @Test func manyFunctionsAndRelocationsAreReadInTime() async {
        await #expect(processExitsWith: .success) {
            limitThisProcess(seconds: 3)
            let count = 6000
            var image = ObjectImage()
            let text = image.addCode(".text", Array(repeating: .call(-1), count: count))
            for slot in 0..<count {
                image.symbols.append(SymbolImage("f", kind: 2, section: UInt16(text), value: UInt64(slot * 8), size: 8))
            }
            image.relocations[text] = (0..<count).map {
                RelocationImage(offset: UInt64($0 * 8), kind: 10, symbol: UInt32(count - $0))
            }
            _ = try image.read()
        }
    }

    @Test func aProgramOfAMillionInstructionsIsRead() throws {
        var image = ObjectImage()
        image.addFunction("main", in: "tp/a/b", Array(repeating: .move(0, 0), count: 999_999) + [.exit])
        let object = try image.read()
        #expect(try object.assemble(object.programs[0]).instructions.count == 1_000_000)
    }

    @Test func `sections that overlap are not read as often as they are claimed`() async {
        await #expect(processExitsWith: .success) {
            limitThisProcess(seconds: 20)
            for flags: UInt64 in [3, 6] {
                var image = ObjectImage()
                image.elf.add(SectionImage(name: "large", kind: 1, bytes: [UInt8](repeating: 0, count: 4 << 20)))
                for number in 0..<1000 {
                    image.elf.add(SectionImage(name: ".data.\(number)", kind: 1, flags: flags, claimedSize: 4 << 20, claimedOffset: 64))
                }
                #expect(#expect(throws: ObjectError.self) { try image.read() }?.description.contains("overlaps") == true)
            }
        }
    }

    @Test func `source lines whose texts overlap are refused before they take all memory`() async {
        await #expect(processExitsWith: .success) {
            limitThisProcess(seconds: 20)
            for place in [1, 2] {
                var image = ObjectImage()
                image.addFunction("main", in: "tp/a/b", [.exit])
                let name = image.types.string("tp/a/b")
                let text = image.types.string(String(repeating: "x", count: 1 << 20))
                let records = (0..<20_000).map { number in
                    (0..<4).map { $0 == place ? text + UInt32(number) : 0 }
                }
                image.part.lines = [.init(sectionName: name, records)]
                #expect(#expect(throws: ObjectError.self) { try image.read() }?.description.contains("source lines") == true)
            }
        }
    }

    @Test func `thousands of source lines of one file take no more room than its name`() async {
        await #expect(processExitsWith: .success) {
            limitThisProcess(seconds: 20)
            var image = ObjectImage()
            image.addFunction("main", in: "tp/a/b", [.exit])
            let file = image.types.string("./" + String(repeating: "x", count: 1 << 20))
            image.part.lines = [.init(sectionName: image.types.string("tp/a/b"), Array(repeating: [0, file, file, 1 << 10], count: 20_000))]
            _ = try image.read()
        }
    }
}
