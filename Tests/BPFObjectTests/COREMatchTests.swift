// SPDX-License-Identifier: Apache-2.0

import BPFAssembly
import BPFObject
import Bytes
import TestImages
import Testing

/// `bpf_core_type_matches`: whether all that the object's type declares is in the kernel's as well.
@Suite struct COREMatchTests {
    typealias Member = BTFImage.Member
    typealias Build = @Sendable (inout BTFImage) -> UInt32

    /// Whether type `t` of the object, a typedef of what is built, matches that of the kernel.
    private func matches(_ object: Build, _ kernel: Build) throws -> Bool {
        try COREQuestion.value(.typeMatches, "0", own: 1, object: { $0.alias("t", object(&$0)) }, kernel: { $0.alias("t", kernel(&$0)) }) == 1
    }

    /// The shapes that a type may have: each matches only itself.
    private static let shapes: [Build] = [
        { _ in 0 }, { _ in 1 }, { $0.pointer(to: 1) }, { $0.array(of: 1, count: 4) }, { $0.structure("", size: 4, []) },
        { $0.structure("", size: 4, isUnion: true, []) }, { $0.enumeration("", [("A", 1)]) }, { $0.prototype(result: 1, [("", 1)]) },
        { $0.add(kind: 7, name: "") }, { $0.add(kind: 7, name: "", flag: true) },
    ]

    @Test(arguments: shapes.indices, shapes.indices)
    func aTypeMatchesOnlyItsOwnShape(_ left: Int, _ right: Int) throws {
        #expect(try matches(Self.shapes[left], Self.shapes[right]) == (left == right), "\(left) and \(right)")
    }

    @Test func qualifiersAndTypedefsDoNotCount() throws {
        #expect(try matches({ $0.add(kind: 10, sizeOrType: 1) }, { $0.alias("other", $0.add(kind: 9, sizeOrType: 1)) }))
    }

    @Test func integersMustAgreeInNameSizeAndSign() throws {
        let unsigned: Build = { $0.integer("u", size: 4) }
        #expect(try matches(unsigned, unsigned))
        #expect(try matches({ $0.integer("u___old", size: 4) }, unsigned), "but for flavors")
        #expect(try !matches(unsigned, { $0.integer("v", size: 4) }))
        #expect(try !matches(unsigned, { $0.integer("u", size: 8) }))
        #expect(try !matches(unsigned, { $0.integer("u", size: 4, encoding: 1) }))
    }

    @Test func arraysMustHaveAsManyElementsOfMatchingTypes() throws {
        #expect(try !matches({ $0.array(of: 1, count: 4) }, { $0.array(of: 1, count: 5) }))
        #expect(try !matches({ $0.array(of: 1, count: 4) }, { $0.array(of: $0.pointer(to: 1), count: 4) }))
    }

    @Test func everyMemberMustHaveOneOfItsNameThatMatches() throws {
        let kernel: Build = {
            let short = $0.integer("short", size: 2)
            return $0.structure("s", size: 16, [Member("a", short, at: 0), Member("b", 1, at: 32), Member("c", 1, at: 64)])
        }
        func object(_ members: [(String, Build)]) -> Build {
            return { types in
                let made = members.map { Member($0.0, $0.1(&types), at: 0) }
                return types.structure("s___mine", size: 4, made)
            }
        }
        let int: Build = { _ in 1 }
        let short: Build = { $0.integer("short", size: 2) }
        #expect(try matches(object([]), kernel))
        #expect(try matches(object([("c", int), ("b", int), ("a", short)]), kernel), "in any order, anywhere")
        #expect(try !matches(object([("a", int)]), kernel), "of another type")
        #expect(try !matches(object([("d", int)]), kernel))
        #expect(try !matches(object([("a", short), ("b", int), ("c", int), ("b", int)]), kernel), "more than there are")
        #expect(try matches(object([("b___new", int)]), kernel), "flavors of members do not count")
        #expect(try !matches({ $0.structure("other", size: 4, []) }, kernel))
        #expect(try !matches({ $0.structure("s", size: 4, isUnion: true, []) }, kernel))
    }

