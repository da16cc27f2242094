// SPDX-License-Identifier: Apache-2.0

import BPFAssembly
import BPFObject
import Bytes
import TestImages
import Testing

/// Each of the thirteen kinds of relocations (`enum bpf_core_relo_kind`), against a kernel that has the type and one that does not.
@Suite struct COREKindTests {
    typealias Member = BTFImage.Member

    /// `struct s { int before; int f; }`, and `enum e { A = 1 }`, which are types 2 and 3.
    private static func object(_ types: inout BTFImage) {
        types.structure("s", size: 8, [Member("before", 1, at: 0), Member("f", 1, at: 32)])
        types.enumeration("e", [("A", 1)])
    }

    /// The same with the field elsewhere, wider and unsigned, and another value: type 4 is the struct.
    private static func kernel(_ types: inout BTFImage) {
        types.integer("u64", size: 8)
        types.enumeration("e", [("B", 7), ("A", 9)])
        types.structure("s", size: 32, [Member("before", 1, at: 0), Member("f", 2, at: 128)])
    }

    /// A kind, the path of its question, what the object itself answers, and what a kernel with and one without the type answer; `nil` for none.
    private static let kinds: [(kind: COREQuestion.Kind, path: String, own: Int32, answer: Int32, missing: Int32?)] = [
        (.byteOffset, "0:1", 4, 16, nil), (.byteSize, "0:1", 4, 8, nil), (.exists, "0:1", 1, 1, 0), (.signed, "0:1", 1, 0, nil),
        (.leftShift, "0:1", 32, 0, nil), (.rightShift, "0:1", 32, 0, nil), (.typeIDLocal, "0", 2, 2, 2), (.typeIDTarget, "0", 2, 4, 0),
        (.typeExists, "0", 1, 1, 0), (.typeSize, "0", 8, 32, 0), (.enumeratorExists, "0", 1, 1, 0), (.enumeratorValue, "0", 1, 9, nil),
        (.typeMatches, "0", 1, 0, 0),
    ]

    private func ask(_ index: Int, _ kernel: (inout BTFImage) -> Void) throws -> ProgramAssembly {
        let (kind, path, own, _, _) = Self.kinds[index]
        var question = COREQuestion([.move(0, own)])
        question.addInt()
        Self.object(&question.image.types)
        question.ask(kind.rawValue, kind == .enumeratorExists || kind == .enumeratorValue ? 3 : 2, path)
        kernel(&question.kernel)
        return try question.answer()
    }

    @Test func everyKindIsAsked() {
        #expect(Self.kinds.map(\.kind.rawValue) == Array(0...12))
    }

    @Test(arguments: Self.kinds.indices)
    func aKernelThatHasTheTypeAnswers(_ index: Int) throws {
        let answer = try ask(index, Self.kernel)
        #expect(answer.poisoned.isEmpty)
        #expect(answer.instructions[0].immediate == Self.kinds[index].answer, "\(Self.kinds[index].kind)")
    }

    @Test(arguments: Self.kinds.indices)
    func aKernelThatLacksTheTypeAnswersNoOrSpoilsTheInstruction(_ index: Int) throws {
        let answer = try ask(index) { _ in }
        guard let missing = Self.kinds[index].missing else {
            #expect(answer.poisoned.keys.sorted() == [0])
            #expect(answer.instructions[0] == Instruction(opcode: 0x85, immediate: 195_896_080))
            #expect(answer.instructions[1] == .exit, "the others stay")
            return
        }
        #expect(answer.poisoned.isEmpty)
        #expect(answer.instructions[0].immediate == missing, "\(Self.kinds[index].kind)")
    }

    @Test(arguments: Self.kinds.indices)
    func theObjectsOwnTypesAnswerAsTheCompilerDid(_ index: Int) throws {
        let answer = try ask(index, Self.object)
        #expect(answer.poisoned.isEmpty)
        #expect(answer.instructions[0].immediate == Self.kinds[index].own, "\(Self.kinds[index].kind)")
    }

