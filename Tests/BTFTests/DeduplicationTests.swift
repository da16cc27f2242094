// SPDX-License-Identifier: Apache-2.0

import BTF
import Bytes
import TestImages
import Testing

/// Equal types become one, and others do not.
@Suite struct DeduplicationTests {
    private func joined(_ images: BTFImage...) throws -> BTF {
        var builder = BTFBuilder()
        for image in images { try builder.append(contentsOf: BTF(ByteView(image.bytes()))) }
        return try builder.btf()
    }

    /// `struct node { int value; struct node *next; struct other *other; }`, and `other` as it is known here.
    private func list(_ other: (inout BTFImage, _ int: UInt32) -> UInt32) -> BTFImage {
        var image = BTFImage()
        let int = image.integer("int", size: 4, encoding: 1)
        let known = other(&image, int)
        let toNode = image.pointer(to: known + 3)
        let toOther = image.pointer(to: known)
        image.structure("node", size: 24, [.init("value", int, at: 0), .init("next", toNode, at: 64), .init("other", toOther, at: 128)])
        return image
    }

    @Test(arguments: [ByteOrder.littleEndian, .bigEndian])
    func twoOfEveryKindBecomeOneButForVariablesAndTheirSections(_ order: ByteOrder) throws {
        let once = imageOfEveryKind(order)
        let btf = try joined(once, once)
        let (single, map) = try btf.deduplicated()
        #expect(single.count == Int(once.count) + 2)
        #expect(map.count == btf.count)
        let count = Int(once.count) - 1
        for index in 1...count where ![.variable, .dataSection].contains(try btf.kind(of: TypeID(UInt32(index)))) {
            #expect(map[index] == map[index + count], "\(index)")
        }
        // What the numbers name has stayed.
        for id in btf.typeIDs {
            #expect(try single.kind(of: map[Int(id.rawValue)]) == btf.kind(of: id))
            #expect(try single.name(of: map[Int(id.rawValue)]) == btf.name(of: id))
        }
    }

    @Test func aCircleOfStructsBecomesOne() throws {
        let image = list { image, int in image.structure("other", size: 4, [.init("o", int, at: 0)]) }
        let (btf, _) = try joined(image, image, image).deduplicated()
        #expect(btf.count == Int(image.count))
    }

    @Test func aDeclarationBecomesTheStructThatStandsAtItsPlaceInAnEqualGraph() throws {
        let declared = list { image, _ in image.add(kind: 7, name: "other") }
        let defined = list { image, int in image.structure("other", size: 4, [.init("o", int, at: 0)]) }
        for both in [try joined(declared, defined), try joined(defined, declared)] {
            let (btf, map) = try both.deduplicated()
            #expect(btf.count == Int(defined.count))
            #expect(map[2] == map[7])
            #expect(btf.types(named: "node", kinds: [.structure]).count == 1)
            #expect(btf.types(named: "other", kinds: [.forward]).isEmpty)
        }
    }

    @Test func aDeclarationAloneBecomesTheOnlyStructOfItsName() throws {
        var declared = BTFImage()
        declared.pointer(to: declared.add(kind: 7, name: "foo") + 0)
        var defined = BTFImage()
        defined.structure("foo", size: 0, [])
        #expect(try joined(declared, defined).deduplicated().btf.count == 3)
        var another = BTFImage()
        another.structure("foo", size: 8, [])
        #expect(try joined(declared, defined, another).deduplicated().btf.count == 5)
        var union = BTFImage()
        union.structure("foo", size: 0, isUnion: true, [])
        #expect(try joined(declared, union).deduplicated().btf.count == 4)
    }

