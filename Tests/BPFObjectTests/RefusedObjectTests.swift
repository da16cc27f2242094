// SPDX-License-Identifier: Apache-2.0

import BPFAssembly
import BPFObject
import BTF
import Bytes
import ELF
import TestImages
import Testing

/// What cannot be an object is refused, and the reason names the part.
@Suite struct RefusedObjectTests {
    private func error(_ image: ObjectImage) throws -> ObjectError {
        try #require(throws: ObjectError.self) { try image.read() }
    }

    @Test func bytesThatAreNoELFAreRefusedAsThat() throws {
        let error = try #require(throws: ObjectError.self) { try ObjectFile(ByteView(Array("#!/bin/sh".utf8))) }
        guard case .elf(let cause) = error.code else { throw Unexpected(error) }
        #expect(cause.code == .notELF)
        #expect(error.description == cause.description)
    }

    @Test func aFileForAnotherMachineIsRefusedWithItsName() throws {
        var image = ObjectImage()
        image.elf.machine = 62
        let error = try error(image)
        #expect(error.code == .notAnObject)
        #expect(error.description.contains("x86-64"))
        #expect(error.description.contains("-target bpf"))
    }

    @Test func anObjectOfTheOtherByteOrderIsReadAndSaysSo() throws {
        var image = ObjectImage()
        image.elf.order = ByteOrder.native == .littleEndian ? .bigEndian : .littleEndian
        image.hasTypes = false
        #expect(try image.read().byteOrder == image.elf.order)
    }

    @Test func brokenTypesAreRefusedAsThat() throws {
        var image = ObjectImage()
        image.hasTypes = false
        image.elf.add(SectionImage(name: ".BTF", kind: 1, bytes: [0x9F, 0xEB, 1]))
        guard case .btf(let cause) = try error(image).code else { throw Unexpected("another error") }
        #expect(cause.code == .truncated)
    }

    @Test func brokenRecordsAreRefusedAsThat() throws {
        var image = ObjectImage()
        image.hasTypes = false
        image.elf.add(SectionImage(name: ".BTF", kind: 1, bytes: BTFImage().bytes()))
        image.elf.add(SectionImage(name: ".BTF.ext", kind: 1, bytes: [1, 2, 3, 4]))
        guard case .btf(let cause) = try error(image).code else { throw Unexpected("another error") }
        #expect(cause.code == .notBTF)
        #expect(cause.description.contains(".BTF.ext"))
    }

    @Test func anObjectWithNothingInItIsEmpty() throws {
        var image = ObjectImage()
        image.hasTypes = false
        let object = try image.read()
        #expect(object.programs.isEmpty && object.maps.isEmpty && object.variables.isEmpty)
        #expect(object.license == "")
        #expect(object.btf == nil)
        #expect(try object.btfForLoading() == nil)
        #expect(!object.needsKernelTypes)
    }

    @Test func mapsWithoutTypesCannotBeRead() throws {
        var image = ObjectImage()
        image.elf.add(SectionImage(name: ".maps", kind: 1, flags: 3, bytes: [UInt8](repeating: 0, count: 16)))
        image.hasTypes = false
        let error = try error(image)
        #expect(error.code == .malformed)
        #expect(error.description.contains("'-g'"))
    }

    @Test(arguments: [1, 4, 7])
    func codeThatIsNoWholeNumberOfInstructionsIsRefused(_ rest: Int) throws {
        var image = ObjectImage()
        image.elf.add(SectionImage(name: "tp/a/b", kind: 1, flags: 6, bytes: [UInt8](repeating: 0, count: 8 + rest)))
        let error = try error(image)
        #expect(error.code == .malformed)
        #expect(error.description.contains("tp/a/b"))
        #expect(error.description.contains("\(8 + rest) bytes"))
    }