    @Test func anonymousMembersMatchAnonymousOnes() throws {
        func structure(_ inner: [[String]]) -> Build {
            return { types in
                let members = inner.map { names in Member("", types.structure("", size: 8, names.map { Member($0, 1, at: 0) }), at: 0) }
                return types.structure("s", size: 32, members)
            }
        }
        #expect(try matches(structure([["b"]]), structure([["a"], ["b", "c"]])), "any of them")
        #expect(try !matches(structure([["d"]]), structure([["a"], ["b", "c"]])))
        #expect(
            try !matches({ $0.structure("s", size: 4, [Member("a", 1, at: 0)]) }, structure([["a"]])),
            "whose members are not the structure's own, as for libbpf")
    }

    @Test func behindAPointerNameAndKindAreEnough() throws {
        func pointer(_ pointee: @escaping Build) -> Build { return { $0.pointer(to: pointee(&$0)) } }
        let full: Build = { $0.structure("s", size: 4, [Member("a", 1, at: 0)]) }
        let union: Build = { $0.structure("s", size: 4, isUnion: true, []) }
        let forward: Build = { $0.add(kind: 7, name: "s") }
        let forwardUnion: Build = { $0.add(kind: 7, name: "s", flag: true) }
        #expect(try matches(pointer(full), pointer({ $0.structure("s", size: 4, []) })))
        #expect(try !matches(pointer(full), pointer({ $0.structure("r", size: 4, []) })))
        #expect(try !matches(pointer(full), pointer(union)))
        for (declaration, definition) in [(forward, full), (forwardUnion, union)] {
            #expect(try matches(pointer(declaration), pointer(definition)))
            #expect(try matches(pointer(definition), pointer(declaration)))
            #expect(try matches(pointer(pointer(declaration)), pointer(pointer(definition))))
            #expect(try !matches(declaration, definition), "only behind a pointer")
            #expect(try !matches(definition, declaration), "only behind a pointer")
        }
        #expect(try !matches(pointer(forward), pointer(union)))
        #expect(try !matches(pointer(union), pointer(forward)))
        #expect(try !matches(pointer(forward), pointer(forwardUnion)))
    }

    @Test func aMemberThatPointsToItsOwnTypeIsNoCircle() throws {
        let list: Build = { types in
            let pointer = types.pointer(to: types.count + 1)
            return types.structure("s", size: 8, [Member("next", pointer, at: 0)])
        }
        #expect(try matches(list, list))
    }

    @Test func enumeratorsAreMatchedByNameInEnumerationsOfOneSize() throws {
        let kernel: Build = { $0.enumeration("e", [("A", 1), ("B", 2), ("C", 3)]) }
        #expect(try matches({ $0.enumeration("e", [("C", 9), ("A", 0)]) }, kernel), "the values do not count")
        #expect(try matches({ $0.enumeration("e", [("C___v2", 9)]) }, kernel))
        #expect(try !matches({ $0.enumeration("e", [("D", 1)]) }, kernel))
        #expect(try !matches({ $0.enumeration("e", [("A", 1), ("B", 1), ("C", 1), ("A", 1)]) }, kernel))
        #expect(try !matches({ $0.enumeration("f", [("A", 1)]) }, kernel))
        #expect(try !matches({ $0.enumeration("e", size: 1, [("A", 1)]) }, kernel))
        #expect(try !matches({ $0.enumeration64("e", [("A", 1)]) }, kernel), "8 bytes and 4")
        #expect(try matches({ $0.enumeration64("e", [("A", 1)]) }, { $0.enumeration("e", size: 8, [("A", 1)]) }))
        #expect(try matches({ $0.enumeration("e", size: 8, [("A", 1)]) }, { $0.enumeration64("e", [("A", 1)]) }))
    }

    @Test func prototypesMustAgreeInEveryParameterAndTheResult() throws {
        #expect(try matches({ $0.prototype(result: 0, [("a", 1)]) }, { $0.prototype(result: 0, [("b", 1)]) }), "whatever their names")
        #expect(try !matches({ $0.prototype(result: 0, [("a", 1)]) }, { $0.prototype(result: 1, [("a", 1)]) }))
        #expect(try !matches({ $0.prototype(result: 0, [("a", 1)]) }, { $0.prototype(result: 0, [("a", 1), ("b", 1)]) }))
        #expect(try !matches({ $0.prototype(result: 0, [("a", 1)]) }, { $0.prototype(result: 0, [("a", $0.pointer(to: 1))]) }))
        // Behind a pointer, so are the parameters.
        #expect(
            try matches(
                { $0.pointer(to: $0.prototype(result: 0, [("", $0.add(kind: 7, name: "s"))])) },
                { $0.pointer(to: $0.prototype(result: 0, [("", $0.structure("s", size: 4, []))])) }))
    }

    @Test func floatingPointMatchesNothingAsForLibbpf() throws {
        let float: Build = { $0.add(kind: 16, name: "float", sizeOrType: 4) }
        #expect(try !matches(float, float))
    }

    @Test func whatNestsMoreThan32DeepIsRefused() throws {
        func nest(_ depth: Int) -> Build {
            return { types in
                var inner: UInt32 = 1
                for _ in 0..<depth { inner = types.structure("", size: 4, [Member("f", inner, at: 0)]) }
                return inner
            }
        }
        #expect(try matches(nest(30), nest(30)))
        let error = try #require(throws: ObjectError.self) { try matches(nest(40), nest(40)) }
        #expect(error.description.contains("32 deep"))
    }

    @Test func whatWouldTakeExponentiallyLongIsRefusedInTime() async {
        await #expect(processExitsWith: .success) {
            limitThisProcess(seconds: 60)
            // 25 structures, each with eight anonymous members of the next one's type; the last ones differ.
            func nest(_ last: String) -> @Sendable (inout BTFImage) -> UInt32 {
                return { types in
                    var inner = types.structure("", size: 4, [Member(last, 1, at: 0)])
                    for _ in 0..<25 { inner = types.structure("", size: 4, Array(repeating: Member("", inner, at: 0), count: 8)) }
                    return types.alias("t", inner)
                }
            }
            let error = #expect(throws: ObjectError.self) {
                try COREQuestion.value(.typeMatches, "0", own: 1, object: nest("a"), kernel: { _ = nest("b")(&$0) })
            }
            #expect(error?.description.contains("would not end") == true)
        }
    }
}
