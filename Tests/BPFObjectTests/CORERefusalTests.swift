// SPDX-License-Identifier: Apache-2.0

import BPFAssembly
import BPFObject
import BTF
import Bytes
import TestImages
import Testing

/// Questions that make no sense, and answers that do not fit.
@Suite struct CORERefusalTests {
    /// `r0 = 0` that asks about `struct s { int a; int b; }`, which the kernel has as well.
    private func question(_ instructions: [Instruction] = [.move(0, 0)]) -> (COREQuestion, type: UInt32) {
        var question = COREQuestion(instructions)
        question.addInt()
        let members = [BTFImage.Member("a", 1, at: 0), .init("b", 1, at: 32)]
        let type = question.image.types.structure("s", size: 8, members)
        question.kernel.structure("s", size: 8, members)
        return (question, type)
    }

    private func error(_ question: COREQuestion) throws -> ObjectError {
        try #require(throws: ObjectError.self) { try question.answer() }
    }

    @Test(arguments: ["", ":", "0:", ":0", "a", "0:a", "0:-1", "-1", "0:1:", "0::1", "0 1", "0:99999999999999999999", "0:0x1"])
    func aPathThatIsNoneIsRefused(_ path: String) throws {
        var (question, type) = question()
        question.ask(0, type, path)
        let error = try error(question)
        #expect(error.code == .malformed)
        #expect(error.description.contains("'\(path)'"))
    }

    @Test func aPathOfMoreThan64StepsIsRefused() throws {
        var (question, type) = question()
        question.ask(0, type, Array(repeating: "0", count: 65).joined(separator: ":"))
        #expect(try error(question).code == .malformed)
    }

    @Test(arguments: [13, 14, 255, 0x8000_0000, .max] as [UInt32])
    func aKindThatIsNewerIsNotSupported(_ kind: UInt32) throws {
        var (question, type) = question()
        question.ask(kind, type, "0:0")
        let error = try error(question)
        #expect(error.code == .unsupported)
        #expect(error.description.contains("\(kind)"))
    }

    @Test(arguments: ["0:2", "0:1:0", "0:1000", "9223372036854775807", "0:9223372036854775807", "536870912:0", "4611686018427387904:1"])
    func aPathThatLeadsOutOfItsTypesIsRefused(_ path: String) throws {
        var (question, type) = question()
        question.ask(0, type, path)
        let error = try error(question)
        #expect(error.description.contains("'main'"), "\(error)")
        #expect(error.description.contains("struct s"), "\(error)")
    }

    @Test(arguments: [3, 1000, .max] as [UInt32])
    func aTypeThatDoesNotExistIsRefused(_ type: UInt32) throws {
        var (question, _) = question()
        question.ask(0, type, "0:0")
        #expect(throws: ObjectError.self) { try question.answer() }
    }

    @Test func aTypeWithoutANameIsRefused() throws {
        var (question, _) = question()
        question.ask(0, question.image.types.structure("", size: 4, [.init("a", 1, at: 0)]), "0:0")
        #expect(try error(question).description.contains("no name"))
    }

    @Test func anInstructionThatHoldsAnotherAnswerThanTheObjectsTypesIsRefused() throws {
        var (question, type) = question([.move(0, 8)])
        question.ask(0, type, "0:1")
        let error = try error(question)
        #expect(error.code == .malformed)
        #expect(error.description.contains("struct s.b"))
        #expect(error.description.contains("holds 8"))
        #expect(error.description.contains("4"))
    }

    @Test func aLoadThatHoldsAnotherOffsetThanTheObjectsTypesIsRefused() throws {
        for offset in [Int16(0), 8, -4] {
            var (question, type) = question([.load(0x61, offset)])
            question.ask(0, type, "0:1")
            #expect(try error(question).code == .malformed)
        }
    }

    @Test func anInstructionThatCanHoldNoAnswerIsRefusedWithItsOpcode() throws {
        for instruction in [
            Instruction.call(-1), .exit, Instruction(opcode: 0xBF, source: 1), Instruction(opcode: 0x05), Instruction(opcode: 0x30),
        ] {
            var (question, type) = question([instruction])
            question.ask(0, type, "0:0")
            let error = try error(question)
            #expect(error.code == .malformed)
            #expect(error.description.contains("opcode \(instruction.opcode)"))
        }
    }

    @Test func aWideLoadWithoutItsSecondHalfIsRefused() throws {
        var question = COREQuestion([Instruction.wide(1)[0]], endsWithExit: false)
        question.addInt()
        let type = question.image.types.structure("s", size: 8, [.init("a", 1, at: 0)])
        question.kernel.structure("s", size: 8, [.init("a", 1, at: 0)])
        question.ask(0, type, "0:0")
        #expect(try error(question).code == .malformed)
    }

    @Test func anOffsetThatDoesNotFitIntoALoadIsRefused() throws {
        var question = COREQuestion([.load(0x61, 0)])
        question.addInt()
        let type = question.image.types.structure("s", size: 4, [.init("a", 1, at: 0)])
        question.kernel.structure("s", size: 40_000, [.init("a", 1, at: 32_768 * 8)])
        question.ask(0, type, "0:0")
        let error = try error(question)
        #expect(error.description.contains("32768"))
        #expect(error.description.contains("struct s.a"))
    }

    @Test func aSizeThatSignExtensionWouldChangeIsRefused() throws {
        // 0x8000_0000 as the immediate of a 64-bit move would become 0xFFFF_FFFF_8000_0000.
        for (opcode, isRefused) in [(UInt8(0xB7), true), (0xB4, false)] {
            var question = COREQuestion([Instruction(opcode: opcode, immediate: 4)])
            question.addInt()
            let type = question.image.types.structure("s", size: 4, [.init("a", 1, at: 0)])
            question.kernel.structure("s", size: 0x8000_0000, [.init("a", 1, at: 0)])
            question.ask(COREQuestion.Kind.typeSize.rawValue, type, "0")
            if isRefused {
                #expect(try error(question).description.contains("2147483648"))
            } else {
                #expect(try question.answer().instructions[0].immediate == .min)
            }
        }
    }

    @Test func aPathThatGoesInACircleIsRefused() throws {
        var (question, _) = question()
        let alias = question.image.types.count
        question.image.types.alias("loop", alias)
        question.ask(0, alias, "0:0")
        let error = try error(question)
        #expect(error.description.contains("circle"))
    }

    @Test func aRelocationOfAProgramThatIsNotLoadedIsNotLookedAt() throws {
        var (question, type) = question([.move(0, 99)])
        question.ask(0, type, "0:1")
        var object = try question.image.read()
        let kernel = try BTF(ByteView(question.kernel.bytes()))
        #expect(object.needsKernelTypes)
        #expect(throws: ObjectError.self) { try object.relocated(against: kernel) }
        object.programs[0].isLoaded = false
        #expect(!object.needsKernelTypes)
        #expect(throws: Never.self) { try object.relocated(against: kernel) }
    }
}