    @Test(arguments: [(0, 24), (8, 16), (16, 8), (24, 8), (4, 8), (0, 12), (0, 0), (.max - 7, 8), (8, .max - 7), (1 << 63, 8)] as [(UInt64, UInt64)])
    func aFunctionThatDoesNotLieInItsSectionIsNamed(_ value: UInt64, _ size: UInt64) throws {
        var image = ObjectImage()
        let section = image.addCode("tp/a/b", [.move(0, 0), .exit])
        image.symbols.append(SymbolImage("handle", kind: 2, section: UInt16(section), value: value, size: size))
        let error = try error(image)
        #expect(error.code == .malformed)
        #expect(error.description.contains("'handle'"))
        #expect(error.description.contains("tp/a/b"))
    }

    @Test func functionsThatOverlapAreRefused() throws {
        var image = ObjectImage()
        let section = image.addCode("tp/a/b", [.move(0, 0), .move(0, 1), .exit])
        image.symbols.append(SymbolImage("first", kind: 2, section: UInt16(section), value: 0, size: 24))
        image.symbols.append(SymbolImage("second", kind: 2, section: UInt16(section), value: 8, size: 16))
        #expect(throws: ObjectError.self) { try image.read() }
    }

    @Test func embeddedTextThatIsNoBase64OrNoObjectIsRefused() throws {
        let error = try #require(throws: ObjectError.self) { try ObjectFile(base64: "This is no Base64!") }
        #expect(error.code == .malformed)
        #expect(error.description.contains("Base64"))
        #expect(throws: ObjectError.self) { try ObjectFile(base64: "Zm9vYmFy") }
        #expect(throws: ObjectError.self) { try ObjectFile(base64: "") }
    }

    @Test(arguments: [0, 1, 2])
    func `records for a name that several sections have are refused`(_ part: Int) throws {
        var image = ObjectImage()
        image.addFunction("one", in: "tp/a/b", [.exit])
        image.addFunction("two", in: "tp/a/b", [.exit])
        let int = image.types.integer("int", size: 4)
        _ = try image.read()
        let block = BTFExtensionImage.Block(sectionName: image.types.string("tp/a/b"), [[0, int, image.types.string("0"), 8]])
        switch part {
        case 0: image.part.functions = [.init(sectionName: block.sectionName, [[0, int]])]
        case 1: image.part.lines = [block]
        default: image.part.relocations = [block]
        }
        #expect(try error(image).description.contains("several sections are called 'tp/a/b'"))
    }

    @Test func `variables of several sections of one name are refused`() throws {
        var image = ObjectImage()
        let int = image.types.integer("int", size: 4)
        image.addVariables(".data", bytes: [0, 0, 0, 0], [("a", int, 0, 4)])
        _ = try image.read()
        image.elf.add(SectionImage(name: ".data", kind: 1, flags: 3, bytes: [0, 0, 0, 0]))
        #expect(try error(image).description.contains("several sections are called '.data'"))
    }

    @Test func `a path of a relocation that has no end is refused`() throws {
        var image = ObjectImage()
        image.addFunction("main", in: "tp/a/b", [.exit])
        let int = image.types.integer("int", size: 4)
        let path = image.types.string(String(repeating: "0:", count: 100_000))
        image.part.relocations = [.init(sectionName: image.types.string("tp/a/b"), [[0, int, path, 8]])]
        let error = try error(image)
        #expect(error.code == .malformed && error.description.contains("path of more than 1024 bytes"))
    }

    @Test func `a map that is declared with thousands of members is refused`() throws {
        var image = ObjectImage()
        let int = image.types.integer("int", size: 4)
        let number = image.types.pointer(to: image.types.array(of: int, count: 1))
        let members = (0..<5000).map { BTFImage.Member("type", number, at: UInt32($0) * 64) }
        let map = image.types.structure("", size: 40_000, members)
        image.addVariables(".maps", bytes: [UInt8](repeating: 0, count: 40_000), [("map", map, 0, 40_000)])
        #expect(try error(image).description.contains("5000 members"))
    }

    @Test func `a section's name without an end is refused in records`() throws {
        var image = ObjectImage()
        image.part.functions = [.init(sectionName: image.types.string(String(repeating: "x", count: 5000)), [])]
        guard case .btf(let cause) = try error(image).code else { throw Unexpected("another error") }
        #expect(cause.code == .malformed && cause.description.contains("4,096"))
    }
}
