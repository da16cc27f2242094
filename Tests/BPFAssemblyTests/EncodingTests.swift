// SPDX-License-Identifier: Apache-2.0

import BPFAssembly
import Bytes
import Testing
import TestImages

@Suite struct EncodingTests {
    typealias Operation = Instruction.Operation

    @Test func `every operation comes back from its slots`() throws {
        for operation in SampleOperations.all {
            let slots = operation.instructions
            #expect(slots.count == operation.slotCount)
            let decoded = try Operation(slots[0], next: slots.count > 1 ? slots[1] : nil)
            #expect(decoded == operation)
        }
    }

    @Test(arguments: [ByteOrder.littleEndian, .bigEndian])
    func `code comes back from its bytes in both orders`(order: ByteOrder) throws {
        var bytes: [UInt8] = []
        for slot in SampleOperations.all.flatMap(\.instructions) { slot.encode(into: &bytes, order: order) }
        let instructions = try #require(Instruction.decode(ByteView(bytes), order: order))
        let decoded = try Operation.decode(instructions)
        #expect(decoded.map(\.operation) == SampleOperations.all)
        #expect(decoded.last.map { $0.slot + $0.operation.slotCount } == instructions.count)
    }

    @Test func `the example of RFC 9669 has the bytes that it says, in both orders`() {
        let operation = Operation.arithmetic(.add, .bits64, .r1, 0x1122_3344)
        var little: [UInt8] = []
        var big: [UInt8] = []
        for slot in operation.instructions {
            slot.encode(into: &little, order: .littleEndian)
            slot.encode(into: &big, order: .bigEndian)
        }
        #expect(little == [0x07, 0x01, 0x00, 0x00, 0x44, 0x33, 0x22, 0x11])
        #expect(big == [0x07, 0x10, 0x00, 0x00, 0x11, 0x22, 0x33, 0x44])
    }

    /// Opcode, destination, source, offset, immediate; put together by hand from the kernel's headers.
    static let known: [(Operation, Instruction)] = [
        (.arithmetic(.signedModulo, .bits32, .r1, .r2), Instruction(opcode: 0x9C, destination: 1, source: 2, offset: 1)),
        (.moveSignExtending(.wordTo64, .r1, from: .r2), Instruction(opcode: 0xBF, destination: 1, source: 2, offset: 32)),
        (.swapBytes(.unconditional, .bits32, .r4), Instruction(opcode: 0xD7, destination: 4, immediate: 32)),
        (.load(.half, .r1, from: Address(.r2, offset: 4)), Instruction(opcode: 0x69, destination: 1, source: 2, offset: 4)),
        (.loadSignExtending(.byte, .r1, from: Address(.r2)), Instruction(opcode: 0x91, destination: 1, source: 2)),
        (.store(.double, to: Address(.r10, offset: -8), 5), Instruction(opcode: 0x7A, destination: 10, offset: -8, immediate: 5)),
        (.atomic(.compareExchange, .bits64, at: Address(.r1), .r2), Instruction(opcode: 0xDB, destination: 1, source: 2, immediate: 0xF1)),
        (.loadAcquire(.byte, .r1, from: Address(.r2)), Instruction(opcode: 0xD3, destination: 1, source: 2, immediate: 0x100)),
        (.storeRelease(.half, to: Address(.r1), .r2), Instruction(opcode: 0xCB, destination: 1, source: 2, immediate: 0x110)),
        (.jumpLong(offset: -2), Instruction(opcode: 0x06, immediate: -2)),
        (.mayGoto(offset: 7), Instruction(opcode: 0xE5, offset: 7)),
        (.call(.function(offset: 4)), Instruction(opcode: 0x85, source: 1, immediate: 4)),
        (.call(.kernelFunction(typeID: 99, module: 2)), Instruction(opcode: 0x85, source: 2, offset: 2, immediate: 99)),
        (.loadPacketIndirect(.half, at: .r3), Instruction(opcode: 0x48, source: 3)),
        (
            .castAddressSpace(.r1, from: .r2, destinationSpace: 1, sourceSpace: 0),
            Instruction(opcode: 0xBF, destination: 1, source: 2, offset: 1, immediate: 0x10000)
        ),
    ]

    @Test func `operations have the slots that the kernel's headers say`() {
        for (operation, slot) in Self.known { #expect(operation.instructions == [slot]) }
    }

    @Test func `a wide load has its value in two slots, and its kind in the source`() {
        let load = Operation.loadWide(.r1, .mapValue(descriptor: 9, offset: 24))
        #expect(
            load.instructions == [Instruction(opcode: 0x18, destination: 1, source: 2, immediate: 9), Instruction(opcode: 0, immediate: 24)])
        let constant = Operation.loadWide(.r2, .constant(0x1_8000_0000))
        #expect(constant.instructions.map(\.immediate) == [.min, 1])
    }

    @Test func `each slot is refused, or encoded again as it was`() {
        var generator = SeededGenerator(seed: 9669)
        var decoded = 0
        for _ in 0..<200_000 {
            let first = randomSlot(&generator)
            let second = Instruction(opcode: 0, immediate: Int32(truncatingIfNeeded: generator.next()))
            do throws(AssemblyError) {
                let operation = try Operation(first, next: second, at: 7)
                decoded += 1
                #expect(operation.instructions == (operation.slotCount == 2 ? [first, second] : [first]))
            } catch {
                #expect(error.slot == 7 && error.opcode == first.opcode && !error.reason.isEmpty)
            }
        }
        #expect(decoded > 10_000)
    }

