// SPDX-License-Identifier: Apache-2.0

import BPFAssembly
import Bytes
import Testing
import TestImages

@Suite struct DamagedCodeTests {
    /// Reads bytes in every way that there is. Nothing of it may trap; each line must be text.
    private func read(_ bytes: [UInt8], order: ByteOrder) {
        let view = ByteView(bytes)
        guard let instructions = Instruction.decode(view, order: order) else {
            #expect(bytes.count % Instruction.size != 0)
            #expect(throws: AssemblyError.self) { try Disassembly(view, order: order) }
            return
        }
        var slots = 0
        for line in Disassembly(instructions, style: .namingHelpers, names: [0: "start"]) {
            #expect(line.slot == slots && !line.text.isEmpty)
            slots += line.slotCount
        }
        #expect(slots == instructions.count)
        do throws(AssemblyError) {
            let operations = try Instruction.Operation.decode(instructions)
            #expect(operations.flatMap(\.operation.instructions) == instructions)
        } catch {
            #expect(error.slot.map { instructions.indices.contains($0) } == true && !error.description.isEmpty)
        }
    }

    @Test func `5000 random strings of bytes are read or refused`() {
        var generator = SeededGenerator(seed: 1)
        for round in 0..<5000 {
            let bytes = (0..<Int.random(in: 0...200, using: &generator)).map { _ in UInt8.random(in: 0...255, using: &generator) }
            read(bytes, order: round % 2 == 0 ? .littleEndian : .bigEndian)
        }
    }

    @Test func `3000 damaged copies of code are read or refused`() {
        var generator = SeededGenerator(seed: 2)
        let operations = SampleOperations.all
        for round in 0..<3000 {
            let order: ByteOrder = round % 2 == 0 ? .littleEndian : .bigEndian
            var bytes: [UInt8] = []
            for _ in 0..<20 {
                for slot in operations.randomElement(using: &generator)?.instructions ?? [] { slot.encode(into: &bytes, order: order) }
            }
            read(Damage.copy(of: bytes, using: &generator), order: order)
        }
    }

    @Test func `fields that no slot can hold are refused as well`() {
        for opcode in UInt8.min...UInt8.max {
            let slot = Instruction(opcode: opcode, destination: .max, source: .max, offset: .min, immediate: .min)
            #expect(throws: AssemblyError.self) { try Instruction.Operation(slot, next: slot) }
            #expect(Array(Disassembly([slot, slot])).allSatisfy { !$0.text.isEmpty })
        }
    }
}
