// SPDX-License-Identifier: Apache-2.0

import BPFAssembly
import BPFObject
import Bytes
import TestImages
import Testing

/// Files that something happened to are linked or refused.
@Suite struct LinkedDamageTests {
    /// Two files that use of each other what can be used.
    static func files() throws -> [[UInt8]] {
        var user = ObjectImage()
        user.addLicense("GPL")
        let code = user.addFunction("main", in: "tp/a/b", Instruction.wide(1) + Instruction.wide(2) + [.call(-1), .call(-1), .exit])
        user.addExtern("table", user.mapType(), in: ".maps", size: 32)
        user.addExtern("total", user.types.pointer(to: user.types.add(kind: 7, name: "s")))
        user.addDeclaration("helper")
        let text = user.addDefinition("weak", binding: 2)
        user.addSectionSymbol(of: text)
        for (slot, symbol, kind) in [(0, "table", 1), (2, "total", 1), (4, "helper", 10), (5, "section\(text)", 10)] as [(Int, String, UInt32)] {
            try user.relocate(code, slot: slot, to: symbol, kind: kind)
        }
        var owner = ObjectImage()
        owner.addLicense("GPL")
        let int = owner.types.integer("int", size: 4)
        let structure = owner.types.structure("s", size: 4, [.init("m", int, at: 0)])
        owner.addVariables(".maps", bytes: [UInt8](repeating: 0, count: 32), [("table", owner.mapType(), 0, 32)])
        let data = owner.addVariables(".data", bytes: [UInt8](repeating: 1, count: 24), [("total", owner.types.pointer(to: structure), 8, 8)])
        let helper = owner.addDefinition("helper", returning: 3)
        owner.addSectionSymbol(of: data)
        owner.relocations[data] = [RelocationImage(offset: 0, kind: 2, symbol: try owner.symbol("section\(data)"))]
        let section = owner.types.string(".text")
        owner.part.functions = [.init(sectionName: section, [[0, owner.types.count - 1]])]
        owner.part.lines = [.init(sectionName: section, [[8, owner.types.string("a.c"), owner.types.string("x"), 1024]])]
        owner.part.relocations = [.init(sectionName: section, [[8, structure, owner.types.string("0:0"), 0]])]
        _ = helper
        return [user.bytes(), owner.bytes()]
    }

    private func link(_ files: [[UInt8]]) throws(LinkError) -> [UInt8] {
        var linker = ObjectLinker()
        for file in files { try linker.add(ByteView(file), named: "file") }
        return try linker.bytes()
    }

    @Test func `the whole files are linked`() throws {
        let object = try ObjectFile(ByteView(link(Self.files())))
        #expect(object.programs.map(\.name) == ["main"] && object.maps.map(\.name) == ["table", ".data"])
        #expect(try object.assemble(object.programs[0]).instructions.count == 11)
    }

    @Test(arguments: 0..<4 as Range<UInt64>)
    func `a thousand damaged pairs are linked or refused`(_ seed: UInt64) throws {
        let files = try Self.files()
        var generator = SeededGenerator(seed: seed)
        var outcomes = (linked: 0, refused: 0)
        for _ in 0..<1000 {
            var damaged = files
            let place = Int.random(in: 0..<2, using: &generator)
            damaged[place] = Damage.copy(of: damaged[place], using: &generator)
            do throws(LinkError) {
                let bytes = try link(damaged)
                outcomes.linked += 1
                // What was made can be taken apart again: nothing in it refers to what is not there.
                _ = try? ObjectFile(ByteView(bytes))
                #expect(try link([bytes]) == bytes)
            } catch {
                #expect(!error.description.isEmpty)
                outcomes.refused += 1
            }
        }
        #expect(outcomes.linked > 100 && outcomes.refused > 100, "\(outcomes)")
    }

    @Test func `a file that ends early is refused`() throws {
        let files = try Self.files()
        for length in stride(from: 0, to: files[1].count, by: 13) {
            #expect(throws: LinkError.self, "\(length)") { try link([files[0], Array(files[1].prefix(length))]) }
        }
    }
}
