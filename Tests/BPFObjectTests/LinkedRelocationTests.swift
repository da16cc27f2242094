// SPDX-License-Identifier: Apache-2.0

import BPFAssembly
import BPFObject
import BTF
import Bytes
import ELF
import TestImages
import Testing

@Suite struct LinkedRelocationTests {
    /// A file with 24 bytes of code in `.text`, and 16 of data.
    private func filler() -> ObjectImage {
        var image = ObjectImage()
        image.hasTypes = false
        image.addFunction("filler", in: ".text", [.move(0, 0), .move(0, 1), .exit])
        image.elf.add(SectionImage(name: ".data", kind: 1, flags: 3, bytes: [UInt8](repeating: 9, count: 16)))
        return image
    }

    /// A file whose code and data refer to its sections.
    private func user() throws -> (image: ObjectImage, code: Int, data: Int) {
        var image = ObjectImage()
        image.hasTypes = false
        let text = image.addCode(".text", [.move(0, 1), .exit, .move(0, 2), .exit])
        image.symbols.append(SymbolImage("one", kind: 2, binding: 0, section: UInt16(text), size: 16))
        image.symbols.append(SymbolImage("two", kind: 2, binding: 0, section: UInt16(text), value: 16, size: 16))
        let code = image.addFunction("main", in: "tp/a/b", [.call(1)] + Instruction.wide(1, 4) + Instruction.wide(2, 16) + [.exit])
        var bytes: [UInt8] = [1, 2, 3, 4, 5, 6, 7, 8]
        bytes.append(integer: UInt64(16), order: .native)
        bytes.append(integer: UInt32(4), order: .native)
        let data = image.elf.add(SectionImage(name: ".data", kind: 1, flags: 3, bytes: bytes))
        for section in [text, data] { image.addSectionSymbol(of: section) }
        try image.relocate(code, slot: 0, to: "section\(text)", kind: 10)
        try image.relocate(code, slot: 1, to: "section\(data)")
        try image.relocate(code, slot: 3, to: "section\(text)")
        image.relocations[data] = [
            RelocationImage(offset: 8, kind: 2, symbol: try image.symbol("section\(text)")),
            RelocationImage(offset: 16, kind: 3, symbol: try image.symbol("section\(data)")),
        ]
        return (image, code, data)
    }

    @Test func `what counts from the beginning of a section counts from that of the linked one`() throws {
        let linked = try LinkedFile(filler(), try user().image)
        let code = try linked.code("tp/a/b")
        // The second function of its file: two slots of its own and three of the filler's in front of it.
        #expect(code[0] == .call(2 + 3 - 1))
        #expect(code[1].immediate == 4 + 16)
        #expect(code[3].immediate == 16 + 24)
        let data = try linked.section(".data").bytes
        #expect(data.integer(UInt64.self, at: 16 + 8, order: .native) == UInt64(40))
        #expect(data.integer(UInt32.self, at: 16 + 16, order: .native) == UInt32(20))
        #expect(try linked.relocations(of: ".data").map(\.offset) == [24, 32])
        for relocation in try linked.relocations(of: "tp/a/b") + linked.relocations(of: ".data") {
            let symbol = try linked.symbol(of: relocation)
            #expect(symbol.kind == .section && symbol.value == 0)
        }
        #expect(linked.symbols.filter { $0.kind == .section }.count == 2)
        let object = try linked.object()
        #expect(try object.assemble(object.programs[0]).instructions.count == 8)
    }

    @Test func `the first file's references stay as they are`() throws {
        let (image, _, _) = try user()
        let linked = try LinkedFile(image, filler())
        let alone = try ELFFile(ByteView(image.bytes()))
        #expect(try linked.section("tp/a/b").bytes.array() == alone.section(named: "tp/a/b")?.bytes.array())
        #expect(try linked.section(".data").bytes.slice(at: 0, count: 20)?.array() == alone.section(named: ".data")?.bytes.array())
    }

