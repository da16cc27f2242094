// SPDX-License-Identifier: Apache-2.0

import BPFAssembly
import BPFObject
import BTF
import Bytes
import ELF
import TestImages
import Testing

@Suite struct LinkedSectionTests {
    private func variables(_ section: String, _ name: String, bytes: [UInt8]) -> ObjectImage {
        var image = ObjectImage()
        let char = image.types.integer("char", size: 1)
        image.addVariables(section, flags: section.hasPrefix(".rodata") ? 2 : 3, bytes: bytes, [(name, char, 0, 1)])
        return image
    }

    @Test(arguments: [".data", ".data.hot", ".rodata", ".rodata.config", ".struct_ops", ".struct_ops.link", "maps", "anything"])
    func `sections of one name follow each other, aligned`(_ name: String) throws {
        let linked = try LinkedFile(variables(name, "first", bytes: [1, 2, 3]), variables(name, "second", bytes: [4, 5]))
        let section = try linked.section(name)
        #expect(section.bytes.array() == [1, 2, 3, 0, 0, 0, 0, 0, 4, 5])
        #expect(section.alignment == 8)
        #expect(try linked.symbol("first").value == 0)
        #expect(try linked.symbol("second").value == 8)
        #expect(try linked.symbol("second").sectionIndex == section.index)
        #expect(try linked.dataSection(name) == ["first@0:1", "second@8:1"])
    }

    @Test func `sections of zeros take no room in the file`() throws {
        var images = [ObjectImage(), ObjectImage()]
        for index in images.indices {
            let int = images[index].types.integer("int", size: 4)
            images[index].addVariables(".bss", kind: 8, size: 4, [("zero\(index)", int, 0, 4)])
        }
        let linked = try LinkedFile(images[0], images[1])
        #expect(try linked.section(".bss").kind == .noBits)
        #expect(try linked.section(".bss").size == 12)
        #expect(try linked.object().variable("zero1").offset == 8)
    }

    @Test func `sections that only one file has stay as they are, in the order of the files`() throws {
        let linked = try LinkedFile(
            variables(".data.a", "a", bytes: [1]), variables(".data.b", "b", bytes: [2]), variables(".rodata", "c", bytes: [3]))
        #expect(linked.elf.sections.map(\.name).filter { $0.contains("data") } == [".data.a", ".data.b", ".rodata"])
        #expect(try linked.object().maps.map(\.name) == [".data.a", ".data.b", ".rodata"])
    }

    @Test func `one licence is kept where all agree`() throws {
        var first = ObjectImage()
        first.addLicense("GPL")
        var second = ObjectImage()
        second.addDefinition("f")
        var third = ObjectImage()
        third.addLicense("GPL")
        let linked = try LinkedFile(first, second, third)
        #expect(try linked.object().license == "GPL")
        #expect(try linked.section("license").size == 4)
        #expect(try linked.dataSection("license") == ["_license@0:4"])
        #expect(try linked.types().types(named: "_license", kinds: [.variable]).count == 1)
    }

    @Test func `a licence whose variable has another name goes with its section`() throws {
        var first = ObjectImage()
        first.addLicense("GPL")
        var second = ObjectImage()
        let int = second.types.integer("int", size: 4)
        second.addVariables("license", bytes: Array("GPL\0".utf8), [("LICENSE", int, 0, 4)])
        second.types.add(kind: 17, name: "tag", sizeOrType: second.types.count - 2, [.max])
        let linked = try LinkedFile(first, second)
        #expect(!linked.symbols.contains { $0.name == "LICENSE" })
        #expect(try linked.dataSection("license") == ["_license@0:4"])
        #expect(try linked.types().types(ofKinds: [.declarationTag]).isEmpty)
    }

    @Test func `licences that differ are named with their files`() throws {
        var (first, second) = (ObjectImage(), ObjectImage())
        first.addLicense("GPL")
        second.addLicense("Dual MIT/GPL")
        let error = try linkError(first, second)
        #expect(error.code == .conflictingLicense)
        #expect(error.files == ["a.o", "b.o"])
        #expect(error.reason.contains("'GPL' and 'Dual MIT/GPL'"))
        #expect(error.description.hasPrefix("cannot link a.o with b.o: "))
    }

