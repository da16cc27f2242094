// SPDX-License-Identifier: Apache-2.0

import BPFAssembly
import BPFObject
import BTF
import Bytes
import ELF
import TestImages
import Testing

@Suite struct LinkedSymbolTests {
    /// A program that calls an extern function.
    private func caller(_ name: String = "helper", in section: String = "tp/a/b", binding: UInt8 = 1) throws -> ObjectImage {
        var image = ObjectImage()
        let code = image.addFunction("main_of_\(name)", in: section, [.call(-1), .exit])
        image.addDeclaration(name, binding: binding)
        try image.relocate(code, slot: 0, to: name, kind: 10)
        return image
    }

    private func definition(_ name: String = "helper", returning value: Int32 = 7, binding: UInt8 = 1) -> ObjectImage {
        var image = ObjectImage()
        image.addDefinition(name, returning: value, binding: binding)
        return image
    }

    @Test(arguments: [false, true])
    func `an extern function is the one that another file defines, in either order`(_ isBackwards: Bool) throws {
        let images = [try caller(), definition()]
        let linked = isBackwards ? try LinkedFile(images[1], images[0]) : try LinkedFile(images[0], images[1])
        let symbol = try linked.symbol("helper")
        #expect(symbol.kind == .function && symbol.binding == .global && symbol.size == 16)
        #expect(try linked.symbol(of: linked.relocations(of: "tp/a/b")[0]) == symbol)
        let object = try linked.object()
        #expect(try object.assemble(object.programs[0]).instructions.count == 4)
        let btf = try linked.types()
        let functions = btf.types(named: "helper", kinds: [.function])
        guard functions.count == 1, case .function(_, _, let linkage) = try btf.type(functions[0]) else { throw Unexpected(functions) }
        #expect(linkage == .global)
        // The prototype of the declaration has gone with it.
        #expect(btf.types(ofKinds: [.prototype]).count == 1)
    }

    @Test func `of the second file's functions the places have moved`() throws {
        let linked = try LinkedFile(definition("one"), definition("two"), try caller("two"))
        #expect(try linked.symbol("two").value == 16)
        #expect(try linked.section(".text").size == 32)
        let object = try linked.object()
        #expect(try object.assemble(object.programs[0]).instructions.count == 4)
    }

    @Test(arguments: [[1, 2], [2, 1]] as [[UInt8]])
    func `a weak definition yields to a strong one, in either order`(_ bindings: [UInt8]) throws {
        let linked = try LinkedFile(
            definition(returning: 1, binding: bindings[0]), definition(returning: 2, binding: bindings[1]), try caller())
        let symbol = try linked.symbol("helper")
        #expect(symbol.value == (bindings[0] == 1 ? 0 : 16))
        #expect(symbol.binding == .global)
        let object = try linked.object()
        #expect(try object.assemble(object.programs[0]).instructions.contains(.move(0, bindings[0] == 1 ? 1 : 2)))
    }

    @Test func `of weak definitions the first counts`() throws {
        let linked = try LinkedFile(definition(binding: 2), definition(binding: 2), try caller())
        #expect(try linked.symbol("helper").value == 0)
        #expect(try linked.symbol("helper").binding == .weak)
    }

    @Test func `two strong definitions are named with both files`() throws {
        let error = try linkError(definition("other"), definition(), definition())
        #expect(error.code == .duplicateSymbol)
        #expect(error.files == ["b.o", "c.o"] && error.symbol == "helper")
        #expect(error.description.contains("both define 'helper'"))
    }

    @Test func `a weak variable gives its place in the types to the strong one, also of another section`() throws {
        var (first, second) = (ObjectImage(), ObjectImage())
        let int = first.types.integer("int", size: 4)
        first.addVariables(".bss", kind: 8, size: 8, [("shared", int, 0, 4), ("other", int, 4, 4)])
        first.symbols[0].binding = 2
        second.types.integer("unused", size: 2)
        second.addVariables(".data", bytes: [0, 0, 0, 0, 5, 0, 0, 0], [("shared", second.types.integer("int", size: 4), 4, 4)])
        let linked = try LinkedFile(first, second)
        #expect(try linked.dataSection(".bss") == ["other@4:4"])
        #expect(try linked.dataSection(".data") == ["shared@4:4"])
        let variable = try linked.object().variable("shared")
        #expect(try linked.object().maps[variable.mapIndex].name == ".data")
    }

