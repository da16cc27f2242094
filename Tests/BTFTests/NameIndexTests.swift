// SPDX-License-Identifier: Apache-2.0

import BTF
import Bytes
import TestImages
import Testing

/// Names are found by going over the types at first, and by an index later; nobody can tell.
@Suite struct NameIndexTests {
    /// Names that share beginnings, ends and lengths, several types of each.
    private func image(_ order: ByteOrder) -> (image: BTFImage, names: Set<String>) {
        var generator = SeededGenerator(seed: 0x1DE)
        var image = BTFImage(order: order)
        var names: Set<String> = []
        for _ in 0..<500 {
            let length = Int.random(in: 0...20, using: &generator)
            // Many underscores, so that flavors begin at every place of a word of eight bytes.
            let name = String((0..<length).map { _ in "ab___".randomElement(using: &generator) ?? "a" })
            names.insert(name)
            switch Int.random(in: 0..<3, using: &generator) {
            case 0: image.structure(name, size: 4, [])
            case 1: image.alias(name, 0)
            default: image.integer(name, size: 4)
            }
        }
        names.formUnion(["", "c", "abc", "a___b___c", "________", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"])
        return (image, names)
    }

    /// Every type with its name and kind, asked for one by one.
    private func table(_ btf: BTF) throws -> [(id: TypeID, name: String, kind: BTFKind)] {
        try btf.typeIDs.map { ($0, try btf.name(of: $0), try btf.kind(of: $0)) }
    }

    @Test(arguments: [ByteOrder.littleEndian, .bigEndian])
    func theIndexAnswersAsAskingEveryTypeDoes(_ order: ByteOrder) throws {
        let (image, names) = image(order)
        let btf = try BTF(ByteView(image.bytes()))
        btf.indexNames()
        let byName = Dictionary(grouping: try table(btf), by: \.name)
        for kinds in [[.structure], [.alias, .integer], Set(BTFKind.allCases)] as [Set<BTFKind>] {
            for name in names {
                let expected = name.isEmpty ? [] : (byName[name] ?? []).filter { kinds.contains($0.kind) }.map(\.id)
                #expect(btf.types(named: name, kinds: kinds) == expected, "\(name)")
            }
        }
    }

    @Test(arguments: [ByteOrder.littleEndian, .bigEndian])
    func theIndexFindsFlavorsAsAskingEveryTypeDoes(_ order: ByteOrder) throws {
        let (image, names) = image(order)
        let btf = try BTF(ByteView(image.bytes()))
        btf.indexNames()
        let kinds: Set<BTFKind> = [.structure, .integer]
        let byName = Dictionary(grouping: try table(btf).filter { kinds.contains($0.kind) }) { essentialName($0.name) }
        var flavors = 0
        // A type is asked for by a name without flavor.
        for name in Set(names.map { essentialName($0) }) where !name.isEmpty && essentialName(name) == name {
            let found = btf.types(namedIgnoringFlavor: name, kinds: kinds)
            let expected = (byName[name] ?? []).map(\.id)
            #expect(found.sorted { $0.rawValue < $1.rawValue } == expected, "\(name)")
            flavors += expected.count - btf.types(named: name, kinds: kinds).count
        }
        #expect(flavors > 20)
    }

    @Test func theAnswerDoesNotChangeWhenTheIndexIsMade() throws {
        let (image, names) = image(.native)
        let fresh = try BTF(ByteView(image.bytes()))
        let indexed = try BTF(ByteView(image.bytes()))
        indexed.indexNames()
        for name in names.sorted().prefix(40) {
            #expect(fresh.types(named: name, kinds: [.structure]) == indexed.types(named: name, kinds: [.structure]), "\(name)")
            let flavors = fresh.types(namedIgnoringFlavor: name, kinds: [.alias])
            #expect(flavors == indexed.types(namedIgnoringFlavor: name, kinds: [.alias]), "\(name)")
        }
    }

    @Test func theLastNameOfTheStringsIsFoundAtEveryLength() throws {
        for length in 1...20 {
            var image = BTFImage()
            image.integer("other", size: 4)
            let name = String(repeating: "n", count: length)
            image.integer(name, size: 4)
            let btf = try BTF(ByteView(image.bytes()))
            #expect(btf.types(named: name, kinds: [.integer]).map(\.rawValue) == [2])
            btf.indexNames()
            #expect(btf.types(named: name, kinds: [.integer]).map(\.rawValue) == [2], "length \(length)")
            #expect(btf.types(named: name + "n", kinds: [.integer]).isEmpty)
            #expect(btf.types(named: String(name.dropLast()), kinds: [.integer]).isEmpty)
        }
    }

    @Test func aNameWithoutAnEndIsNotFoundAndHarmsNoOther() throws {
        var image = BTFImage()
        image.integer("whole", size: 4)
        image.integer("cut", size: 4)
        var bytes = image.bytes()
        // The strings lose the NUL at their end.
        bytes.removeLast()
        try bytes.overwrite(UInt32(image.strings.count - 1), at: 20)
        let btf = try BTF(ByteView(bytes))
        for _ in 0..<2 {
            #expect(btf.types(named: "whole", kinds: [.integer]).map(\.rawValue) == [1])
            #expect(btf.types(named: "cut", kinds: [.integer]).isEmpty)
            btf.indexNames()
        }
    }

    @Test func manyTasksMayLookNamesUpAtOnce() async throws {
        let (image, names) = image(.native)
        let btf = try BTF(ByteView(image.bytes()))
        let expected = Dictionary(uniqueKeysWithValues: names.map { ($0, btf.types(named: $0, kinds: [.structure])) })
        let fresh = try BTF(ByteView(image.bytes()))
        await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<8 {
                group.addTask { names.allSatisfy { fresh.types(named: $0, kinds: [.structure]) == expected[$0] } }
            }
            for await isRight in group { #expect(isRight) }
        }
    }
}