    @Test func `kernel versions that differ are refused`() throws {
        let error = try linkError(variables("version", "v", bytes: [1, 2, 3, 4]), variables("version", "v", bytes: [1, 2, 3, 5]))
        #expect(error.code == .conflictingLicense && error.reason.contains("'version'"))
    }

    @Test func `what user space debugs with is left out, with its symbols and relocations`() throws {
        var image = ObjectImage()
        image.addDefinition("f", in: "tc")
        let info = image.elf.add(SectionImage(name: ".debug_info", kind: 1, bytes: [0, 0, 0, 0, 0, 0, 0, 0]))
        image.addSectionSymbol(of: info)
        image.elf.add(SectionImage(name: ".llvm_addrsig", kind: 0x6FFF_4C03, bytes: [1]))
        image.elf.add(SectionImage(name: ".text", kind: 1, flags: 6))
        image.elf.add(SectionImage(name: ".llvmbc", kind: 1, flags: 0x8000_0000, bytes: [1]))
        image.relocations[info] = [RelocationImage(offset: 0, kind: 3, symbol: 2)]
        let linked = try LinkedFile(image)
        #expect(linked.elf.sections.map(\.name) == ["", "tc", ".BTF", ".BTF.ext", ".symtab", ".strtab"])
        #expect(linked.symbols.map(\.name) == ["", "f"])
    }

    @Test func `sections that differ in what they are cannot be one`() throws {
        var zeros = ObjectImage()
        zeros.addVariables(".data", kind: 8, size: 4, [])
        let kinds = try linkError(variables(".data", "a", bytes: [1]), zeros)
        #expect(kinds.code == .incompatibleSection && kinds.files == ["a.o", "b.o"] && kinds.reason.contains("'.data'"))
        var constant = ObjectImage()
        constant.addVariables(".data", flags: 2, bytes: [1], [])
        #expect(try linkError(variables(".data", "a", bytes: [1]), constant).code == .incompatibleSection)
    }

    @Test func `entries may be merged only where all files say so`() throws {
        func strings(_ flags: UInt64, entrySize: UInt64 = 1) -> ObjectImage {
            var image = ObjectImage()
            image.elf.add(SectionImage(name: ".rodata.str1.1", kind: 1, flags: flags, bytes: [65, 0], entrySize: flags == 2 ? 0 : entrySize))
            return image
        }
        #expect(try LinkedFile(strings(0x32), strings(0x32)).section(".rodata.str1.1").flags.contains([.merge, .strings]))
        let mixed = try LinkedFile(strings(0x32), strings(2)).section(".rodata.str1.1")
        #expect(mixed.flags == .allocated && mixed.entrySize == 0)
        let wide = try LinkedFile(strings(0x32), strings(0x32, entrySize: 2)).section(".rodata.str1.1")
        #expect(wide.flags == .allocated && wide.entrySize == 0)
    }

    @Test func `more than two gigabytes in one section are refused`() throws {
        var (first, second) = (ObjectImage(), ObjectImage())
        first.addVariables(".bss", kind: 8, size: 1 << 30, [])
        second.addVariables(".bss", kind: 8, size: 1 << 30, [])
        let error = try linkError(first, second)
        #expect(error.code == .unsupported && error.files == ["b.o"] && error.reason.contains("2^31"))
    }

    @Test(arguments: [4, 17, 14, 0x7000_0001] as [UInt32])
    func `sections of other kinds are named`(_ kind: UInt32) throws {
        var image = ObjectImage()
        let code = image.addFunction("f", in: "tc", [.exit])
        image.elf.add(
            SectionImage(name: ".relatc", kind: kind, bytes: [UInt8](repeating: 0, count: 24), info: UInt32(code), entrySize: 24))
        let error = try linkError(image)
        #expect(error.code == .unsupported && error.reason.contains("'.relatc'") && error.files == ["a.o"])
    }

    @Test func `types that speak of a name that two sections have are refused`() throws {
        var image = ObjectImage()
        let int = image.types.integer("int", size: 4)
        image.addVariables(".data", bytes: [0, 0, 0, 0], [("a", int, 0, 4)])
        image.elf.add(SectionImage(name: ".data", kind: 1, flags: 3, bytes: [1]))
        #expect(try linkError(image).reason.contains("several sections are called '.data'"))
        image.hasTypes = false
        #expect(try LinkedFile(image).section(".data").bytes.array() == [0, 0, 0, 0, 0, 0, 0, 0, 1])
    }

