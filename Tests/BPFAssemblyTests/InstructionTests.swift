// SPDX-License-Identifier: Apache-2.0

import BPFAssembly
import Bytes
import TestImages
import Testing

@Suite struct InstructionTests {
    static let orders = [ByteOrder.littleEndian, .bigEndian]

    @Test func aSlotHasTheLayoutOfTheStandard() throws {
        let instruction = Instruction(opcode: 0x63, destination: 10, source: 1, offset: -4, immediate: 0x0102_0304)
        var little: [UInt8] = []
        instruction.encode(into: &little, order: .littleEndian)
        #expect(little == [0x63, 0x1A, 0xFC, 0xFF, 0x04, 0x03, 0x02, 0x01])
        var big: [UInt8] = []
        instruction.encode(into: &big, order: .bigEndian)
        #expect(big == [0x63, 0xA1, 0xFF, 0xFC, 0x01, 0x02, 0x03, 0x04])
        #expect(Instruction(ByteView(little), at: 0, order: .littleEndian) == instruction)
        #expect(Instruction(ByteView(big), at: 0, order: .bigEndian) == instruction)
    }

    @Test(arguments: orders)
    func decodingAndEncodingGivesTheSameBytes(_ order: ByteOrder) throws {
        var generator = SeededGenerator(seed: 0xB9F)
        let bytes = (0..<8 * 10_000).map { _ in UInt8.random(in: 0...255, using: &generator) }
        let instructions = try #require(Instruction.decode(ByteView(bytes), order: order))
        #expect(instructions.count == 10_000)
        var encoded: [UInt8] = []
        for instruction in instructions { instruction.encode(into: &encoded, order: order) }
        #expect(encoded == bytes)
    }

    @Test(arguments: orders)
    func encodingAndDecodingGivesTheSameInstructions(_ order: ByteOrder) throws {
        var generator = SeededGenerator(seed: 0x9B)
        let instructions = (0..<5000).map { _ in
            Instruction(
                opcode: .random(in: 0...255, using: &generator), destination: .random(in: 0...15, using: &generator),
                source: .random(in: 0...15, using: &generator), offset: .random(in: .min ... .max, using: &generator),
                immediate: .random(in: .min ... .max, using: &generator))
        }
        var encoded: [UInt8] = []
        for instruction in instructions { instruction.encode(into: &encoded, order: order) }
        #expect(Instruction.decode(ByteView(encoded), order: order) == instructions)
    }

    @Test(arguments: orders)
    func registersThatDoNotFitDoNotSpoilTheirNeighbours(_ order: ByteOrder) throws {
        var bytes: [UInt8] = []
        Instruction(opcode: 0xBF, destination: 0xF1, source: 0xF2).encode(into: &bytes, order: order)
        let decoded = try #require(Instruction(ByteView(bytes), at: 0, order: order))
        #expect(decoded.destination == 1)
        #expect(decoded.source == 2)
    }

    @Test(arguments: 1..<8)
    func bytesThatAreNoWholeNumberOfSlotsAreNoInstructions(_ rest: Int) {
        #expect(Instruction.decode(ByteView([UInt8](repeating: 0, count: 16 + rest)), order: .native) == nil)
        #expect(Instruction.decode(ByteView([UInt8](repeating: 0, count: rest)), order: .native) == nil)
    }

    @Test func noBytesAreNoInstructions() {
        #expect(Instruction.decode(ByteView([]), order: .native) == [])
    }

    @Test func aSlotOutsideIsNone() throws {
        let bytes = ByteView([UInt8](repeating: 0x95, count: 20))
        #expect(Instruction(bytes, at: 1, order: .native) != nil)
        for index in [-1, 2, 3, 1 << 40, -(1 << 40)] { #expect(Instruction(bytes, at: index, order: .native) == nil) }
    }

    @Test func aSlotWhosePlaceOverflowsIsNone() {
        let bytes = ByteView([UInt8](repeating: 0x95, count: 16))
        for index in [Int.max, .min, .max / 8 + 1] { #expect(Instruction(bytes, at: index, order: .native) == nil) }
    }

    @Test func everyOpcodeHasTheClassOfItsThreeLowBits() {
        let classes: [InstructionClass] = [
            .load, .loadFromRegister, .store, .storeFromRegister, .arithmetic32, .jump, .jump32, .arithmetic64,
        ]
        for opcode in UInt8.min...UInt8.max {
            #expect(Instruction(opcode: opcode).instructionClass == classes[Int(opcode & 7)])
        }
    }

    @Test func theInstructionsThatLoadersChangeAreRecognised() {
        let wide = (UInt8.min...UInt8.max).filter { Instruction(opcode: $0).isWideLoad }
        #expect(wide == [0x18])
        // A call is of a function of the same program only with source register 1.
        let local = (UInt8(0)...15).filter { Instruction(opcode: 0x85, source: $0).isLocalCall }
        #expect(local == [1])
        #expect(!Instruction(opcode: 0x8D, source: 1).isLocalCall)
        #expect(Instruction(opcode: 0xB7).usesImmediate, "r0 = 1")
        #expect(!Instruction(opcode: 0xBF).usesImmediate, "r0 = r1")
        #expect(Instruction(opcode: 0x04).usesImmediate, "w0 += 1")
        #expect(!Instruction(opcode: 0x0C).usesImmediate, "w0 += w1")
    }
}
