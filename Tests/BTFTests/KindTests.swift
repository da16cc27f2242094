// SPDX-License-Identifier: Apache-2.0

import BTF
import Bytes
import TestImages
import Testing

/// Every kind decodes to what its words say, in both byte orders.
@Suite struct KindTests {
    static let orders = [ByteOrder.littleEndian, .bigEndian]

    /// The last type of an image, behind an `int` of number 1.
    private func decode(_ order: ByteOrder, _ build: (inout BTFImage) -> UInt32) throws -> BTFType {
        var image = BTFImage(order: order)
        image.integer("int", size: 4, encoding: 1)
        let id = build(&image)
        // A type behind it shows whether its length was right.
        image.alias("after", 1)
        let btf = try BTF(ByteView(image.bytes()))
        #expect(try btf.name(of: TypeID(id + 1)) == "after")
        return try btf.type(TypeID(id))
    }

    @Test func theKindsAreThoseOfTheKernel() {
        #expect(BTFKind.allCases.map(\.rawValue) == Array(0...19))
        let words = BTFKind.allCases.map(\.word)
        #expect(words[4...8] == ["struct", "union", "enum", "forward", "typedef"])
        #expect(words[9...11] == ["volatile", "const", "restrict"])
        #expect(words[19] == "enum")
    }

    @Test(arguments: orders)
    func integersHaveTheirEncoding(_ order: ByteOrder) throws {
        for (encoding, isSigned, isCharacter, isBoolean) in [
            (UInt32(0), false, false, false), (1, true, false, false), (2, false, true, false), (4, false, false, true),
            (3, true, true, false),
        ] {
            let type = try decode(order) { $0.add(kind: 1, name: "x", sizeOrType: 8, [encoding << 24 | 5 << 16 | 63]) }
            guard case .integer(let integer) = type else { throw Unexpected(type) }
            #expect(integer.name == "x")
            #expect(integer.byteCount == 8)
            #expect(integer.bitCount == 63)
            #expect(integer.bitOffset == 5)
            #expect(integer.isSigned == isSigned)
            #expect(integer.isCharacter == isCharacter)
            #expect(integer.isBoolean == isBoolean)
        }
    }

