// SPDX-License-Identifier: Apache-2.0

import BPFAssembly
import BPFObject
import Bytes
import TestImages
import Testing

/// Answers about types and enumerators that a compiler of today does not make.
@Suite struct CORETypeTests {
    typealias Member = BTFImage.Member

    /// The value of enumerator `A`, asked with a wide load that holds the object's own value.
    private func value(
        own: UInt64, object: (inout BTFImage) -> UInt32, kernel: (inout BTFImage) -> Void
    ) throws -> UInt64 {
        var question = COREQuestion(Instruction.wide(0, own))
        question.addInt()
        question.ask(COREQuestion.Kind.enumeratorValue.rawValue, object(&question.image.types), "0")
        kernel(&question.kernel)
        let answer = try question.answer()
        if let reason = answer.poisoned[0] { throw Unexpected(reason) }
        return UInt64(UInt32(bitPattern: answer.instructions[0].immediate))
            | UInt64(UInt32(bitPattern: answer.instructions[1].immediate)) << 32
    }

    @Test func anEnumeratorOfThirtyTwoBitsMayBecomeOneOfSixtyFourAndBack() throws {
        #expect(
            try value(own: 1, object: { $0.enumeration("e", [("A", 1)]) }, kernel: { $0.enumeration64("e", [("B", 0), ("A", 1 << 40)]) })
                == 1 << 40)
        #expect(try value(own: .max, object: { $0.enumeration64("e", [("A", .max)]) }, kernel: { $0.enumeration("e", [("A", 7)]) }) == 7)
    }

    @Test func aNegativeEnumeratorKeepsItsSign() throws {
        let negative = UInt64(bitPattern: -3)
        #expect(
            try value(
                own: UInt64(bitPattern: -1), object: { $0.enumeration("e", isSigned: true, [("A", -1)]) },
                kernel: { $0.enumeration("e", isSigned: true, [("A", -3)]) }) == negative)
        #expect(try value(own: 0, object: { $0.enumeration("e", [("A", 0)]) }, kernel: { $0.enumeration("e", [("A", .min)]) }) == 0x8000_0000)
    }

    @Test func aNegativeEnumeratorOfAKernelThatKnewNoSignKeepsIt() throws {
        // Before pahole 1.24, types did not say whether an enum is signed; libbpf takes its values as signed.
        let answer = try value(
            own: UInt64(bitPattern: -1), object: { $0.enumeration("e", isSigned: true, [("A", -1)]) },
            kernel: { $0.enumeration("e", isSigned: false, [("A", -3)]) })
        #expect(Int64(bitPattern: answer) == -3)
    }

    @Test func anObjectOfACompilerThatKnewNoSignIsRead() throws {
        // clang before 15: the enum has no flag, and the instruction holds the value with its sign.
        let answer = try value(
            own: UInt64(bitPattern: -1), object: { $0.enumeration("e", isSigned: false, [("A", -1)]) },
            kernel: { $0.enumeration("e", isSigned: true, [("A", -3)]) })
        #expect(Int64(bitPattern: answer) == -3)
    }

    @Test func theFlavorOfAnEnumeratorDoesNotCount() throws {
        #expect(
            try value(
                own: 1, object: { $0.enumeration("e___old", [("A___old", 1)]) },
                kernel: { $0.enumeration("e", [("A____x", 4), ("A", 5)]) }) == 5)
    }

    @Test(arguments: ["1", "2", "65535"])
    func anEnumeratorThatTheObjectDoesNotHaveIsRefused(_ path: String) {
        #expect(throws: ObjectError.self) {
            try COREQuestion.value(.enumeratorExists, path, own: 1, object: { $0.enumeration("e", [("A", 1)]) }, kernel: { _ in })
        }
    }

    @Test func aQuestionAboutAnEnumeratorOfAStructIsRefused() {
        #expect(throws: ObjectError.self) {
            try COREQuestion.value(
                .enumeratorExists, "0", own: 1, object: { $0.structure("s", size: 4, [Member("A", 1, at: 0)]) }, kernel: { _ in })
        }
    }

    @Test func aTypesNumberIsThatOfTheKernelOrOfTheObject() throws {
        let object: (inout BTFImage) -> UInt32 = { $0.structure("s", size: 4, []) }
        let kernel: (inout BTFImage) -> Void = {
            for _ in 0..<7 { $0.pointer(to: 1) }
            $0.structure("s", size: 8, [])
        }
        #expect(try COREQuestion.value(.typeIDTarget, "0", own: 2, object: object, kernel: kernel) == 9)
        #expect(try COREQuestion.value(.typeIDLocal, "0", own: 77, object: object, kernel: kernel) == 2)
        #expect(try COREQuestion.value(.typeIDLocal, "0", own: 77, object: object, kernel: { _ in }) == 2)
    }

    @Test func aTypeThatIsNotThereHasSizeAndNumberZero() throws {
        let object: (inout BTFImage) -> UInt32 = { $0.structure("s", size: 4, []) }
        #expect(try COREQuestion.value(.typeSize, "0", own: 4, object: object, kernel: { _ in }) == 0)
        #expect(try COREQuestion.value(.typeIDTarget, "0", own: 2, object: object, kernel: { _ in }) == 0)
    }

    @Test func severalTypesOfOneNameMustAgree() throws {
        let object: (inout BTFImage) -> UInt32 = { $0.structure("s", size: 4, [Member("f", 1, at: 0)]) }
        func kernel(_ first: UInt32, _ second: UInt32) -> (inout BTFImage) -> Void {
            return {
                $0.structure("s", size: first, [Member("f", 1, at: first * 8)])
                $0.structure("s___2", size: second, [Member("f", 1, at: second * 8)])
            }
        }
        #expect(try COREQuestion.value(.byteOffset, "0:0", own: 0, object: object, kernel: kernel(8, 8)) == 8)
        for (kind, path, own) in [(COREQuestion.Kind.byteOffset, "0:0", 0), (.typeSize, "0", 4)] as [(COREQuestion.Kind, String, Int32)] {
            let error = try #require(throws: ObjectError.self) {
                try COREQuestion.value(kind, path, own: own, object: object, kernel: kernel(8, 16))
            }
            #expect(error.description.contains("several types"))
            // With the field's size, where the answer is an offset.
            #expect(error.description.contains(kind == .typeSize ? "8 and 16" : "8 (4 bytes) and 16 (4 bytes)"))
        }
        // A candidate that does not have the field says nothing.
        #expect(
            try COREQuestion.value(.byteOffset, "0:0", own: 0, object: object) {
                $0.structure("s", size: 4, [Member("other", 1, at: 0)])
                $0.structure("s", size: 4, [Member("f", 1, at: 32)])
            } == 4)
    }

    @Test func severalTypesThatAgreeOnThePlaceMustAgreeOnTheSize() throws {
        // `r0 = *(u32 *)(r1 + 0)` of a field that is a u64 in one kernel type of the name and a u16 in the other.
        var question = COREQuestion([.load(0x61, 0)])
        let local = question.image.types.integer("u32", size: 4)
        let type = question.image.types.structure("s", size: 4, [Member("f", local, at: 0)])
        question.ask(COREQuestion.Kind.byteOffset.rawValue, type, "0:0")
        let (wide, narrow) = (question.kernel.integer("u64", size: 8), question.kernel.integer("u16", size: 2))
        question.kernel.structure("s", size: 8, [Member("f", wide, at: 0)])
        question.kernel.structure("s", size: 8, [Member("f", narrow, at: 0)])
        #expect(throws: ObjectError.self) { try question.answer() }
    }

    /// The shapes that a type may have in object and kernel, and whether one may stand for the other.
    @Test func aTypeExistsOnlyInItsOwnShape() throws {
        func exists(_ object: (inout BTFImage) -> UInt32, _ kernel: (inout BTFImage) -> UInt32) throws -> Bool {
            try COREQuestion.value(.typeExists, "0", own: 1, object: { $0.alias("t", object(&$0)) }, kernel: { $0.alias("t", kernel(&$0)) }) == 1
        }
        let shapes: [(inout BTFImage) -> UInt32] = [
            { _ in 1 }, { $0.pointer(to: 1) }, { $0.array(of: 1, count: 4) }, { $0.structure("", size: 4, []) },
            { $0.structure("", size: 4, isUnion: true, []) }, { $0.enumeration("", [("A", 1)]) }, { $0.prototype(result: 1, [("", 1)]) },
            { $0.add(kind: 7, name: "f") },
        ]
        for (left, object) in shapes.enumerated() {
            for (right, kernel) in shapes.enumerated() {
                #expect(try exists(object, kernel) == (left == right), "\(left) and \(right)")
            }
        }
        #expect(try exists({ $0.array(of: 1, count: 4) }, { $0.array(of: 1, count: 9) }))
        #expect(try exists({ $0.enumeration("", [("A", 1)]) }, { $0.enumeration64("", [("A", 1)]) }))
        #expect(try !exists({ $0.pointer(to: $0.pointer(to: 1)) }, { $0.pointer(to: 1) }))
        #expect(try !exists({ $0.prototype(result: 1, [("", 1)]) }, { $0.prototype(result: 1, [("", 1), ("", 1)]) }))
        #expect(try !exists({ $0.prototype(result: 0, []) }, { $0.prototype(result: 1, []) }))
        #expect(try exists({ $0.prototype(result: 0, []) }, { $0.prototype(result: 0, []) }))
    }

    @Test func prototypesThatNestAreComparedInTime() async {
        await #expect(processExitsWith: .success) {
            limitThisProcess(seconds: 20)
            // Each prototype has the next one 200 times as a parameter, through a pointer.
            let nest: (inout BTFImage) -> UInt32 = { types in
                var inner: UInt32 = 1
                for _ in 0..<12 {
                    let pointer = types.pointer(to: inner)
                    inner = types.prototype(result: 1, Array(repeating: ("", pointer), count: 200))
                }
                return types.alias("t", inner)
            }
            _ = try? COREQuestion.value(.typeExists, "0", own: 1, object: nest, kernel: { _ = nest(&$0) })
        }
    }

    @Test func aQuestionOnAnInstructionThatLoadsAMapSpoilsBoth() throws {
        // The wide load refers to a map, and a question about a field that is not there stands on it as well.
        // The program ends behind the first half of the load.
        var question = COREQuestion([.exit, Instruction.wide(1)[0]], endsWithExit: false)
        question.addInt()
        let one = question.image.types.pointer(to: question.image.types.array(of: 1, count: 1))
        let map = question.image.types.structure("", size: 8, [Member("type", one, at: 0)])
        question.image.addVariables(".maps", bytes: [UInt8](repeating: 0, count: 8), [("m", map, 0, 8)])
        let type = question.image.types.structure("s", size: 4, [Member("f", 1, at: 0)])
        question.ask(COREQuestion.Kind.byteOffset.rawValue, type, "0:0", slot: 1)
        try question.image.relocate(1, slot: 1, to: "m")
        let answer = try question.answer()
        #expect(answer.poisoned[1]?.contains("struct s.f") == true)
        #expect(answer.mapReferences.isEmpty)
        #expect(answer.instructions.count == 2)
    }
}
