// SPDX-License-Identifier: Apache-2.0

import BTF
import Bytes
import TestImages
import Testing

@Suite struct PatchingTests {
    static let orders = [ByteOrder.littleEndian, .bigEndian]

    /// Types 2, 3 and 4 are variables, 5 and 6 sections that hold them; nothing is laid out.
    private func btf(_ order: ByteOrder) throws -> BTF {
        var image = BTFImage(order: order)
        image.integer("int", size: 4)
        for name in ["a", "b", "c"] { image.variable(name, 1) }
        image.dataSection(".data", size: 0, [(2, 0, 4), (3, 0, 8), (4, 0, 2)])
        image.dataSection(".bss", size: 0, [(3, 0, 8)])
        return try BTF(ByteView(image.bytes()))
    }

    private func section(_ btf: BTF, _ id: UInt32) throws -> DataSectionType {
        let type = try btf.type(TypeID(id))
        guard case .dataSection(let section) = type else { throw Unexpected(type) }
        return section
    }

    @Test(arguments: orders)
    func aSectionIsLaidOutInTheOrderOfItsOffsets(_ order: ByteOrder) throws {
        let before = try btf(order)
        let bytes = try before.bytes(layingOut: [TypeID(5): .init(byteCount: 24, offsets: [16, 0, 12])])
        let after = try BTF(ByteView(bytes))
        let data = try section(after, 5)
        #expect(data.byteCount == 24)
        #expect(data.variables.map(\.byteOffset) == [0, 12, 16])
        #expect(data.variables.map(\.type.rawValue) == [3, 4, 2], "the variable moves with its offset")
        #expect(data.variables.map(\.byteCount) == [8, 2, 4], "and so does its size")
        #expect(data.name == ".data")
    }

    @Test(arguments: orders)
    func nothingElseChanges(_ order: ByteOrder) throws {
        let before = try btf(order)
        let bytes = try before.bytes(layingOut: [TypeID(5): .init(byteCount: 24, offsets: [16, 0, 12])])
        #expect(bytes.count == before.bytes.count)
        let after = try BTF(ByteView(bytes))
        #expect(after.count == before.count)
        for id in before.typeIDs where id != TypeID(5) { #expect(try after.type(id) == before.type(id)) }
        #expect(try before.bytes(layingOut: [:]) == before.bytes.array())
        #expect(try section(before, 5).variables.map(\.byteOffset) == [0, 0, 0], "the original stays as it was")
    }

    @Test(arguments: orders)
    func severalSectionsAreLaidOutAtOnce(_ order: ByteOrder) throws {
        let after = try BTF(
            ByteView(
                try btf(order).bytes(layingOut: [
                    TypeID(5): .init(byteCount: 64, offsets: [0, 8, 16]), TypeID(6): .init(byteCount: .max, offsets: [.max]),
                ])))
        #expect(try section(after, 5).variables.map(\.byteOffset) == [0, 8, 16])
        #expect(try section(after, 6).byteCount == .max)
        #expect(try section(after, 6).variables.map(\.byteOffset) == [.max])
    }

    @Test(arguments: [[], [0, 8], [0, 8, 16, 24]] as [[UInt32]])
    func aLayoutOfAnotherNumberOfVariablesIsRefused(_ offsets: [UInt32]) throws {
        let btf = try btf(.native)
        let error = try #require(throws: BTFError.self) {
            try btf.bytes(layingOut: [TypeID(5): .init(byteCount: 64, offsets: offsets)])
        }
        #expect(error.code == .malformed)
        #expect(error.description.contains("type 5"))
    }

    @Test(arguments: [1, 2, 7, 0, UInt32.max])
    func aLayoutOfATypeThatIsNoSectionIsRefused(_ id: UInt32) throws {
        let btf = try btf(.native)
        #expect(throws: BTFError.self) { try btf.bytes(layingOut: [TypeID(id): .init(byteCount: 0, offsets: [])]) }
    }

    @Test(arguments: orders)
    func hiddenFunctionsAreStaticAndOthersAreWhatTheyWere(_ order: ByteOrder) throws {
        var builder = BTFBuilder()
        let integer = try builder.addInteger("int", byteCount: 4, isSigned: true)
        let prototype = try builder.addPrototype(result: integer, parameters: [])
        let ids = try ["a", "b", "c"].map { try builder.addFunction($0, prototype: prototype, linkage: $0 == "c" ? .extern : .global) }
        let before = try builder.btf(order)
        let after = try BTF(ByteView(before.bytes(layingOut: [:], hidden: [ids[1], ids[2], integer])))
        #expect(try after.type(ids[0]) == before.type(ids[0]))
        #expect(try after.type(ids[1]) == .function(name: "b", prototype: prototype, linkage: .static))
        #expect(try after.type(ids[2]) == before.type(ids[2]))
        #expect(try after.type(integer) == before.type(integer))
        #expect(throws: BTFError.self) { try before.bytes(layingOut: [:], hidden: [TypeID(99)]) }
    }
}