    /// libbpf checks what the instruction holds but where compilers, or linkers, may rightly differ: numbers of types.
    @Test(arguments: Self.kinds.indices)
    func anInstructionThatHoldsAnotherAnswerIsRefused(_ index: Int) throws {
        let (kind, path, own, _, _) = Self.kinds[index]
        var question = COREQuestion([.move(0, own + 1)])
        question.addInt()
        Self.object(&question.image.types)
        question.ask(kind.rawValue, kind == .enumeratorExists || kind == .enumeratorValue ? 3 : 2, path)
        Self.kernel(&question.kernel)
        if kind == .typeIDLocal || kind == .typeIDTarget {
            #expect(throws: Never.self) { try question.answer() }
        } else {
            let error = try #require(throws: ObjectError.self) { try question.answer() }
            #expect(error.description.contains("holds \(own + 1)"), "\(error)")
            #expect(error.description.contains("'main'"))
        }
    }

    @Test(arguments: [COREQuestion.Kind.typeIDLocal, .typeIDTarget, .typeExists, .typeSize, .typeMatches], ["1", "0:0"])
    func aTypeHasNoPath(_ kind: COREQuestion.Kind, _ path: String) {
        #expect(throws: ObjectError.self) {
            try COREQuestion.value(kind, path, own: 1, object: { $0.structure("s", size: 4, [Member("f", 1, at: 0)]) }, kernel: { _ in })
        }
    }

    @Test func anEnumeratorHasNoFurtherPath() {
        #expect(throws: ObjectError.self) {
            try COREQuestion.value(.enumeratorExists, "0:0", own: 1, object: { $0.enumeration("e", [("A", 1)]) }, kernel: { _ in })
        }
    }

    @Test func anElementHasAPlaceAndASizeButNoSignAndNoShifts() throws {
        func ask(_ kind: COREQuestion.Kind, own: Int32) throws -> Int32 {
            let types: (inout BTFImage) -> UInt32 = {
                let array = $0.array(of: 1, count: 4)
                return $0.structure("s", size: 16, [Member("f", array, at: 0)])
            }
            return try COREQuestion.value(kind, "0:0:1", own: own, object: types, kernel: { _ = types(&$0) })
        }
        #expect(try ask(.byteOffset, own: 4) == 4)
        #expect(try ask(.byteSize, own: 4) == 4)
        #expect(try ask(.exists, own: 1) == 1)
        for (kind, own) in [(COREQuestion.Kind.signed, 1), (.leftShift, 32), (.rightShift, 32)] as [(COREQuestion.Kind, Int32)] {
            #expect(throws: ObjectError.self) { try ask(kind, own: own) }
        }
    }

    @Test func anObjectsPathStaysInsideOfItsArraysUnlessTheyAreFlexible() throws {
        func exists(_ element: Int, of count: UInt32, isLast: Bool = true, isUnion: Bool = false) throws -> Bool {
            let types: (inout BTFImage) -> UInt32 = {
                let members = [Member("f", $0.array(of: 1, count: count), at: 0), Member("after", 1, at: 0)]
                return $0.structure("s", size: 16, isUnion: isUnion, isLast ? Array(members.prefix(1)) : members)
            }
            return try COREQuestion.value(.exists, "0:0:\(element)", own: 1, object: types, kernel: { _ = types(&$0) }) == 1
        }
        #expect(try exists(3, of: 4))
        #expect(try exists(9, of: 0))
        #expect(try exists(9, of: 0, isUnion: true), "as libbpf, which asks only for the last member")
        #expect(throws: ObjectError.self) { try exists(4, of: 4) }
        #expect(throws: ObjectError.self) { try exists(0, of: 0, isLast: false) }
    }

    @Test func severalTypesMustHaveTheFieldAtOnePlaceWhateverIsAsked() throws {
        // libbpf's rule: even where both have the field.
        let error = try #require(throws: ObjectError.self) {
            try COREQuestion.value(
                .exists, "0:0", own: 1, object: { $0.structure("s", size: 4, [Member("f", 1, at: 0)]) },
                kernel: {
                    $0.structure("s", size: 8, [Member("f", 1, at: 0)])
                    $0.structure("s", size: 8, [Member("f", 1, at: 32)])
                })
        }
        #expect(error.description.contains("several types"))
    }
}