    @Test func `what refers to a symbol finds it where it lies now`() throws {
        var (image, code, _) = try user()
        image.relocations[code] = []
        try image.relocate(code, slot: 0, to: "two", kind: 10)
        let linked = try LinkedFile(filler(), image)
        #expect(try linked.code("tp/a/b")[0] == .call(1))
        let relocation = try linked.relocations(of: "tp/a/b")[0]
        #expect(try linked.symbol(of: relocation).value == 16 + 24)
    }

    @Test func `calls without relocations stay as they are`() throws {
        var image = ObjectImage()
        image.hasTypes = false
        let text = image.addCode(".text", [.call(1), .exit, .move(0, 2), .exit])
        image.symbols.append(SymbolImage("one", kind: 2, section: UInt16(text), size: 16))
        image.symbols.append(SymbolImage("two", kind: 2, binding: 0, section: UInt16(text), value: 16, size: 16))
        let linked = try LinkedFile(filler(), image)
        #expect(try linked.code(".text")[3] == .call(1))
    }

    @Test func `a section's symbol may have a value`() throws {
        var (image, _, data) = try user()
        let index = try #require(image.symbols.firstIndex { $0.name == "section\(data)" })
        image.symbols[index].value = 8
        #expect(try LinkedFile(filler(), image).code("tp/a/b")[1].immediate == 4 + 8 + 16)
        #expect(try LinkedFile(image).code("tp/a/b")[1].immediate == 4 + 8)
    }

    @Test(arguments: [
        (RelocationImage(offset: 0, kind: 1, symbol: 1), "opcode 133"), (RelocationImage(offset: 8, kind: 10, symbol: 1), "opcode 24"),
        (RelocationImage(offset: 4, kind: 10, symbol: 1), "inside of an instruction"), (RelocationImage(offset: 48, kind: 1, symbol: 1), "outside"),
        (RelocationImage(offset: .max, kind: 1, symbol: 1), "outside"), (RelocationImage(offset: 0, kind: 10, symbol: 99), "symbol 99"),
        (RelocationImage(offset: 0, kind: 10, symbol: 0), "symbol 0"), (RelocationImage(offset: 0, kind: 7, symbol: 1), "kind 7"),
    ])
    func `a relocation that fits nothing is refused`(_ relocation: RelocationImage, _ reason: String) throws {
        var (image, code, _) = try user()
        image.relocations[code] = [relocation]
        let error = try linkError(filler(), image)
        #expect(error.files == ["b.o"] && error.reason.contains("section 'tp/a/b'") && error.reason.contains(reason), "\(error)")
    }

    @Test func `an addend that its bits cannot hold is refused`() throws {
        var image = ObjectImage()
        image.hasTypes = false
        let data = image.elf.add(SectionImage(name: ".data", kind: 1, flags: 3, bytes: [0xFF, 0xFF, 0xFF, 0x7F]))
        image.addSectionSymbol(of: data)
        image.relocations[data] = [RelocationImage(offset: 0, kind: 3, symbol: 1)]
        if ByteOrder.native == .littleEndian { #expect(try linkError(filler(), image).reason.contains("further than its bits")) }
        image.relocations[data] = [RelocationImage(offset: 0, kind: 2, symbol: 1)]
        #expect(try linkError(filler(), image).reason.contains("outside"))
    }

    @Test func `a reference to what is left out is refused`() throws {
        var (image, code, _) = try user()
        let debug = image.elf.add(SectionImage(name: ".debug_str", kind: 1, bytes: [0]))
        image.addSectionSymbol(of: debug)
        image.relocations[code] = []
        try image.relocate(code, slot: 1, to: "section\(debug)")
        #expect(try linkError(image).reason.contains("is left out with its section"))
    }

    @Test func `a table of relocations that is not whole is refused`() throws {
        var (image, code, _) = try user()
        image.relocations = [:]
        image.elf.add(SectionImage(name: ".reltp/a/b", kind: 9, bytes: [UInt8](repeating: 0, count: 24), info: UInt32(code), entrySize: 16))
        #expect(try linkError(image).code == .malformed)
        image.elf.sections[image.elf.sections.count - 1].info = 99
        #expect(try linkError(image).reason.contains("section 99"))
    }
}

/// Records about instructions move with them.
@Suite struct LinkedRecordTests {
    private func image(_ name: String) -> ObjectImage {
        var image = ObjectImage()
        let int = image.types.integer("int", size: 4, encoding: 1)
        let structure = image.types.structure("task_struct", size: 8, [.init("pid", int, at: 32)])
        let function = image.types.function(name, prototype: image.types.prototype(result: int, []))
        image.addFunction(name, in: "tp/a/b", [.load(0x61, 4), .exit])
        let section = image.types.string("tp/a/b")
        image.part.functions = [.init(sectionName: section, [[0, function]])]
        image.part.lines = [.init(sectionName: section, [[0, image.types.string("\(name).c"), image.types.string("return \(name);"), 3 << 10]])]
        image.part.relocations = [.init(sectionName: section, [[0, structure, image.types.string("0:0"), 0]])]
        return image
    }

