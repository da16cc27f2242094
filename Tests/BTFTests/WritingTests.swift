// SPDX-License-Identifier: Apache-2.0

import BTF
import Bytes
import TestImages
import Testing

/// What is built is read as it was meant.
@Suite struct WritingTests {
    static let orders = [ByteOrder.littleEndian, .bigEndian]

    private func copyByTypes(_ btf: BTF, _ order: ByteOrder) throws -> BTF {
        var builder = BTFBuilder()
        for id in btf.typeIDs { #expect(try builder.add(btf.type(id)) == id) }
        return try builder.btf(order)
    }

    @Test(arguments: orders, orders)
    func typesOfEveryKindAreReadAsTheyWereWritten(_ from: ByteOrder, _ to: ByteOrder) throws {
        let btf = try BTF(ByteView(imageOfEveryKind(from).bytes()))
        let copy = try copyByTypes(btf, to)
        #expect(copy.byteOrder == to)
        #expect(try copy.allTypes() == btf.allTypes())
        #expect(Set(try btf.typeIDs.map { try btf.kind(of: $0) }).count == 19)
    }

    @Test(arguments: orders)
    func aWholeThatIsCopiedAndNotChangedHasTheSameBytes(_ order: ByteOrder) throws {
        let bytes = imageOfEveryKind(order).bytes()
        #expect(try BTFBuilder(copying: BTF(ByteView(bytes))).bytes() == bytes)
    }

    @Test(.enabled(if: RunningKernel.isThere, RunningKernel.missing))
    func theTypesOfTheKernelAreReadAsTheyWereWritten() throws {
        let kernel = try RunningKernel.types()
        var builder = BTFBuilder()
        var differing = 0
        // Every seventh type: the kinds repeat, and a build for debugging is slow.
        for id in kernel.typeIDs where id.rawValue % 7 == 0 { try builder.add(kernel.type(id)) }
        let copy = try builder.btf(.bigEndian)
        for id in copy.typeIDs {
            if try copy.type(id) != kernel.type(TypeID(7 * id.rawValue)) { differing += 1 }
        }
        #expect(differing == 0)
        #expect(BTFBuilder(copying: kernel).bytes() == kernel.bytes.array())
    }

    @Test func aStringStandsOnce() throws {
        var builder = BTFBuilder()
        let first = try builder.string("name")
        #expect(try builder.string("nam") != first)
        for number in 0..<1000 { _ = try builder.string("string \(number)") }
        #expect(try builder.string("name") == first)
        #expect(try builder.string("") == 0)
        #expect(try builder.btf().string(at: first) == "name")
    }

    @Test func whatIsAddedToACopyContinuesItsNumbersAndStrings() throws {
        let btf = try BTF(ByteView(imageOfEveryKind(.native).bytes()))
        var builder = BTFBuilder(copying: btf)
        let task = try builder.string("task")
        #expect(btf.string(at: task) == "task")
        let added = try builder.addPointer(to: TypeID(4))
        #expect(Int(added.rawValue) == btf.count)
        let larger = try builder.btf()
        #expect(try larger.type(added) == .pointer(to: TypeID(4)))
        #expect(try Array(larger.allTypes().dropLast()) == btf.allTypes())
    }

    @Test(arguments: orders)
    func typesOnABaseContinueItsNumbersAndReuseItsStrings(_ order: ByteOrder) throws {
        let base = try BTF(ByteView(imageOfEveryKind(order).bytes()))
        var builder = BTFBuilder(base: base)
        #expect(Int(builder.nextType.rawValue) == base.count)
        let alias = try builder.addAlias("task", of: TypeID(4))
        let other = try builder.addAlias("of_the_module", of: alias)
        let btf = try builder.btf()
        #expect(btf.byteOrder == order)
        #expect(try btf.type(alias) == .alias(name: "task", TypeID(4)))
        #expect(try btf.type(other) == .alias(name: "of_the_module", alias))
        let names = "of_the_module".utf8.count + 1
        #expect(btf.bytes.count == 24 + 24 + names)
        #expect(BTFBuilder(copying: btf).bytes() == btf.bytes.array())
        #expect(throws: BTFError.self) { try builder.btf(order == .littleEndian ? .bigEndian : .littleEndian) }
    }

    @Test func whatBTFHasNoPlaceForIsRefused() throws {
        var builder = BTFBuilder()
        let members = [CompositeType.Member](repeating: .init(name: "", type: .void, bitOffset: 0), count: 65536)
        #expect(throws: BTFError.self) { try builder.addStructure("many", byteCount: 4, members: members) }
        #expect(throws: BTFError.self) {
            try builder.addStructure("far", byteCount: 4, members: [.init(name: "b", type: .void, bitOffset: 1 << 24, bitCount: 1)])
        }
        #expect(throws: BTFError.self) {
            try builder.add(.enumeration(EnumerationType(name: "wide", values: [.init(name: "A", bits: 1 << 32)])))
        }
        #expect(throws: BTFError.self) {
            try builder.add(.enumeration(EnumerationType(name: "wide", isSigned: true, values: [.init(name: "A", bits: 1 << 31)])))
        }
        #expect(throws: BTFError.self) { try builder.addAlias("nul\0inside", of: .void) }
        #expect(builder.count == 1)
    }

    @Test func namesThatLayOutsideOfTheStringsStayEmptyWhenStringsAreAdded() throws {
        var image = BTFImage()
        image.integer("x", size: 4)
        var bytes = image.bytes()
        try bytes.overwrite(UInt32(3), at: 24)
        var builder = BTFBuilder(copying: try BTF(ByteView(bytes)))
        _ = try builder.string("abcdefgh")
        #expect(try builder.btf().name(of: TypeID(1)) == "")
    }

    @Test(arguments: orders)
    func recordsOfInstructionsAreReadAsTheyWereWritten(_ order: ByteOrder) throws {
        let btf = try BTF(ByteView(imageOfEveryKind(order).bytes()))
        var builder = BTFBuilder(copying: btf)
        let (file, text, access) = (try builder.string("a.c"), try builder.string("return 0;"), try builder.string("0:1"))
        let records = BTFExtension(
            functions: ["xdp": [.init(offset: 0, type: TypeID(15))], ".text": [.init(offset: 8, type: TypeID(15))]],
            lines: ["xdp": [.init(offset: 16, fileName: file, text: text, lineAndColumn: 3 << 10 | 7)]],
            relocations: ["xdp": [.init(offset: 24, type: TypeID(4), accessString: access, kind: 5)]])
        let bytes = try records.bytes(for: &builder, order)
        let read = try BTFExtension(ByteView(bytes), btf: builder.btf(order))
        #expect(read.functions == records.functions)
        #expect(read.lines == records.lines)
        #expect(read.relocations == records.relocations)
        #expect(read.lines["xdp"]?.first?.column == 7)
    }

    @Test func noRecordsAreAHeaderAlone() throws {
        var builder = BTFBuilder()
        let bytes = try BTFExtension().bytes(for: &builder)
        #expect(bytes.count == 32)
        let read = try BTFExtension(ByteView(bytes), btf: builder.btf())
        #expect(read.functions.isEmpty && read.lines.isEmpty && read.relocations.isEmpty)
    }
}
