// SPDX-License-Identifier: Apache-2.0

import BPFAssembly
import BPFObject
import Bytes
import TestImages
import Testing

/// The instructions that hold answers: constants, loads, stores, wide constants.
@Suite struct COREPatchTests {
    typealias Member = BTFImage.Member

    /// An access to field `f` of so many bytes in the object and in the kernel, where it lies at 16.
    private func access(
        _ instruction: Instruction, _ own: UInt32, _ theirs: UInt32, isSigned: Bool = false, kernelIsSigned: Bool? = nil
    ) throws -> ProgramAssembly {
        var question = COREQuestion([instruction])
        let local = question.image.types.integer("i", size: own, encoding: isSigned ? 1 : 0)
        let target = question.kernel.integer("i", size: theirs, encoding: kernelIsSigned ?? isSigned ? 1 : 0)
        let type = question.image.types.structure("s", size: 8, [Member("f", local, at: 0)])
        question.kernel.structure("s", size: 32, [Member("f", target, at: 128)])
        question.ask(COREQuestion.Kind.byteOffset.rawValue, type, "0:0")
        return try question.answer()
    }

    /// `BPF_SIZE` of an opcode.
    private static let sizes: [(bytes: UInt32, bits: UInt8)] = [(4, 0x00), (2, 0x08), (1, 0x10), (8, 0x18)]

    /// Loads (`BPF_LDX | BPF_MEM`), stores of constants and of registers.
    @Test(arguments: [0x61, 0x62, 0x63] as [UInt8])
    func anAccessToAnUnsignedFieldTakesItsWidthInTheKernel(_ opcode: UInt8) throws {
        for own in Self.sizes {
            for theirs in Self.sizes {
                let answer = try access(Instruction(opcode: opcode | own.bits, source: 1, immediate: 0), own.bytes, theirs.bytes)
                #expect(answer.instructions[0] == Instruction(opcode: opcode | theirs.bits, source: 1, offset: 16), "\(own) \(theirs)")
            }
        }
    }

    /// `BPF_LDX | BPF_MEMSX`, since clang's `-mcpu=v4`.
    @Test func aLoadThatExtendsTheSignTakesTheWidthOfASignedField() throws {
        for own in Self.sizes where own.bytes < 8 {
            for theirs in Self.sizes {
                let answer = try access(Instruction(opcode: 0x81 | own.bits, source: 1), own.bytes, theirs.bytes, isSigned: true)
                // Of 8 bytes there is nothing to extend: the plain load.
                let expected = theirs.bytes == 8 ? 0x79 : 0x81 | theirs.bits
                #expect(answer.instructions[0] == Instruction(opcode: expected, source: 1, offset: 16), "\(own) \(theirs)")
            }
        }
    }

    @Test func anAccessThatWouldChangeTheValueIsSpoilt() throws {
        for (opcode, isSigned, kernelIsSigned) in [
            (0x61, true, true), (0x63, true, true), (0x61, false, true), (0x61, true, false), (0x81, false, false), (0x81, true, false),
        ] as [(UInt8, Bool, Bool)] {
            let answer = try access(Instruction(opcode: opcode, source: 1), 4, 8, isSigned: isSigned, kernelIsSigned: kernelIsSigned)
            #expect(answer.poisoned[0]?.contains("'struct s.f' has 4 bytes in the object and 8 in this kernel") == true)
            #expect(answer.instructions[0].opcode == 0x85)
            // Of the same width, nothing is changed but the offset.
            let same = try access(Instruction(opcode: opcode, source: 1), 4, 4, isSigned: isSigned, kernelIsSigned: kernelIsSigned)
            #expect(same.instructions[0] == Instruction(opcode: opcode, source: 1, offset: 16))
        }
    }

    @Test func anAtomicOperationTakesOnlyTheWidthsThatThereAre() throws {
        let add = Instruction(opcode: 0xC3, source: 1)
        #expect(try access(add, 4, 8).instructions[0] == Instruction(opcode: 0xDB, source: 1, offset: 16))
        #expect(try access(add, 4, 2).poisoned.count == 1)
        let release = Instruction(opcode: 0xC3, source: 1, immediate: 0x110)
        #expect(try access(release, 4, 2).instructions[0] == Instruction(opcode: 0xCB, source: 1, offset: 16, immediate: 0x110))
    }

    @Test func anAccessToAPartOfAFieldOfAnotherSizeIsRefused() throws {
        let error = try #require(throws: ObjectError.self) { try access(Instruction(opcode: 0x71, source: 1), 4, 8) }
        #expect(error.description.contains("'main'"))
        #expect(error.description.contains("struct s.f"))
        #expect(try access(Instruction(opcode: 0x71, source: 1), 4, 4).instructions[0].offset == 16)
    }