    @Test func `functions, lines and CO-RE relocations of the second file have moved`() throws {
        let linked = try LinkedFile(image("one"), image("two"))
        let (records, btf) = (try linked.records(), try linked.types())
        let functions = try #require(records.functions["tp/a/b"])
        #expect(functions.map(\.offset) == [0, 16])
        #expect(try functions.map { try btf.name(of: $0.type) } == ["one", "two"])
        let lines = try #require(records.lines["tp/a/b"])
        #expect(lines.map(\.offset) == [0, 16])
        #expect(lines.map { btf.string(at: $0.fileName) } == ["one.c", "two.c"])
        #expect(lines.map { btf.string(at: $0.text) } == ["return one;", "return two;"])
        let relocations = try #require(records.relocations["tp/a/b"])
        #expect(relocations.map(\.offset) == [0, 16])
        #expect(try relocations.map { try btf.name(of: $0.type) } == ["task_struct", "task_struct"])
        #expect(relocations[0].type == relocations[1].type)
        #expect(btf.string(at: relocations[1].accessString) == "0:0")
        let object = try linked.object()
        #expect(object.programs.map(\.name) == ["one", "two"])
        #expect(try object.relocated(against: btf).assemble(object.programs[1]).lines.map(\.text) == ["return two;"])
    }

    @Test func `types that all files have are there once`() throws {
        let btf = try LinkedFile(image("one"), image("two")).types()
        for (name, kind) in [("int", BTFKind.integer), ("task_struct", .structure)] { #expect(btf.types(named: name, kinds: [kind]).count == 1) }
        #expect(btf.types(ofKinds: [.prototype]).count == 1)
    }

    @Test func `records about what is not there are refused`() throws {
        var outside = image("one")
        outside.part.lines[0].records[0][0] = 16
        let error = try linkError(image("two"), outside)
        #expect(error.files == ["b.o"] && error.reason.contains("byte 16 of section 'tp/a/b'"))
        var elsewhere = image("one")
        elsewhere.part.functions[0].sectionName = elsewhere.types.string("nowhere")
        #expect(try linkError(elsewhere).reason.contains("'nowhere'"))
        var untyped = image("one")
        untyped.part.relocations[0].records[0][1] = 99
        guard case .btf(let cause) = try linkError(untyped).code else { throw Unexpected("another error") }
        #expect(cause.code == .noSuchType)
    }

    @Test func `a variable whose symbol lies elsewhere is named`() throws {
        var image = ObjectImage()
        let int = image.types.integer("int", size: 4)
        image.addVariables(".data", bytes: [0, 0, 0, 0], [("a", int, 0, 4)])
        let other = image.elf.add(SectionImage(name: ".data.other", kind: 1, flags: 3, bytes: [0, 0, 0, 0]))
        image.symbols[0].section = UInt16(other)
        let error = try linkError(image)
        #expect(error.symbol == "a" && error.reason.contains("'.data'"))
    }
}
