// SPDX-License-Identifier: Apache-2.0

import Bytes
import ELF
import TestImages
import Testing

/// Small files that ask for much: the answer comes in time and within memory, or is a thrown error.
@Suite struct BoundedFileTests {
    @Test func manySymbolsOfOneLongNameFitInMemory() async {
        await #expect(processExitsWith: .success) {
            limitThisProcess(seconds: 10)
            var image = ELFImage()
            var table = [UInt8](repeating: 0, count: 24)
            let entry: [UInt8] = [1, 0, 0, 0, 2, 0, 1, 0] + [UInt8](repeating: 0, count: 16)
            for _ in 0..<30_000 { table += entry }
            let names = image.add(SectionImage(name: ".strtab", kind: 3, bytes: [0] + [UInt8](repeating: 0x78, count: 200_000) + [0]))
            image.add(SectionImage(name: ".symtab", kind: 2, bytes: table, link: UInt32(names), entrySize: 24))
            // An error would do as well.
            _ = try? ELFFile(ByteView(image.bytes())).symbols()
        }
    }
}
