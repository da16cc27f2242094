// SPDX-License-Identifier: Apache-2.0

import BPFObject
import BTF
import Bytes
import TestImages
import Testing

@Suite struct DataSectionTests {
    @Test func aSectionOfVariablesBecomesAMapWithItsContents() throws {
        var image = ObjectImage()
        let int = image.types.integer("int", size: 4, encoding: 1)
        image.addVariables(".data", bytes: [1, 0, 0, 0, 2, 0, 0, 0], [("b", int, 4, 4), ("a", int, 0, 4)])
        let object = try image.read()
        let map = try #require(object.maps.first)
        #expect(map.name == ".data")
        #expect(map.type == .array)
        #expect(map.keySize == 4)
        #expect(map.valueSize == 8)
        #expect(map.maxEntries == 1)
        #expect(map.contents == [1, 0, 0, 0, 2, 0, 0, 0])
        #expect(try object.btf?.name(of: map.valueType) == ".data")
        #expect(object.variables.map(\.name) == ["b", "a"])
        #expect(object.variables.map(\.offset) == [4, 0], "the symbols say where variables lie")
        #expect(object.variables.map(\.size) == [4, 4])
        #expect(object.variables.map(\.mapIndex) == [0, 0])
    }

    @Test(arguments: [
        (".rodata", true), (".rodata.config", true), (".data", false), (".data.hot", false), (".bss", false), (".bss.large", false),
    ])
    func onlyConstantsAreFrozenAndReadOnly(_ name: String, _ isConstant: Bool) throws {
        var image = ObjectImage()
        image.addVariables(name, bytes: [7], [])
        let map = try #require(try image.read().maps.first)
        #expect(map.isFrozen == isConstant)
        #expect(map.flags.contains(.readOnlyForPrograms) == isConstant)
        #expect(map.flags.contains(.mappable))
    }

    @Test(arguments: [".database", ".rodatabase", ".bssx", "data", ".text", "license", ".strings"])
    func otherSectionsAreNoVariables(_ name: String) throws {
        var image = ObjectImage()
        image.elf.add(SectionImage(name: name, kind: 1, flags: 3, bytes: [1, 2, 3, 4]))
        #expect(try image.read().maps.isEmpty)
    }

    @Test func sectionsThatAreEmptyOrNotAllocatedAreNoMaps() throws {
        var image = ObjectImage()
        image.elf.add(SectionImage(name: ".data", kind: 1, flags: 3))
        image.elf.add(SectionImage(name: ".rodata", kind: 1, flags: 0, bytes: [1]))
        #expect(try image.read().maps.isEmpty)
    }

    @Test func aSectionWithoutBitsBeginsWithZeros() throws {
        var image = ObjectImage()
        let int = image.types.integer("int", size: 4)
        image.addVariables(".bss", kind: 8, size: 12, [("a", int, 8, 4)])
        let object = try image.read()
        #expect(object.maps.first?.valueSize == 12)
        #expect(object.maps.first?.contents.map { $0.allSatisfy { $0 == 0 } } ?? true)
    }

    @Test(arguments: [0x8000_0000, 0xFFFF_FFFF, 1 << 32, .max] as [UInt64])
    func aSectionOfTwoGigabytesAndMoreIsRefused(_ size: UInt64) throws {
        var image = ObjectImage()
        image.elf.add(SectionImage(name: ".bss", kind: 8, flags: 3, claimedSize: size))
        let error = try #require(throws: ObjectError.self) { try image.read() }
        #expect(error.code == .malformed)
        #expect(error.description.contains(".bss"))
    }

    @Test(arguments: [(8, 4), (5, 4), (0, 9), (.max, 4), (1 << 63, 4), (0, .max), (.max, .max)] as [(UInt64, UInt32)])
    func aVariableThatLiesOutsideOfItsSectionIsNamed(_ offset: UInt64, _ size: UInt32) throws {
        var image = ObjectImage()
        let int = image.types.integer("int", size: 4)
        image.addVariables(".data", bytes: [UInt8](repeating: 0, count: 8), [("counter", int, offset, size)])
        let error = try #require(throws: ObjectError.self) { try image.read() }
        #expect(error.code == .malformed)
        #expect(error.description.contains("'counter'"))
        #expect(error.description.contains(".data"))
    }

    @Test func aVariableWithoutASymbolIsNamed() throws {
        var image = ObjectImage()
        let int = image.types.integer("int", size: 4)
        image.addVariables(".data", bytes: [0, 0, 0, 0], [("counter", int, 0, 4)])
        for change in [{ $0.symbols[0].name = "other" }, { $0.symbols[0].kind = 2 }, { $0.symbols[0].section = 7 }] as [(inout ObjectImage) -> Void] {
            var changed = image
            change(&changed)
            let error = try #require(throws: ObjectError.self) { try changed.read() }
            #expect(error.description.contains("'counter'"))
            #expect(error.description.contains(".data"))
        }
    }

