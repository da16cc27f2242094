// SPDX-License-Identifier: Apache-2.0

import BTF
import Bytes
import TestImages
import Testing

/// Whatever the bytes, copying, joining, de-duplicating, sanitising, relocating and printing answer or throw.
@Suite struct WritingDamageTests {
    /// Does all that can be done with types; answers how much was done.
    private func doAll(_ btf: BTF, base: BTF, names: [String]) -> Int {
        var done = 0
        func attempt(_ body: () throws(BTFError) -> Void) {
            do throws(BTFError) {
                try body()
                done += 1
            } catch { #expect(!error.description.isEmpty) }
        }
        attempt { () throws(BTFError) in
            let copy = try BTFBuilder(copying: btf).btf(btf.byteOrder)
            #expect(copy.count == btf.count)
        }
        attempt { () throws(BTFError) in
            let (single, map) = try btf.deduplicated()
            #expect(map.count == btf.count)
            #expect(single.count <= btf.count)
            #expect(try single.deduplicated().btf.count == single.count)
        }
        attempt { () throws(BTFError) in
            var builder = BTFBuilder()
            try builder.append(contentsOf: base)
            try builder.append(contentsOf: btf)
            try builder.deduplicate()
            _ = try builder.btf()
        }
        attempt { () throws(BTFError) in
            var builder = BTFBuilder()
            for id in btf.typeIDs { try builder.add(btf.type(id)) }
            let copy = try builder.btf()
            for id in btf.typeIDs { #expect(try copy.type(id) == btf.type(id)) }
        }
        for features in [[], BTFFeatures.ofKernel(major: 5, minor: 10)] {
            attempt { () throws(BTFError) in _ = try btf.sanitized(for: features) }
        }
        attempt { () throws(BTFError) in _ = try btf.relocated(onto: base) }
        attempt { () throws(BTFError) in
            var printer = JSONPrinter(btf)
            var text: [UInt8] = []
            while try printer.append(to: &text) {}
        }
        for name in names {
            attempt { () throws(BTFError) in
                var printer = try SwiftPrinter(btf, only: [name])
                var text: [UInt8] = []
                while try printer.append(to: &text) {}
            }
        }
        return done
    }

    @Test(arguments: [ByteOrder.littleEndian, .bigEndian])
    func damagedTypesAreWorkedOnOrRefused(_ order: ByteOrder) throws {
        let whole = imageOfEveryKind(order).bytes()
        let base = try BTF(ByteView(whole))
        let names = ["task", "either", "e", "w", "task_t"]
        #expect(doAll(base, base: base, names: names) == 12)
        var generator = SeededGenerator(seed: order == .littleEndian ? 0x6A7E : 0x6A7F)
        var (read, done) = (0, 0)
        for _ in 0..<2000 {
            guard let btf = try? BTF(ByteView(Damage.copy(of: whole, using: &generator))) else { continue }
            read += 1
            // Each byte order has its mutations; a base of the other would be refused before anything happens.
            done += doAll(btf, base: base, names: names)
        }
        #expect(read > 400)
        #expect(done > read)
    }

    @Test(arguments: [ByteOrder.littleEndian, .bigEndian])
    func damagedTypesOnABaseAreWorkedOnOrRefused(_ order: ByteOrder) throws {
        var kept = BTFImage(order: order)
        kept.integer("int", size: 4, encoding: 1)
        kept.structure("task", size: 80, [])
        let distilled = try BTF(ByteView(kept.bytes()))
        var builder = BTFBuilder(base: distilled)
        let pointer = try builder.addPointer(to: TypeID(2))
        let members = [CompositeType.Member(name: "t", type: TypeID(2), bitOffset: 0), .init(name: "p", type: pointer, bitOffset: 640)]
        try builder.addStructure("mine", byteCount: 88, members: members)
        try builder.addAlias("mine_t", of: TypeID(4))
        let whole = builder.bytes()
        let kernel = try BTF(ByteView(imageOfEveryKind(order).bytes()))
        #expect(doAll(try builder.btf(), base: kernel, names: ["mine"]) == 9)
        var generator = SeededGenerator(seed: 0xBA5E)
        var read = 0
        for _ in 0..<2000 {
            guard let btf = try? BTF(ByteView(Damage.copy(of: whole, using: &generator)), base: distilled) else { continue }
            read += 1
            _ = doAll(btf, base: kernel, names: ["mine", "mine_t", "task"])
        }
        #expect(read > 400)
    }
}