    @Test(arguments: orders)
    func pointersAndQualifiersLeadToTheirTarget(_ order: ByteOrder) throws {
        #expect(try decode(order) { $0.pointer(to: 1) } == .pointer(to: TypeID(1)))
        #expect(try decode(order) { $0.pointer(to: 0) } == .pointer(to: .void))
        #expect(try decode(order) { $0.alias("pid_t", 1) } == .alias(name: "pid_t", TypeID(1)))
        #expect(try decode(order) { $0.add(kind: 9, sizeOrType: 1) } == .qualified(.volatile, TypeID(1)))
        #expect(try decode(order) { $0.add(kind: 10, sizeOrType: 1) } == .qualified(.constant, TypeID(1)))
        #expect(try decode(order) { $0.add(kind: 11, sizeOrType: 1) } == .qualified(.restrict, TypeID(1)))
        #expect(try decode(order) { $0.add(kind: 18, name: "user", sizeOrType: 1) } == .typeTag(name: "user", TypeID(1)))
        #expect(
            try decode(order) { $0.add(kind: 18, name: "aligned", flag: true, sizeOrType: 1) }
                == .typeAttribute(name: "aligned", TypeID(1)))
    }

    @Test(arguments: orders)
    func arraysHaveElementIndexAndCount(_ order: ByteOrder) throws {
        let type = try decode(order) { $0.add(kind: 3, [7, 1, 0xFFFF_FFFF]) }
        guard case .array(let array) = type else { throw Unexpected(type) }
        #expect(array.element == TypeID(7))
        #expect(array.index == TypeID(1))
        #expect(array.count == .max)
    }

    @Test(arguments: orders, [false, true])
    func structsAndUnionsHaveTheirMembers(_ order: ByteOrder, _ isUnion: Bool) throws {
        let type = try decode(order) {
            $0.structure("s", size: 12, isUnion: isUnion, [.init("a", 1, at: 0), .init("", 9, at: 0xFFFF_FFE0)])
        }
        guard case .composite(let composite) = type else { throw Unexpected(type) }
        #expect(composite.name == "s")
        #expect(composite.isUnion == isUnion)
        #expect(composite.byteCount == 12)
        #expect(composite.members.map(\.name) == ["a", ""])
        #expect(composite.members.map(\.type.rawValue) == [1, 9])
        #expect(composite.members.map(\.bitOffset) == [0, 0xFFFF_FFE0], "without the flag, all 32 bits are the offset")
        #expect(composite.members.map(\.bitCount) == [0, 0])
    }

    @Test(arguments: orders)
    func withTheFlagMembersAreBitfields(_ order: ByteOrder) throws {
        let type = try decode(order) {
            $0.structure("s", size: 4, [.init("a", 1, at: 3, bits: 5), .init("b", 1, at: 0xFF_FFFF, bits: 255), .init("c", 1, at: 32)])
        }
        guard case .composite(let composite) = type else { throw Unexpected(type) }
        #expect(composite.members.map(\.bitOffset) == [3, 0xFF_FFFF, 32])
        #expect(composite.members.map(\.bitCount) == [5, 255, 0])
    }

    @Test(arguments: orders)
    func enumerationsExtendTheirValuesByTheirSign(_ order: ByteOrder) throws {
        let values: [(String, Int32)] = [("ZERO", 0), ("NEGATIVE", -2), ("LOWEST", .min)]
        guard case .enumeration(let signed) = try decode(order, { $0.enumeration("e", isSigned: true, values) }),
            case .enumeration(let unsigned) = try decode(order, { $0.enumeration("e", size: 1, values) })
        else { throw Unexpected("something else than two enumerations") }
        #expect(signed.isSigned && !signed.is64Bit)
        #expect(signed.byteCount == 4)
        #expect(signed.values.map(\.name) == ["ZERO", "NEGATIVE", "LOWEST"])
        #expect(signed.values.map { Int64(bitPattern: $0.bits) } == [0, -2, -0x8000_0000])
        #expect(!unsigned.isSigned && !unsigned.is64Bit)
        #expect(unsigned.byteCount == 1)
        #expect(unsigned.values.map(\.bits) == [0, 0xFFFF_FFFE, 0x8000_0000])
    }

    @Test(arguments: orders)
    func wideEnumerationsHaveTheLowHalfFirst(_ order: ByteOrder) throws {
        let type = try decode(order) {
            $0.enumeration64("w", isSigned: true, [("A", 0x0123_4567_89AB_CDEF), ("B", .max), ("C", 1)])
        }
        guard case .enumeration(let enumeration) = type else { throw Unexpected(type) }
        #expect(enumeration.is64Bit && enumeration.isSigned)
        #expect(enumeration.byteCount == 8)
        #expect(enumeration.values.map(\.bits) == [0x0123_4567_89AB_CDEF, .max, 1])
        #expect(enumeration.values.map(\.name) == ["A", "B", "C"])
    }

    @Test(arguments: orders)
    func forwardsSayWhetherTheyAreUnions(_ order: ByteOrder) throws {
        #expect(try decode(order) { $0.add(kind: 7, name: "f") } == .forward(name: "f", isUnion: false))
        #expect(try decode(order) { $0.add(kind: 7, name: "f", flag: true) } == .forward(name: "f", isUnion: true))
    }

    @Test(arguments: orders)
    func functionsHavePrototypeAndLinkage(_ order: ByteOrder) throws {
        for (number, linkage) in [(0, BTFType.Linkage.static), (1, .global), (2, .extern)] {
            #expect(
                try decode(order) { $0.function("f", prototype: 5, linkage: number) }
                    == .function(name: "f", prototype: TypeID(5), linkage: linkage))
        }
    }

    @Test(arguments: orders)
    func prototypesHaveResultAndParameters(_ order: ByteOrder) throws {
        let type = try decode(order) { $0.prototype(result: 0, [("a", 1), ("", 0)]) }
        guard case .prototype(let result, let parameters) = type else { throw Unexpected(type) }
        #expect(result == .void)
        #expect(parameters.map(\.name) == ["a", ""])
        #expect(parameters.map(\.type.rawValue) == [1, 0])
    }

    @Test(arguments: orders)
    func variablesHaveTypeAndLinkage(_ order: ByteOrder) throws {
        #expect(try decode(order) { $0.variable("v", 1) } == .variable(name: "v", TypeID(1), linkage: .global))
        #expect(try decode(order) { $0.variable("v", 1, linkage: 0) } == .variable(name: "v", TypeID(1), linkage: .static))
    }

    @Test(arguments: orders)
    func aLinkageThatDoesNotExistIsMalformed(_ order: ByteOrder) throws {
        for build in [
            { $0.variable("v", 1, linkage: 3) }, { $0.variable("v", 1, linkage: .max) }, { $0.function("f", prototype: 1, linkage: 3) },
        ] as [(inout BTFImage) -> UInt32] {
            let error = try #require(throws: BTFError.self) { try decode(order, build) }
            #expect(error.code == .malformed)
            #expect(error.description.contains("linkage"))
        }
    }

    @Test(arguments: orders)
    func dataSectionsHaveTheirVariables(_ order: ByteOrder) throws {
        let type = try decode(order) { $0.dataSection(".data", size: 24, [(2, 0, 4), (3, 8, 16)]) }
        guard case .dataSection(let section) = type else { throw Unexpected(type) }
        #expect(section.name == ".data")
        #expect(section.byteCount == 24)
        #expect(section.variables.map(\.type.rawValue) == [2, 3])
        #expect(section.variables.map(\.byteOffset) == [0, 8])
        #expect(section.variables.map(\.byteCount) == [4, 16])
    }

    @Test(arguments: orders)
    func floatsAndTagsHaveTheirNames(_ order: ByteOrder) throws {
        #expect(try decode(order) { $0.add(kind: 16, name: "double", sizeOrType: 8) } == .floatingPoint(name: "double", byteCount: 8))
        #expect(
            try decode(order) { $0.add(kind: 17, name: "tag", sizeOrType: 1, [UInt32.max]) }
                == .declarationTag(name: "tag", TypeID(1), component: -1))
        #expect(
            try decode(order) { $0.add(kind: 17, name: "tag", sizeOrType: 1, [3]) }
                == .declarationTag(name: "tag", TypeID(1), component: 3))
        #expect(
            try decode(order) { $0.add(kind: 17, name: "packed", flag: true, sizeOrType: 1, [0]) }
                == .declarationAttribute(name: "packed", TypeID(1), component: 0))
    }

    @Test(arguments: orders, [0, 20, 21, 31] as [UInt32])
    func aKindThatIsNotKnownIsRefusedWithItsNumber(_ order: ByteOrder, _ kind: UInt32) throws {
        let error = try #require(throws: BTFError.self) { try decode(order) { $0.add(kind: kind) } }
        #expect(error.code == .unknownKind)
        #expect(error.description.contains("type 2"))
        #expect(error.description.contains("kind \(kind)"))
    }
}