    @Test func `linking again changes nothing`() throws {
        var image = variables(".data", "a", bytes: [1, 2, 3])
        image.addDefinition("f", in: "tc")
        image.addLicense("GPL")
        let once = try link([image, variables(".data", "b", bytes: [1])])
        #expect(try link([image, variables(".data", "b", bytes: [1])]) == once)
        var linker = ObjectLinker()
        try linker.add(ByteView(once), named: "linked.o")
        #expect(try linker.bytes() == once)
    }
}

/// Files that are no objects, or not whole.
@Suite struct LinkInputTests {
    @Test func `nothing cannot be linked`() throws {
        let error = try #require(throws: LinkError.self) { try ObjectLinker().bytes() }
        #expect(error.code == .noFiles && error.files.isEmpty)
    }

    @Test func `a file that is no eBPF object is named`() throws {
        var linker = ObjectLinker()
        let text = try #require(throws: LinkError.self) { try linker.add(ByteView(Array("#!/bin/sh".utf8)), named: "tool") }
        guard case .elf(let cause) = text.code else { throw Unexpected(text) }
        #expect(cause.code == .notELF && text.files == ["tool"])
        var other = ObjectImage()
        other.elf.machine = 62
        #expect(try linkError(ObjectImage(), other).description == "cannot link b.o: it is for x86-64, not for eBPF; compile it with '-target bpf'")
        var executable = ObjectImage().bytes()
        try executable.overwrite(UInt16(2), at: 16)
        #expect(try #require(throws: LinkError.self) { try linker.add(ByteView(executable), named: "x") }.code == .notAnObject)
        // None of them was taken.
        #expect(try #require(throws: LinkError.self) { try linker.bytes() }.code == .noFiles)
    }

    @Test func `files of different byte orders are named`() throws {
        var other = ObjectImage()
        let order: ByteOrder = ByteOrder.native == .littleEndian ? .bigEndian : .littleEndian
        (other.elf.order, other.types.order, other.part.order) = (order, order, order)
        let error = try linkError(ObjectImage(), other)
        #expect(error.code == .byteOrder && error.files == ["a.o", "b.o"])
        #expect(try ELFFile(ByteView(link([other, other]))).byteOrder == order)
    }

    @Test func `broken types are named with their file`() throws {
        var image = ObjectImage()
        image.types.pointer(to: 77)
        let error = try linkError(ObjectImage(), image)
        guard case .btf(let cause) = error.code else { throw Unexpected(error) }
        #expect(cause.code == .noSuchType && error.files == ["b.o"])
        var records = ObjectImage()
        records.hasTypes = false
        records.elf.add(SectionImage(name: ".BTF.ext", kind: 1, bytes: records.part.bytes()))
        #expect(try linkError(records).code == .malformed)
    }

    @Test(arguments: [
        SymbolImage("f", kind: 2, section: 9), SymbolImage("f", kind: 2, section: 1, value: 17), SymbolImage("f", kind: 2, section: 1, size: 17),
        SymbolImage("f", kind: 2, section: 1, value: 8, size: .max), SymbolImage("f", kind: 0, binding: 0, section: 0),
        SymbolImage("", kind: 0, binding: 1, section: 1),
    ])
    func `a symbol that lies nowhere is refused`(_ symbol: SymbolImage) throws {
        var image = ObjectImage()
        _ = image.addCode("tc", [.move(0, 0), .exit])
        image.symbols = [symbol]
        let error = try linkError(image)
        #expect(error.code == .malformed && error.files == ["a.o"])
    }

    @Test(arguments: [
        SymbolImage("f", kind: 1, section: 0xFFF2), SymbolImage("f", kind: 1, section: 0xFF10), SymbolImage("f", kind: 1, binding: 10, section: 1),
    ])
    func `a symbol of another world is not supported`(_ symbol: SymbolImage) throws {
        var image = ObjectImage()
        _ = image.addCode("tc", [.exit])
        image.symbols = [symbol]
        let error = try linkError(image)
        #expect(error.code == .unsupported && error.symbol == "f")
    }

    @Test func `code that is no whole number of instructions is refused`() throws {
        var image = ObjectImage()
        image.elf.add(SectionImage(name: "tc", kind: 1, flags: 6, bytes: [1, 2, 3]))
        #expect(try linkError(image).reason.contains("3 bytes"))
    }
}
