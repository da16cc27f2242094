// SPDX-License-Identifier: Apache-2.0

import BTF
import Bytes
import TestImages
import Testing

/// Types of several objects become those of one.
@Suite struct JoiningTests {
    @Test(arguments: [ByteOrder.littleEndian, .bigEndian])
    func allTypesOfBothAreThereWithNumbersMoved(_ order: ByteOrder) throws {
        let btf = try BTF(ByteView(imageOfEveryKind(order).bytes()))
        var builder = BTFBuilder()
        try builder.addInteger("long", byteCount: 8)
        let map = try builder.append(contentsOf: btf)
        #expect(map == [.void] + btf.typeIDs.map { TypeID($0.rawValue + 1) })
        let joined = try builder.btf()
        #expect(joined.count == btf.count + 1)
        #expect(try joined.type(map[2]) == .pointer(to: map[4]))
        #expect(try joined.kind(of: map[19]) == btf.kind(of: TypeID(19)))
        for id in btf.typeIDs { #expect(try joined.name(of: map[Int(id.rawValue)]) == btf.name(of: id)) }
    }

    @Test func typesOnABaseBringItAlongUnlessItIsThere() throws {
        let base = try BTF(ByteView(imageOfEveryKind(.native).bytes()))
        var split = BTFBuilder(base: base)
        try split.addAlias("mine", of: TypeID(4))
        let btf = try split.btf()
        var alone = BTFBuilder()
        #expect(try alone.append(contentsOf: btf).count == btf.count)
        #expect(alone.count == btf.count)
        var beside = BTFBuilder(base: base)
        try beside.addInteger("first", byteCount: 4)
        let map = try beside.append(contentsOf: btf)
        #expect(beside.count == base.count + 2)
        #expect(map[4] == TypeID(4))
        #expect(try beside.btf().type(try #require(map.last)) == .alias(name: "mine", TypeID(4)))
    }

    @Test func aReferenceToATypeThatIsNotThereIsRefused() throws {
        var image = BTFImage()
        image.pointer(to: 2)
        let btf = try BTF(ByteView(image.bytes()))
        var builder = BTFBuilder()
        let error = #expect(throws: BTFError.self) { try builder.append(contentsOf: btf) }
        #expect(error?.code == .noSuchType)
        #expect(builder.count == 1)
    }

    @Test func recordsOfInstructionsMoveWithTheTypes() throws {
        var image = BTFImage()
        let prototype = image.prototype(result: 0, [])
        let function = image.function("f", prototype: prototype)
        let (section, file, access) = (image.string("xdp"), image.string("a.c"), image.string("0:1"))
        let btf = try BTF(ByteView(image.bytes()))
        let records = BTFExtension(
            functions: ["xdp": [.init(offset: 0, type: TypeID(function))]],
            lines: ["xdp": [.init(offset: 0, fileName: file, text: section, lineAndColumn: 1024)]],
            relocations: ["xdp": [.init(offset: 0, type: TypeID(function), accessString: access, kind: 0)]])
        var builder = BTFBuilder()
        try builder.addInteger("int", byteCount: 4)
        let types = try builder.append(contentsOf: btf)
        let moved = try records.moved(from: btf, to: &builder, types: types)
        let joined = try builder.btf()
        #expect(moved.functions["xdp"]?.first?.type == TypeID(function + 1))
        #expect(joined.string(at: try #require(moved.lines["xdp"]?.first?.fileName)) == "a.c")
        #expect(joined.string(at: try #require(moved.relocations["xdp"]?.first?.accessString)) == "0:1")
        #expect(throws: BTFError.self) { try records.moved(from: btf, to: &builder, types: [.void]) }
    }
}
