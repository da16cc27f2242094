// SPDX-License-Identifier: Apache-2.0

public import BPFAssembly
public import Bytes

extension Reading {
    /// Decodes, prints and encodes code; what was decoded comes back as it was.
    ///
    /// - Throws: `AssemblyError` where a slot is no instruction.
    public static func instructions(_ bytes: ByteView, order: ByteOrder) throws(AssemblyError) {
        guard let slots = Instruction.decode(bytes, order: order) else {
            check(bytes.count % Instruction.size != 0, "whole slots are not decoded")
            _ = try Disassembly(bytes, order: order)
            fatalError("part of a slot is printed")
        }
        var encoded: [UInt8] = []
        encoded.reserveCapacity(bytes.count)
        for slot in slots { slot.encode(into: &encoded, order: order) }
        check(encoded == bytes.array(), "slots differ when they are encoded")
        printLines(of: slots)
        try rebuild(try Instruction.Operation.decode(slots), slots)
    }

    private static func printLines(of slots: [Instruction]) {
        let style = slots.count % 2 == 0 ? DisassemblyStyle.llvm : .namingHelpers
        var next = 0
        for line in Disassembly(slots, style: style, names: [0: "start", slots.count / 2 + 1: "middle"]) {
            check(line.slot == next && line.slotCount > 0 && !line.text.isEmpty, "lines do not follow each other")
            next += line.slotCount
            guard let operation = line.operation else { continue }
            _ = (operation.since, operation.instructionSet, operation.endsBlock)
        }
        check(next == slots.count, "lines do not cover the code")
    }

    private static func rebuild(
        _ operations: [(slot: Int, operation: Instruction.Operation)], _ slots: [Instruction]
    ) throws(AssemblyError) {
        check(operations.flatMap(\.operation.instructions) == slots, "operations differ when they are encoded")
        var builder = CodeBuilder()
        for (_, operation) in operations { builder.append(operation) }
        let code = try builder.finish()
        check(code.instructions == slots, "code that is built of operations differs")
    }
}