    /// A slot whose fields are often those that instructions use.
    private func randomSlot(_ generator: inout SeededGenerator) -> Instruction {
        let offsets: [Int16] = [0, 0, 0, 1, 8, 16, 32, -1, .max]
        let immediates: [Int32] = [0, 0, 0, 1, 16, 32, 64, 0x40, 0x41, 0xE1, 0xF1, 0x100, 0x110, 0x10000, -1]
        return Instruction(
            opcode: UInt8.random(in: 0...255, using: &generator), destination: UInt8.random(in: 0...11, using: &generator),
            source: Bool.random(using: &generator) ? 0 : UInt8.random(in: 0...11, using: &generator),
            offset: offsets.randomElement(using: &generator) ?? 0, immediate: immediates.randomElement(using: &generator) ?? 0)
    }

    static let refused: [(Instruction, AssemblyError.Code)] = [
        (Instruction(opcode: 0x00), .unknownOpcode), (Instruction(opcode: 0xFF), .unknownOpcode), (Instruction(opcode: 0x8F), .unknownOpcode),
        (Instruction(opcode: 0x99), .unknownOpcode), (Instruction(opcode: 0x38), .unknownOpcode), (Instruction(opcode: 0x9D), .unknownOpcode),
        (Instruction(opcode: 0x0F, offset: 1), .unknownVariant), (Instruction(opcode: 0xBC, offset: 32), .unknownVariant),
        (Instruction(opcode: 0xB7, offset: 8), .unknownVariant), (Instruction(opcode: 0xD7, immediate: 8), .unknownVariant),
        (Instruction(opcode: 0xDB, immediate: 0x02), .unknownVariant), (Instruction(opcode: 0xCB, immediate: 0x01), .unknownVariant),
        (Instruction(opcode: 0x85, source: 3), .unknownVariant), (Instruction(opcode: 0x95, immediate: 1), .unknownVariant),
        (Instruction(opcode: 0x07, destination: 11), .unknownRegister), (Instruction(opcode: 0x0F, source: 12), .unknownRegister),
        (Instruction(opcode: 0x07, source: 1), .reservedField), (Instruction(opcode: 0x95, destination: 1), .reservedField),
        (Instruction(opcode: 0x05, immediate: 1), .reservedField), (Instruction(opcode: 0x61, immediate: 1), .reservedField),
        (Instruction(opcode: 0x18), .truncated),
    ]

    @Test func `what is no instruction is an error that says why`() {
        for (slot, code) in Self.refused {
            #expect { try Operation(slot, at: 3) } throws: { error in
                guard let error = error as? AssemblyError else { return false }
                return error.code == code && error.slot == 3 && error.opcode == slot.opcode
            }
        }
    }

    @Test func `an error reads as a sentence with its place`() {
        #expect {
            try Operation.decode([Instruction(opcode: 0x95), Instruction(opcode: 0x07, source: 2)])
        } throws: { error in
            "\(error)"
                == "instruction 1 (opcode 0x7): the field 'source' is 2, but this instruction does not use it: it must be 0"
        }
    }

    @Test func `a wide load without its second slot, or with something else in it, is refused`() throws {
        let first = Instruction(opcode: 0x18, destination: 1)
        #expect(throws: AssemblyError.self) { try Operation.decode([first]) }
        #expect(throws: AssemblyError.self) { try Operation.decode([first, Instruction(opcode: 0x95)]) }
        #expect(throws: AssemblyError.self) {
            // A map has no upper half.
            try Operation.decode([Instruction(opcode: 0x18, source: 1, immediate: 3), Instruction(opcode: 0, immediate: 1)])
        }
        let lenient = try Operation.decode([first, Instruction(opcode: 0x95, immediate: 2)], reservedFields: .ignored)
        #expect(lenient.map(\.operation) == [.loadWide(.r1, .constant(2 << 32))])
    }

    @Test func `operations know which kernel takes them`() {
        #expect(Operation.exit.since == "3.18")
        #expect(Operation.call(.helper(130)).since == "5.8")
        #expect(Operation.call(.helper(1_000_000)).since == nil)
        #expect(Operation.call(.indirect(.r1)).since == nil)
        #expect(Operation.atomic(.add, .bits64, at: Address(.r1), .r2).since == "3.18")
        #expect(Operation.atomic(.fetchAdd, .bits64, at: Address(.r1), .r2).since == "5.12")
        #expect(Operation.jumpLong(offset: 1).since == "6.6")
        #expect(Operation.loadAcquire(.word, .r1, from: Address(.r2)).since == "6.15")
        #expect(Operation.branch(.less, .bits64, .r1, 1, offset: 0).instructionSet == .v2)
        #expect(Operation.move(.bits32, .r1, 1).instructionSet == .v3)
        #expect(Operation.arithmetic(.signedDivide, .bits32, .r1, 3).instructionSet == .v4)
    }

    @Test func `helpers are found by number and by name, with and without bpf_`() {
        for helper in Helper.all {
            #expect(Helper.numbered(helper.number) == helper)
            #expect(Helper.named(helper.name) == helper && Helper.named("bpf_" + helper.name) == helper)
        }
        #expect(Helper.numbered(0) == nil && Helper.numbered(.min) == nil && Helper.numbered(.max) == nil && Helper.named("") == nil)
    }
}
