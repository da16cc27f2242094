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
}
