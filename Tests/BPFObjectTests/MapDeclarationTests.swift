// SPDX-License-Identifier: Apache-2.0

import BPFObject
import BTF
import TestImages
import Testing

@Suite struct MapDeclarationTests {
    /// The two ways in which a member says something: a number as an array's length, a type as a pointer's target.
    private enum Setting {
        case number(UInt32)
        case type((inout BTFImage) -> UInt32)
        /// A member of this very type.
        case raw((inout BTFImage) -> UInt32)
    }

    /// An object with a map `m` that is declared with these members.
    private func image(_ settings: [(name: String, Setting)]) -> ObjectImage {
        var image = ObjectImage()
        let int = image.types.integer("int", size: 4, encoding: 1)
        let members = settings.map { name, setting in
            let type =
                switch setting {
                case .number(let number): image.types.pointer(to: image.types.array(of: int, count: number))
                case .type(let build): image.types.pointer(to: build(&image.types))
                case .raw(let build): build(&image.types)
                }
            return BTFImage.Member(name, type, at: 0)
        }
        let structure = image.types.structure("", size: UInt32(members.count * 8), members)
        image.addVariables(".maps", bytes: [UInt8](repeating: 0, count: 64), [("m", structure, 0, UInt32(members.count * 8))])
        return image
    }

    private func error(_ settings: [(name: String, Setting)]) throws -> ObjectError {
        let error = try #require(throws: ObjectError.self) { try image(settings).read() }
        #expect(error.description.contains("'m'"))
        return error
    }

    @Test func everySettingIsReadFromItsMember() throws {
        let object = try image([
            ("type", .number(1)), ("max_entries", .number(10240)), ("map_flags", .number(1 << 7 | 1)), ("map_extra", .number(3)),
            ("key", .type { $0.integer("u64", size: 8) }),
            ("value", .type { types in types.structure("entry", size: 24, []) }),
        ]).read()
        #expect(object.maps.count == 1)
        let map = object.maps[try object.mapIndex("m")]
        #expect(map.type == .hash)
        #expect(map.maxEntries == 10240)
        #expect(map.flags.contains(.readOnlyForPrograms))
        #expect(map.flags.rawValue == 129)
        #expect(map.extra == 3)
        #expect(map.keySize == 8)
        #expect(map.valueSize == 24)
        let types = try #require(object.btf)
        #expect(try types.name(of: map.keyType) == "u64")
        #expect(try types.name(of: map.valueType) == "entry")
        #expect(map.contents == nil)
        #expect(!map.isFrozen)
        #expect(object.variables.isEmpty, "a map is no variable")
    }

    @Test func sizesMayBeSaidWithoutTypes() throws {
        let map = try image([("type", .number(2)), ("key_size", .number(4)), ("value_size", .number(100))]).read().maps[0]
        #expect(map.keySize == 4)
        #expect(map.valueSize == 100)
        #expect(map.keyType == .void)
        #expect(map.valueType == .void)
    }

    @Test func aKindThatIsNotKnownHereIsRefusedByItsNumber() throws {
        let error = try error([("type", .number(4711))])
        #expect(error.code == .unsupported)
        #expect(error.description.contains("4711"))
    }

    @Test func aMapWithoutATypeIsRefused() throws {
        #expect(try error([("max_entries", .number(1))]).code == .malformed)
        #expect(try error([("type", .number(0))]).code == .malformed)
        #expect(try error([]).code == .malformed)
    }

    @Test func aMemberThatIsNotKnownIsNamed() throws {
        let error = try error([("type", .number(1)), ("flavour", .number(1))])
        #expect(error.code == .unsupported)
        #expect(error.description.contains("'flavour'"))
    }

    @Test func pinningANodeAndAWideSettingAreRead() throws {
        let map = try image([
            ("type", .number(1)), ("pinning", .number(1)), ("numa_node", .number(3)),
            ("map_extra", .raw { $0.enumeration64("", [("x", 1 << 44)]) }),
        ]).read().maps[0]
        #expect(map.pinning == .byName)
        #expect(map.numaNode == 3)
        // Flags are those that are declared: without the node's, the kernel does not look at it.
        #expect(map.flags == [])
        #expect(map.extra == 1 << 44)
    }

    @Test func anotherWayOfPinningIsRefused() throws {
        #expect(try error([("type", .number(1)), ("pinning", .number(2))]).description.contains("way 2"))
    }

    @Test func twoSizesThatContradictEachOtherAreRefused() throws {
        let error = try error([("type", .number(1)), ("key_size", .number(4)), ("key", .type { $0.integer("u64", size: 8) })])
        #expect(error.code == .malformed)
        #expect(error.description.contains("4 bytes"))
        #expect(error.description.contains("8"))
    }

    @Test(arguments: ["type", "max_entries", "map_flags", "map_extra", "key_size", "value_size"])
    func aNumberThatIsSpelledOtherwiseIsNamed(_ member: String) throws {
        for setting in [Setting.type { $0.integer("u32", size: 4) }, .raw { $0.integer("u32", size: 4) }, .raw { $0.array(of: 1, count: 7) }] {
            let error = try error([(member, setting)])
            #expect(error.code == .malformed)
            #expect(error.description.contains("'\(member)'"))
        }
    }

    @Test(arguments: ["key", "value"])
    func aTypeThatIsNoPointerIsNamed(_ member: String) throws {
        let error = try error([("type", .number(1)), (member, .raw { $0.integer("u32", size: 4) })])
        #expect(error.code == .malformed)
        #expect(error.description.contains("'\(member)'"))
    }

    @Test(arguments: ["key", "value"])
    func aTypeWithoutASizeIsRefusedWithTheMapsName(_ member: String) throws {
        for build in [{ $0.add(kind: 7, name: "opaque") }, { _ in 0 }, { _ in 9999 }, { $0.array(of: 1, count: .max) }]
            as [(inout BTFImage) -> UInt32]
        {
            guard case .btf = try error([("type", .number(1)), (member, .type(build))]).code else {
                throw Unexpected("another error")
            }
        }
    }

    @Test func aMapThatIsNoStructIsRefused() throws {
        var image = ObjectImage()
        let int = image.types.integer("int", size: 4, encoding: 1)
        image.addVariables(".maps", bytes: [0, 0, 0, 0], [("m", int, 0, 4)])
        let error = try #require(throws: ObjectError.self) { try image.read() }
        #expect(error.code == .malformed)
        #expect(error.description.contains("'m'"))
    }

    @Test func aNameThatNoMapHasIsRefusedWithThoseThatThereAre() throws {
        let object = try image([("type", .number(1))]).read()
        let error = try #require(throws: ObjectError.self) { try object.mapIndex("n") }
        #expect(error.code == .noSuchName)
        #expect(error.description.contains("'n'"))
        #expect(error.description.contains(": m"))
        let none = try #require(throws: ObjectError.self) { try object.programIndex("main") }
        #expect(none.code == .noSuchName)
        #expect(none.description.contains("none"))
    }
}
