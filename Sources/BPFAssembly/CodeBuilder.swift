// SPDX-License-Identifier: Apache-2.0

/// Builds code instruction by instruction, with labels and with references that are filled in later.
///
/// ```swift
/// var builder = CodeBuilder()
/// builder.store(.word, 0, to: .r10, offset: -4)
/// builder.mov(.r2, .r10)
/// builder.add(.r2, -4)
/// builder.loadMap(.r1, named: "counts")
/// builder.call(helper: "map_lookup_elem")
/// builder.jump(if: .r0, .equal, 0, to: "missing")
/// builder.mov(.r1, 1)
/// builder.atomic(.add, .r1, at: .r0)
/// builder.place("missing")
/// builder.mov(.r0, 0)
/// builder.exit()
/// let code = try builder.finish()
/// ```
///
/// No method but ``finish()`` throws: the first mistake is kept, with the slot of its instruction, and thrown there. Arithmetic is of 64 bits where
/// nothing else is said. The words of the methods are those of the instruction set.
public struct CodeBuilder: Sendable {
    /// The name of a place in the code.
    public struct Label: Sendable, Hashable, ExpressibleByStringLiteral, CustomStringConvertible {
        /// The name, which is free to choose.
        public let name: String

        /// A label by its name.
        public init(_ name: String) { self.name = name }
        /// A label by its name.
        public init(stringLiteral value: String) { name = value }
        /// The name.
        public var description: String { name }
    }

    /// An instruction whose distance is known once the code is complete.
    enum Distance {
        /// A jump's offset of 16 bits.
        case offset
        /// A far jump's, a call's or a function address's immediate of 32 bits.
        case immediate
    }

    private(set) var instructions: [Instruction] = []
    private var labels: [Label: Int] = [:]
    private var distances: [(slot: Int, kind: Distance, label: Label)] = []
    private var references: [Code.Reference] = []
    private var mistake: AssemblyError?

    /// A builder of code that begins with nothing.
    public init() {}

    /// The slot that the next instruction gets.
    public var slotCount: Int { instructions.count }

    /// Appends any operation, as it is.
    public mutating func append(_ operation: Instruction.Operation) {
        operation.append(to: &instructions)
    }

    /// Gives the place in front of the next instruction a name. Jumps in front of it and behind it may use it.
    public mutating func place(_ label: Label) {
        if let other = labels.updateValue(slotCount, forKey: label) {
            fail(.duplicateLabel, "the label '\(label)' stands at \(other) already")
        }
    }

    /// The code, with all jumps connected.
    ///
    /// - Throws: ``AssemblyError``: the first mistake that was made while building; a label that stands nowhere, or too far from where it is used.
    public consuming func finish() throws(AssemblyError) -> Code {
        if let mistake { throw mistake }
        for (slot, kind, label) in distances {
            guard let target = labels[label] else {
                throw AssemblyError(.undefinedLabel, slot: slot, opcode: instructions[slot].opcode, "the label '\(label)' stands nowhere")
            }
            try connect(slot, kind, to: target, label)
        }
        return Code(instructions: instructions, references: references, labels: labels)
    }

    private mutating func connect(_ slot: Int, _ kind: Distance, to target: Int, _ label: Label) throws(AssemblyError) {
        let distance = target - slot - 1
        switch kind {
        case .offset:
            guard let offset = Int16(exactly: distance) else {
                throw AssemblyError(
                    .jumpOutOfRange, slot: slot, opcode: instructions[slot].opcode,
                    "the label '\(label)' is \(distance) slots away, a jump reaches -32768 to 32767; use a far jump (jumpLong)")
            }
            instructions[slot].offset = offset
        case .immediate:
            guard let immediate = Int32(exactly: distance) else {
                throw AssemblyError(
                    .jumpOutOfRange, slot: slot, opcode: instructions[slot].opcode,
                    "the label '\(label)' is \(distance) slots away, more than 32 bits with a sign hold")
            }
            instructions[slot].immediate = immediate
        }
    }
}

extension CodeBuilder {
    /// Appends an operation that leads to a label; its distance is filled in by ``finish()``.
    mutating func append(_ operation: Instruction.Operation, _ kind: Distance, to label: Label) {
        distances.append((slotCount, kind, label))
        append(operation)
    }

    /// Appends an operation that refers to what is known later.
    mutating func append(_ operation: Instruction.Operation, referringTo target: Code.Reference.Target) {
        references.append(Code.Reference(slot: slotCount, target: target))
        append(operation)
    }

    /// Keeps the first mistake.
    mutating func fail(_ code: AssemblyError.Code, _ reason: String) {
        if mistake == nil { mistake = AssemblyError(code, slot: slotCount, reason) }
    }

    /// A place in memory; where the offset does not fit, the mistake is kept.
    mutating func address(_ base: Register, _ offset: Int) -> Address {
        guard let narrow = Int16(exactly: offset) else {
            fail(.offsetOutOfRange, "the offset \(offset) does not fit into an instruction, which holds -32768 to 32767")
            return Address(base)
        }
        return Address(base, offset: narrow)
    }
}
