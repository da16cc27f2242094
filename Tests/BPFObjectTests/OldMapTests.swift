// SPDX-License-Identifier: Apache-2.0

import BPFObject
import Bytes
import TestImages
import Testing

/// Maps that objects declare in numbers alone, in sections `maps`, as loaders read them before there were types.
@Suite struct OldMapTests {
    /// Puts maps of so many words each into a section; the symbols are those of old compilers, without size and kind, where asked for.
    private func image(
        _ maps: [(name: String, words: [UInt32])], in section: String = "maps", hasSizes: Bool = true
    ) -> ObjectImage {
        var image = ObjectImage()
        image.hasTypes = false
        var bytes: [UInt8] = []
        var symbols: [(String, UInt64, UInt64)] = []
        for map in maps {
            symbols.append((map.name, UInt64(bytes.count), UInt64(4 * map.words.count)))
            for word in map.words { bytes.append(integer: word, order: .native) }
        }
        let index = image.elf.add(SectionImage(name: section, kind: 1, flags: 3, bytes: bytes))
        for (name, offset, size) in symbols {
            image.symbols.append(
                SymbolImage(name, kind: hasSizes ? 1 : 0, section: UInt16(index), value: offset, size: hasSizes ? size : 0))
        }
        return image
    }

    @Test(arguments: [true, false])
    func fiveNumbersAreKindSizesEntriesAndFlags(hasSizes: Bool) throws {
        let object = try image([("counts", [1, 4, 8, 100, 1]), ("first", [2, 4, 16, 7, 0])], hasSizes: hasSizes).read()
        #expect(object.maps.map(\.name) == ["counts", "first"])
        #expect(object.maps.map(\.type) == [.hash, .array])
        #expect(object.maps.map(\.keySize) == [4, 4])
        #expect(object.maps.map(\.valueSize) == [8, 16])
        #expect(object.maps.map(\.maxEntries) == [100, 7])
        #expect(object.maps.map(\.flags) == [.noPreallocation, []])
    }

    @Test func aSectionMayBeOneMapsOwn() throws {
        #expect(try image([("counts", [1, 4, 8, 100, 0, 0, 0])], in: "maps/counts").read().maps.map(\.name) == ["counts"])
    }

    @Test func theInnerMapIsNamedByItsPlace() throws {
        let object = try image([("outer", [12, 4, 4, 3, 0, 1, 0]), ("inner", [2, 4, 8, 5, 0, 0, 0])]).read()
        #expect(object.maps[0].inner?.type == .array)
        #expect(object.maps[0].inner?.maxEntries == 5)
    }

    @Test(arguments: [7, 0] as [UInt32])
    func aMapOfMapsWhoseInnerMapIsNoneOfTheObjectsIsReadWithoutOne(place: UInt32) throws {
        let object = try image([("outer", [12, 4, 4, 1, 0, place])]).read()
        #expect(object.maps[0].type == .arrayOfMaps)
        #expect(object.maps[0].inner == nil)
    }

    @Test func nineNumbersAreThoseOfRoutingTools() throws {
        let object = try image([
            ("inner", [2, 4, 8, 5, 0, 42, 0, 0, 1]), ("outer", [12, 4, 4, 3, 0, 0, 2, 42, 0]),
        ]).read()
        #expect(object.maps[1].inner?.maxEntries == 5)
        #expect(object.maps[1].pinning == .byName)
        #expect(object.maps[1].initialValues == [MapDefinition.InitialValue(index: 1, target: .map(0))])
        #expect(object.maps[0].pinning == MapDefinition.Pinning.none)
    }

    @Test(
        arguments: [
            ([("m", [1, 4, 8])], "12 bytes"), ([("m", [1, 4, 8, 10, 0, 7])], "more than is known"), ([("m", [99, 4, 8, 10, 0])], "map type 99"),
        ] as [([(String, [UInt32])], String)])
    func whatIsNeitherLayoutIsRefusedByName(maps: [(String, [UInt32])], reason: String) throws {
        let error = try #require(throws: ObjectError.self) { try image(maps.map { (name: $0.0, words: $0.1) }).read() }
        #expect(error.description.contains("'m'"))
        #expect(error.description.contains(reason), "\(error)")
    }
}