    @Test func `static functions and variables of one name stay apart`() throws {
        var images = [ObjectImage(), ObjectImage()]
        for index in images.indices {
            let int = images[index].types.integer("int", size: 4)
            images[index].types.function("inner", prototype: images[index].types.prototype(result: int, []), linkage: 0)
            images[index].addFunction("inner", in: ".text", [.move(0, Int32(index)), .exit])
            images[index].symbols[0].binding = 0
            let section = images[index].elf.add(SectionImage(name: ".data", kind: 1, flags: 3, bytes: [UInt8(index), 0, 0, 0]))
            images[index].symbols.append(SymbolImage("count", kind: 1, binding: 0, section: UInt16(section), size: 4))
            images[index].types.dataSection(".data", size: 0, [(images[index].types.variable("count", int, linkage: 0), 0, 4)])
        }
        let linked = try LinkedFile(images[0], images[1])
        #expect(linked.symbols.filter { $0.name == "inner" }.map(\.value) == [0, 16])
        #expect(try linked.dataSection(".data") == ["count@0:4", "count@8:4"])
        #expect(try linked.object().variables.map(\.offset) == [0, 8])
        #expect(try linked.types().types(named: "inner", kinds: [.function]).count == 1)
    }

    @Test func `what one file hides is hidden`() throws {
        var hidden = try caller()
        hidden.symbols[1].visibility = 2
        #expect(try LinkedFile(definition(), hidden).symbol("helper").visibility == .hidden)
        #expect(try LinkedFile(hidden, definition()).symbol("helper").visibility == .hidden)
        #expect(try LinkedFile(definition(), try caller()).symbol("helper").visibility == .default)
    }

    @Test func `an extern that nobody defines stays one, weak only where all are`() throws {
        for (bindings, expected) in [([2, 2], .weak), ([2, 1], .global), ([1, 2], .global)] as [([UInt8], Symbol.Binding)] {
            let linked = try LinkedFile(try caller(in: "tp/a/b", binding: bindings[0]), try caller(in: "tp/a/c", binding: bindings[1]).renamed())
            let symbol = try linked.symbol("helper")
            #expect(symbol.isUndefined && symbol.binding == expected)
            #expect(try linked.types().types(named: "helper", kinds: [.function]).count == 1)
            #expect(try linked.symbol(of: linked.relocations(of: "tp/a/c")[0]) == symbol)
        }
    }

    @Test(arguments: [".kconfig", ".ksyms"])
    func `the kernel's externs of all files lie in one section`(_ section: String) throws {
        func image(_ name: String) -> ObjectImage {
            var image = ObjectImage()
            let int = image.types.integer("int", size: 4)
            let variables = ["common", name].map { (image.types.variable($0, int, linkage: 2), UInt32(0), UInt32(4)) }
            image.types.dataSection(section, size: 0, variables)
            image.symbols = ["common", name].map { SymbolImage($0, kind: 0, binding: 2, section: 0) }
            return image
        }
        let linked = try LinkedFile(image("one"), image("two"))
        #expect(try linked.dataSection(section) == ["common@0:4", "one@0:4", "two@0:4"])
        #expect(linked.symbols.filter(\.isUndefined).map(\.name) == ["", "common", "one", "two"])
    }

    @Test func `an extern map is the one that another file defines`() throws {
        var (user, owner) = (ObjectImage(), ObjectImage())
        let code = user.addFunction("main", in: "tp/a/b", Instruction.wide(1) + [.move(0, 0), .exit])
        user.addExtern("shared", user.mapType(), in: ".maps", size: 32)
        try user.relocate(code, slot: 0, to: "shared")
        owner.addVariables(".maps", bytes: [UInt8](repeating: 0, count: 32), [("shared", owner.mapType(), 0, 32)])
        for images in [[user, owner], [owner, user]] {
            let linked = try LinkedFile(images[0], images[1])
            #expect(try linked.dataSection(".maps") == ["shared@0:32"])
            let object = try linked.object()
            #expect(object.maps.map(\.name) == ["shared"])
            #expect(try object.assemble(object.programs[0]).mapReferences.map(\.map) == [0])
        }
    }

    @Test func `tables of jumps are their file's own`() throws {
        func image() throws -> ObjectImage {
            var image = ObjectImage()
            let code = image.addFunction("f", in: "tc", Instruction.wide(1) + [.exit])
            image.symbols[0].binding = 0
            let table = image.elf.add(SectionImage(name: ".jumptables", kind: 1, flags: 2, bytes: [UInt8](repeating: 0, count: 8)))
            image.symbols.append(SymbolImage("BPF.JT.0.0", kind: 1, section: UInt16(table), size: 8))
            try image.relocate(code, slot: 0, to: "BPF.JT.0.0")
            return image
        }
        #expect(try LinkedFile(image()).symbol("BPF.JT.0.0").size == 8)
        // Their entries count from the beginning of the section that they lead into.
        let error = try linkError(try image(), try image())
        #expect(error.code == .unsupported && error.files == ["b.o"] && error.reason.contains("'tc'"))
    }
}

extension ObjectImage {
    /// The same with another name for its own function.
    fileprivate func renamed() -> ObjectImage {
        var image = self
        image.symbols[0].name += "2"
        return image
    }
}