    @Test func aWidthThatNoAccessHasSpoilsTheInstruction() throws {
        #expect(try access(Instruction(opcode: 0x61, source: 1), 4, 16).poisoned.count == 1)
    }

    @Test func anAccessToAnArrayGoesByTheSizeOfItsElements() throws {
        func load(_ count: UInt32, of size: UInt32) throws -> ProgramAssembly {
            var question = COREQuestion([.load(0x61, 0)])
            let local = question.image.types.integer("i", size: 4)
            let target = question.kernel.integer("i", size: size)
            let (own, theirs) = (question.image.types.array(of: local, count: 4), question.kernel.array(of: target, count: count))
            let type = question.image.types.structure("s", size: 16, [Member("f", own, at: 0)])
            question.kernel.structure("s", size: 64, [Member("f", theirs, at: 64)])
            question.ask(COREQuestion.Kind.byteOffset.rawValue, type, "0:0")
            return try question.answer()
        }
        #expect(try load(8, of: 4).instructions[0].offset == 8, "however many they are")
        #expect(try load(4, of: 8).poisoned.count == 1)
    }

    @Test func severalTypesMayDifferInTheSizeOfAFieldWhoseAddressIsTaken() throws {
        // `r1 += offset`, as for bpf_probe_read_kernel.
        var question = COREQuestion([Instruction(opcode: 0x07, destination: 1, immediate: 0)])
        question.addInt()
        let type = question.image.types.structure("s", size: 4, [Member("f", 1, at: 0)])
        question.ask(COREQuestion.Kind.byteOffset.rawValue, type, "0:0")
        let wide = question.kernel.integer("long", size: 8, encoding: 1)
        question.kernel.structure("s", size: 16, [Member("f", 1, at: 64)])
        question.kernel.structure("s", size: 16, [Member("f", wide, at: 64)])
        #expect(try question.answer().instructions[0].immediate == 8)
    }

    @Test func aWideLoadOfAnythingButAConstantIsRefused() throws {
        for (first, second) in [
            (Instruction(opcode: 0x18, source: 1), Instruction(opcode: 0)), (Instruction(opcode: 0x18, offset: 1), Instruction(opcode: 0)),
            (Instruction(opcode: 0x18), Instruction(opcode: 0xB7)), (Instruction(opcode: 0x18), Instruction(opcode: 0, destination: 1)),
            (Instruction(opcode: 0x18), Instruction(opcode: 0, source: 1)), (Instruction(opcode: 0x18), Instruction(opcode: 0, offset: 1)),
        ] {
            var question = COREQuestion([first, second])
            question.addInt()
            let members = [Member("f", 1, at: 0)]
            let type = question.image.types.structure("s", size: 4, members)
            question.kernel.structure("s", size: 4, members)
            question.ask(COREQuestion.Kind.byteOffset.rawValue, type, "0:0")
            let error = try #require(throws: ObjectError.self) { try question.answer() }
            #expect(error.description.contains("struct s.f"), "\(error)")
            #expect(error.description.contains("constant"), "\(error)")
        }
    }

    @Test func bothHalvesOfAWideLoadAreSpoilt() throws {
        var question = COREQuestion(Instruction.wide(1, 1))
        question.ask(COREQuestion.Kind.enumeratorValue.rawValue, question.image.types.enumeration("e", [("A", 1)]), "0")
        let answer = try question.answer()
        #expect(answer.poisoned.keys.sorted() == [0, 1])
        #expect(answer.instructions.prefix(2).allSatisfy { $0.opcode == 0x85 && $0.immediate == 195_896_080 })
        #expect(answer.instructions.count == 3)
    }

    @Test func aQuestionThatManyInstructionsAskIsAnsweredInEach() throws {
        var question = COREQuestion([.load(0x61, 4), .move(0, 4), .load(0x61, 4), Instruction(opcode: 0x07, destination: 1, immediate: 4)])
        question.addInt()
        let type = question.image.types.structure("s", size: 8, [Member("a", 1, at: 0), Member("b", 1, at: 32)])
        question.kernel.structure("s", size: 64, [Member("b", 1, at: 256)])
        for slot in 0..<4 { question.ask(COREQuestion.Kind.byteOffset.rawValue, type, "0:1", slot: slot) }
        let instructions = try question.answer().instructions
        #expect(instructions.map(\.offset).prefix(4) == [32, 0, 32, 0])
        #expect(instructions.map(\.immediate).prefix(4) == [0, 32, 0, 32])
    }
}