    @Test func aSectionThatHoldsSomethingElseThanVariablesIsRefused() throws {
        var image = ObjectImage()
        let int = image.types.integer("int", size: 4)
        image.elf.add(SectionImage(name: ".data", kind: 1, flags: 3, bytes: [0, 0, 0, 0]))
        image.types.dataSection(".data", size: 4, [(int, 0, 4)])
        guard case .btf(let cause) = try #require(throws: ObjectError.self, performing: { try image.read() }).code else {
            throw Unexpected("another error")
        }
        #expect(cause.code == .malformed)
        #expect(cause.description.contains("no variable"))
    }

    @Test func theTypesForLoadingKnowWhereVariablesLie() throws {
        var image = ObjectImage()
        let int = image.types.integer("int", size: 4)
        let long = image.types.integer("long", size: 8)
        image.addVariables(".data", bytes: [UInt8](repeating: 0, count: 16), [("a", int, 12, 4), ("b", long, 0, 8)])
        let bytes = try #require(try image.read().btfForLoading())
        let types = try BTF(ByteView(bytes))
        let id = try #require(types.types(named: ".data", kinds: [.dataSection]).first)
        let type = try types.type(id)
        guard case .dataSection(let section) = type else { throw Unexpected(type) }
        #expect(section.byteCount == 16)
        #expect(section.variables.map(\.byteOffset) == [0, 12])
        #expect(section.variables.map(\.byteCount) == [8, 4])
    }

    @Test func variablesAreSetByNameAndSize() throws {
        var image = ObjectImage()
        let int = image.types.integer("int", size: 4)
        image.addVariables(".data", bytes: [1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3], [("a", int, 4, 4), ("z", int, 8, 4)])
        var object = try image.read()
        let before = object
        try object.set("a", to: Int32(-1))
        #expect(object.maps[0].contents == [1, 1, 1, 1, 255, 255, 255, 255, 3, 3, 3, 3])
        try object.set("z", bytes: [4, 5, 6, 7])
        #expect(object.maps[0].contents == [1, 1, 1, 1, 255, 255, 255, 255, 4, 5, 6, 7])
        #expect(before.maps[0].contents == [1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3], "another value of the object is another object")
    }

    @Test func variablesAreReadAsTheyBeginOrWereSet() throws {
        var image = ObjectImage()
        let int = image.types.integer("int", size: 4)
        image.addVariables(".data", bytes: [1, 0, 0, 0, 255, 255, 255, 255], [("a", int, 0, 4), ("z", int, 4, 4)])
        image.addVariables(".bss", kind: 8, size: 4, [("zero", int, 0, 4)])
        var object = try image.read()
        #expect(try object.value(of: "a", as: Int32.self) == 1)
        #expect(try object.value(of: "z", as: Int32.self) == -1)
        #expect(try object.value(of: "zero", as: Int32.self) == 0)
        try object.set("z", to: Int32(9))
        #expect(try object.value(of: "z", as: Int32.self) == 9)
        #expect(#expect(throws: ObjectError.self) { try object.value(of: "a", as: UInt64.self) }?.code == .wrongSize)
        #expect(#expect(throws: ObjectError.self) { try object.value(of: "b", as: Int32.self) }?.code == .noSuchName)
    }

    @Test func aNumberOfAnotherKindIsRefused() throws {
        var image = ObjectImage()
        let int = image.types.integer("int", size: 4)
        let float = image.types.add(kind: 16, name: "float", count: 0, sizeOrType: 4, [])
        image.addVariables(".data", bytes: [1, 0, 0, 0, 0, 0, 128, 63], [("count", int, 0, 4), ("share", float, 4, 4)])
        var object = try image.read()
        #expect(#expect(throws: ObjectError.self) { try object.set("count", to: Float(1.5)) }?.code == .wrongType)
        #expect(#expect(throws: ObjectError.self) { try object.set("share", to: Int32(1)) }?.code == .wrongType)
        #expect(#expect(throws: ObjectError.self) { try object.value(of: "share", as: Int32.self) }?.code == .wrongType)
        #expect(try object.value(of: "share", as: Float.self) == 1)
        try object.set("share", to: Float(2))
        #expect(try object.value(of: "share", as: Float.self) == 2)
    }

    @Test func aValueOfAnotherSizeIsRefusedWithBothSizes() throws {
        var image = ObjectImage()
        let int = image.types.integer("int", size: 4)
        image.addVariables(".data", bytes: [1, 2, 3, 4], [("target", int, 0, 4)])
        var object = try image.read()
        let error = try #require(throws: ObjectError.self) { try object.set("target", to: UInt64(1)) }
        #expect(error.code == .wrongSize)
        #expect(error.description.contains("'target'"))
        #expect(error.description.contains("4 bytes"))
        #expect(error.description.contains("8"))
        #expect(throws: ObjectError.self) { try object.set("target", bytes: []) }
        #expect(object.maps[0].contents == [1, 2, 3, 4])
    }

    @Test func aNameThatNoVariableHasIsRefusedWithThoseThatThereAre() throws {
        var image = ObjectImage()
        let int = image.types.integer("int", size: 4)
        image.addVariables(".data", bytes: [UInt8](repeating: 0, count: 8), [("zebra", int, 0, 4), ("ant", int, 4, 4)])
        var object = try image.read()
        let error = try #require(throws: ObjectError.self) { try object.set("bear", to: Int32(1)) }
        #expect(error.code == .noSuchName)
        #expect(error.description.contains("'bear'"))
        #expect(error.description.contains("ant, zebra"))
    }

    @Test func aVariableWhoseMapWasTakenAwayIsRefused() throws {
        var image = ObjectImage()
        let int = image.types.integer("int", size: 4)
        image.addVariables(".data", bytes: [0, 0, 0, 0], [("a", int, 0, 4)])
        var object = try image.read()
        object.maps.removeAll()
        #expect(throws: ObjectError.self) { try object.set("a", to: Int32(1)) }
    }
}