    @Test func anEnumerationWithoutValuesBecomesTheOneOfItsName() throws {
        var declared = BTFImage()
        declared.enumeration("e", [])
        var defined = BTFImage()
        defined.enumeration64("e", [("A", 1)])
        #expect(try joined(declared, defined).deduplicated().btf.count == 2)
        #expect(try joined(defined, declared, defined).deduplicated().btf.count == 2)
        var anonymous = BTFImage()
        anonymous.enumeration("", [])
        anonymous.enumeration("", [("B", 1)])
        #expect(try joined(anonymous).deduplicated().btf.count == 3)
    }

    @Test func typesThatDifferDeepDownStayApart() throws {
        let one = list { image, int in image.structure("other", size: 4, [.init("o", int, at: 0)]) }
        let two = list { image, int in
            let array = image.array(of: int, count: 1)
            return image.structure("other", size: 4, [.init("o", array, at: 0)])
        }
        let (btf, _) = try joined(one, two).deduplicated()
        #expect(btf.types(named: "node", kinds: [.structure]).count == 2)
        #expect(btf.types(named: "other", kinds: [.structure]).count == 2)
        #expect(btf.types(named: "int", kinds: [.integer]).count == 1)
    }

    @Test func whatIsEqualInTheBaseTakesThePlaceOfWhatStandsOnIt() throws {
        let base = try BTF(ByteView(list { image, int in image.structure("other", size: 4, [.init("o", int, at: 0)]) }.bytes()))
        var builder = BTFBuilder(base: base)
        try builder.append(contentsOf: base)
        let mine = try builder.addAlias("mine", of: TypeID(UInt32(base.count + 4)))
        let (btf, map) = try builder.btf().deduplicated()
        #expect(btf.ownTypeIDs.count == 1)
        #expect(map[Int(mine.rawValue)] == TypeID(UInt32(base.count)))
        #expect(try btf.type(TypeID(UInt32(base.count))) == .alias(name: "mine", TypeID(5)))
    }

    @Test func typedefsMayGoInACircleButPointersAloneMayNot() throws {
        var typedefs = BTFImage()
        typedefs.alias("t", 2)
        typedefs.pointer(to: 1)
        #expect(try joined(typedefs, typedefs).deduplicated().btf.count == 3)
        var pointers = BTFImage()
        pointers.pointer(to: 2)
        pointers.pointer(to: 1)
        let btf = try joined(pointers)
        #expect(throws: BTFError.self) { try btf.deduplicated() }
    }

    @Test func chainsAsLongAsThereAreTypesNeedNoStack() throws {
        var image = BTFImage()
        let depth: UInt32 = 50_000
        for index in 1..<depth { image.pointer(to: index + 1) }
        image.structure("end", size: 0, [])
        #expect(try joined(image, image).deduplicated().btf.count == Int(depth) + 1)
    }

    @Test func typesThatAreMadeToBeComparedForEverStayApart() throws {
        // Each of many structs of one name begins a graph that differs from all others only at its end.
        var image = BTFImage()
        let int = image.integer("int", size: 4)
        let (chains, length) = (UInt32(150), UInt32(150))
        for chain in 0..<chains {
            for _ in 1..<length {
                image.structure("s", size: 8, [.init("m", image.count + 1, at: 0)])
            }
            image.array(of: int, count: chain)
        }
        let btf = try BTF(ByteView(image.bytes()))
        let (single, _) = try btf.deduplicated()
        #expect(single.count <= btf.count)
        #expect(single.count > Int(chains))
    }

    @Test(.enabled(if: RunningKernel.isThere, RunningKernel.missing))
    func theTypesOfTheKernelTwiceAreTheTypesOfTheKernel() throws {
        let kernel = try RunningKernel.types()
        var builder = BTFBuilder()
        try builder.append(contentsOf: kernel)
        try builder.append(contentsOf: kernel)
        let map = try builder.deduplicate()
        var apart: Set<BTFKind> = []
        for id in kernel.typeIDs where map[Int(id.rawValue)] != map[Int(id.rawValue) + kernel.count - 1] {
            apart.insert(try kernel.kind(of: id))
        }
        #expect(apart.isSubset(of: [.variable, .dataSection]))
    }
}
