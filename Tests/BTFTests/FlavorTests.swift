// SPDX-License-Identifier: Apache-2.0

import BTF
import Bytes
import TestImages
import Testing

/// Many names looked for at once, whatever their flavors; and types in C's words.
@Suite struct FlavorTests {
    /// Types whose names are made of few letters and many underscores, and the names.
    private func image(_ order: ByteOrder) -> (image: BTFImage, names: [String]) {
        var generator = SeededGenerator(seed: 0xF1A)
        var image = BTFImage(order: order)
        var names: Set<String> = ["missing"]
        for _ in 0..<600 {
            let name = String((0..<Int.random(in: 0...14, using: &generator)).map { _ in "ab___".randomElement(using: &generator) ?? "a" })
            if !name.isEmpty { names.insert(essentialName(name)) }
            if Bool.random(using: &generator) { image.structure(name, size: 4, []) } else { image.enumeration(name, []) }
        }
        return (image, names.sorted())
    }

    @Test(arguments: [ByteOrder.littleEndian, .bigEndian], [false, true])
    func manyNamesAreFoundInOnePassAsOneByOne(_ order: ByteOrder, _ isIndexed: Bool) throws {
        let (image, names) = image(order)
        let btf = try BTF(ByteView(image.bytes()))
        if isIndexed { btf.indexNames() }
        let types = try btf.typeIDs.map { ($0, essentialName(try btf.name(of: $0)), try btf.kind(of: $0)) }
        // Few, for which one pass is made, and so many that the index answers.
        for wanted in [Array(names.prefix(20)), names] {
            let queries = wanted.enumerated().map {
                (name: $1, kinds: $0 % 3 == 0 ? [BTFKind.structure] : [.structure, .enumeration] as Set<BTFKind>)
            }
            let found = btf.ownTypes(namedIgnoringFlavor: queries)
            for (query, found) in zip(queries, found) {
                #expect(found == types.filter { $0.1 == query.name && query.kinds.contains($0.2) }.map(\.0), "\(query.name)")
            }
            #expect(found.contains { $0.count > 1 })
        }
        #expect(names.count > 64)
    }

    @Test func theTypesOfTheBaseAreNotAmongTheOwn() throws {
        var base = BTFImage()
        base.structure("task", size: 4, [])
        var module = BTFImage(standingOn: base)
        module.structure("task___2", size: 4, [])
        module.structure("task", size: 4, [])
        let btf = try BTF(ByteView(module.bytes()), base: try BTF(ByteView(base.bytes())))
        for _ in 0..<2 {
            #expect(btf.ownTypes(namedIgnoringFlavor: [("task", [.structure])]).map { $0.map(\.rawValue) } == [[2, 3]])
            btf.indexNames()
        }
    }

    @Test func aNameThatHasAFlavorItselfIsNoNameWithoutOne() throws {
        var image = BTFImage()
        image.structure("a___b", size: 4, [])
        image.structure("a___b___c", size: 4, [])
        let btf = try BTF(ByteView(image.bytes()))
        #expect(btf.ownTypes(namedIgnoringFlavor: [("a___b", [.structure]), ("a", [.structure])]).map { $0.map(\.rawValue) } == [[2], [1]])
    }

    @Test func aTypeIsSpeltAsInC() throws {
        var image = BTFImage()
        let int = image.integer("int", size: 4)
        let structure = image.structure("s", size: 4, [])
        let prototype = image.prototype(result: int, [("", int)])
        let cases: [(UInt32, String)] = [
            (0, "void"), (int, "int"), (image.pointer(to: 0), "void *"), (image.pointer(to: image.pointer(to: structure)), "struct s **"),
            (image.array(of: image.array(of: int, count: 3), count: 2), "int[2][3]"),
        ]
        let more: [(UInt32, String)] = [
            (image.array(of: image.pointer(to: int), count: 4), "int *[4]"),
            (image.pointer(to: image.array(of: int, count: 4)), "int (*)[4]"), (image.pointer(to: prototype), "int (*)(...)"),
            (image.alias("u64", int), "u64"), (image.add(kind: 10, sizeOrType: int), "int"), (image.add(kind: 7, name: "f", flag: true), "union f"),
            (image.structure("", size: 4, isUnion: true, []), "union"), (image.enumeration64("e", []), "enum e"), (999, "..."),
        ]
        let loop = image.count
        image.pointer(to: loop)
        let btf = try BTF(ByteView(image.bytes()))
        for (type, text) in cases + more { #expect(btf.spelling(of: TypeID(type)) == text) }
        #expect(btf.spelling(of: TypeID(loop)).hasPrefix("... *"))
    }
}
