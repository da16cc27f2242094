// SPDX-License-Identifier: Apache-2.0

import BTF
import Bytes
import TestImages
import Testing

@Suite struct ResolvingTests {
    private func btf(_ build: (inout BTFImage) -> Void) throws -> BTF {
        var image = BTFImage()
        image.integer("int", size: 4, encoding: 1)
        build(&image)
        return try BTF(ByteView(image.bytes()))
    }

    private func malformed(_ ask: () throws -> Void) throws -> String {
        let error = try #require(throws: BTFError.self) { try ask() }
        #expect(error.code == .malformed)
        return error.description
    }

    @Test func typedefsAndQualifiersAreTakenAway() throws {
        let btf = try btf {
            let alias = $0.alias("a", 1)
            let constant = $0.add(kind: 10, sizeOrType: alias)
            let volatile = $0.add(kind: 9, sizeOrType: constant)
            let tag = $0.add(kind: 18, name: "t", sizeOrType: volatile)
            let attribute = $0.add(kind: 18, name: "aligned", flag: true, sizeOrType: tag)
            let restrict = $0.add(kind: 11, sizeOrType: attribute)
            $0.alias("b", restrict)
            $0.pointer(to: 2)
        }
        let (id, type) = try btf.resolve(TypeID(8))
        #expect(id == TypeID(1))
        guard case .integer(let integer) = type else { throw Unexpected(type) }
        #expect(integer.name == "int")
        #expect(try btf.resolve(TypeID(9)).id == TypeID(9), "a pointer is not looked through")
        #expect(try btf.resolve(.void).type == .void)
    }

    @Test func typedefsInACircleAreMalformed() throws {
        let btf = try btf {
            $0.alias("self", 2)
            $0.alias("a", 4)
            $0.alias("b", 5)
            $0.add(kind: 10, sizeOrType: 3)
        }
        for number in 2...5 {
            #expect(try malformed { _ = try btf.resolve(TypeID(UInt32(number))) }.contains("circle"))
            #expect(try malformed { _ = try btf.byteCount(of: TypeID(UInt32(number))) }.contains("circle"))
        }
    }

    @Test func theLongestChainThatIsNoCircleResolves() throws {
        let btf = try btf { for number in 1...500 { $0.alias("t", UInt32(number)) } }
        #expect(try btf.resolve(TypeID(501)).id == TypeID(1))
        #expect(try btf.byteCount(of: TypeID(501)) == 4)
    }

    @Test func arraysInACircleAreMalformed() throws {
        let btf = try btf {
            $0.array(of: 2, count: 1)  // 2: of itself
            $0.array(of: 4, count: 1)  // 3 and 4: of each other
            $0.array(of: 3, count: 1)
            $0.array(of: 6, count: 1)  // 5 and 6: through a typedef
            $0.alias("t", 5)
        }
        for number in 2...6 {
            #expect(try malformed { _ = try btf.byteCount(of: TypeID(UInt32(number))) }.contains("circle"))
        }
    }

    @Test func variablesInACircleAreMalformed() throws {
        let btf = try btf {
            $0.variable("a", 3)
            $0.variable("b", 2)
        }
        #expect(try malformed { _ = try btf.byteCount(of: TypeID(2)) }.contains("circle"))
    }

    @Test func everySizedTypeHasItsSize() throws {
        let btf = try btf {
            $0.pointer(to: 0)  // 2
            $0.structure("s", size: 12, [.init("a", 1, at: 0)])  // 3
            $0.structure("u", size: 20, isUnion: true, [])  // 4
            $0.enumeration("e", size: 2, [("A", 0)])  // 5
            $0.enumeration64("w", [("A", 0)])  // 6
            $0.add(kind: 16, name: "double", sizeOrType: 8)  // 7
            $0.array(of: 3, count: 5)  // 8
            $0.array(of: 8, count: 7)  // 9
            $0.variable("v", 9)  // 10
            $0.dataSection(".data", size: 400, [(10, 0, 420)])  // 11
            $0.array(of: 3, count: 0)  // 12
            $0.array(of: 2, count: 3)  // 13
        }
        let sizes = try (1...13).map { try btf.byteCount(of: TypeID($0)) }
        #expect(sizes == [4, 8, 12, 20, 2, 8, 8, 60, 420, 420, 400, 0, 24])
        #expect(try btf.byteCount(of: TypeID(2), pointerSize: 4) == 4)
        #expect(try btf.byteCount(of: TypeID(13), pointerSize: 4) == 12)
    }

    @Test func typesWithoutASizeAreNamed() throws {
        let btf = try btf {
            $0.add(kind: 7, name: "opaque")
            $0.prototype(result: 0, [])
            $0.function("f", prototype: 3)
            $0.array(of: 2, count: 4)
            $0.alias("v", 0)
        }
        #expect(try malformed { _ = try btf.byteCount(of: TypeID(2)) }.contains("'opaque'"))
        #expect(try malformed { _ = try btf.byteCount(of: TypeID(3)) }.contains("type 3"))
        #expect(try malformed { _ = try btf.byteCount(of: TypeID(4)) }.contains("'f'"))
        #expect(try malformed { _ = try btf.byteCount(of: TypeID(5)) }.contains("'opaque'"))
        #expect(try malformed { _ = try btf.byteCount(of: TypeID(6)) }.contains("'void'"))
        #expect(try malformed { _ = try btf.byteCount(of: .void) }.contains("'void'"))
    }

    @Test func sizesUpToThirtyTwoBitsAreExactAndAboveAreMalformed() throws {
        let btf = try btf {
            $0.array(of: 1, count: 0x3FFF_FFFF)  // 2: 2^32 - 4
            $0.array(of: 1, count: 0x4000_0000)  // 3: 2^32
            $0.array(of: 4, count: 0x10000)  // 4 is below: an array of arrays
            $0.array(of: 1, count: .max)  // 5
            $0.structure("huge", size: .max, [])  // 6
            $0.array(of: 6, count: 1)  // 7
            $0.array(of: 6, count: 2)  // 8
        }
        #expect(try btf.byteCount(of: TypeID(2)) == 0xFFFF_FFFC)
        #expect(try btf.byteCount(of: TypeID(7)) == .max)
        for number: UInt32 in [3, 5, 8] {
            #expect(try malformed { _ = try btf.byteCount(of: TypeID(number)) }.contains("2^32"))
        }
        #expect(throws: BTFError.self) { try btf.byteCount(of: TypeID(4)) }
    }

    @Test func anArrayOfTypesThatDoNotExistHasNoSize() throws {
        let btf = try btf { $0.array(of: 77, count: 2) }
        let error = try #require(throws: BTFError.self) { try btf.byteCount(of: TypeID(2)) }
        #expect(error.code == .noSuchType)
        #expect(error.description.contains("77"))
    }
}
