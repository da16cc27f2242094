// SPDX-License-Identifier: Apache-2.0

import BTF
import Bytes
import TestImages
import Testing

@Suite struct HeaderTests {
    static let orders = [ByteOrder.littleEndian, .bigEndian]

    /// Where words stand in `struct btf_header`.
    private enum Field {
        static let headerLength = 4, typesOffset = 8, typesLength = 12, stringsOffset = 16, stringsLength = 20
    }

    private func bytes(_ order: ByteOrder = .littleEndian) -> [UInt8] {
        var image = BTFImage(order: order)
        let int = image.integer("int", size: 4, encoding: 1)
        image.alias("pid_t", int)
        return image.bytes()
    }

    private func error(_ bytes: [UInt8]) throws -> BTFError {
        try #require(throws: BTFError.self) { try BTF(ByteView(bytes)) }
    }

    @Test(arguments: orders)
    func theMagicNumberSaysTheOrder(_ order: ByteOrder) throws {
        let btf = try BTF(ByteView(bytes(order)))
        #expect(btf.byteOrder == order)
        #expect(btf.count == 3)
        #expect(btf.typeIDs.map(\.rawValue) == [1, 2])
        #expect(try btf.name(of: TypeID(2)) == "pid_t")
        #expect(btf.bytes.array() == bytes(order))
    }

    @Test(arguments: [[], [0x9F], [0x9F, 0xEC, 1, 0], Array("BTF!".utf8)] as [[UInt8]])
    func whatDoesNotBeginAsBTFDoesIsNone(_ bytes: [UInt8]) throws {
        #expect(try error(bytes).code == .notBTF)
    }

    @Test func anotherVersionIsRefusedWithItsNumber() throws {
        var changed = bytes()
        changed[2] = 2
        let error = try error(changed)
        #expect(error.code == .notBTF)
        #expect(error.description.contains("version 2"))
    }

    @Test func btfWithoutTypesHasOnlyVoid() throws {
        let btf = try BTF(ByteView(BTFImage().bytes()))
        #expect(btf.count == 1)
        #expect(btf.typeIDs.isEmpty)
        #expect(try btf.type(.void) == .void)
        #expect(try btf.kind(of: .void) == .void)
        #expect(try btf.name(of: .void) == "void")
        #expect(btf.types(named: "int", kinds: Set(BTFKind.allCases)).isEmpty)
    }

    @Test(arguments: orders, [0x1000, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF] as [UInt32])
    func partsThatLieOutsideAreTruncated(_ order: ByteOrder, _ value: UInt32) throws {
        for field in [Field.headerLength, Field.typesOffset, Field.typesLength, Field.stringsOffset, Field.stringsLength] {
            var changed = bytes(order)
            try changed.overwrite(value, at: field, order: order)
            #expect(try error(changed).code == .truncated, "field at \(field)")
        }
    }

    @Test(arguments: orders)
    func aLongerHeaderOfTheFutureIsSkipped(_ order: ByteOrder) throws {
        var longer = bytes(order)
        // Behind the place and length of the kinds' sizes, of which there are none.
        longer.insert(contentsOf: [UInt8](repeating: 0, count: 8) + [UInt8](repeating: 0xEE, count: 8), at: 24)
        try longer.overwrite(UInt32(40), at: Field.headerLength, order: order)
        let btf = try BTF(ByteView(longer))
        #expect(btf.count == 3)
        #expect(try btf.name(of: TypeID(1)) == "int")
    }

    @Test func stringsMustBeginWithTheEmptyOne() throws {
        var changed = bytes()
        let typesLength = try #require(ByteView(changed).integer(UInt32.self, at: Field.typesLength, order: .littleEndian))
        changed[24 + Int(typesLength)] = 0x41
        #expect(try error(changed).code == .needsBase)
    }

    @Test func aStringOffsetOutsideOfTheStringsIsTheEmptyString() throws {
        let btf = try BTF(ByteView(bytes()))
        #expect(btf.string(at: 1) == "int")
        #expect(btf.string(at: 2) == "nt")
        #expect(btf.string(at: 0) == "")
        #expect(btf.string(at: 1000) == "")
        #expect(btf.string(at: .max) == "")
    }

    @Test(arguments: [3, 4, 0x7FFF_FFFF, 0x8000_0000, UInt32.max])
    func aNumberOutsideOfTheTableIsNoType(_ number: UInt32) throws {
        let btf = try BTF(ByteView(bytes()))
        for ask in [{ _ = try btf.type($0) }, { _ = try btf.kind(of: $0) }, { _ = try btf.name(of: $0) }] as [(TypeID) throws -> Void] {
            let error = try #require(throws: BTFError.self) { try ask(TypeID(number)) }
            #expect(error.code == .noSuchType)
            #expect(error.description.contains("\(number)"))
        }
        #expect(throws: BTFError.self) { try btf.resolve(TypeID(number)) }
        #expect(throws: BTFError.self) { try btf.byteCount(of: TypeID(number)) }
    }

    @Test func aTypeThatDoesNotFitAtTheEndIsNamedByItsNumber() throws {
        var image = BTFImage(order: .littleEndian)
        image.integer("int", size: 4)
        image.structure("s", size: 8, [.init("a", 1, at: 0), .init("b", 1, at: 32)])
        var changed = image.bytes()
        // The second type's vlen says 3 members where two follow.
        try changed.overwrite(UInt16(3), at: 24 + 16 + 4, order: .littleEndian)
        let error = try error(changed)
        #expect(error.code == .truncated)
        #expect(error.description.contains("type 2"))
    }
}
