// SPDX-License-Identifier: Apache-2.0

public import Bytes

/// Code as lines of text, one an instruction, in the form of `llvm-objdump -d`.
///
/// What is no instruction becomes a line `<unknown>`, and the next line begins one slot later; so every code has its lines.
/// Fields that an instruction does not use are not looked at, as llvm-objdump does; ``Instruction/Operation/decode(_:reservedFields:)`` is the strict reading.
public struct Disassembly: Sequence, Sendable {
    /// One instruction.
    public struct Line: Sendable, Hashable {
        /// The place of its first slot in the code.
        public let slot: Int
        /// How many slots it takes.
        public let slotCount: Int
        /// What it does; `nil` where the slot is no instruction.
        public let operation: Instruction.Operation?
        /// As llvm-objdump writes it.
        public let text: String
    }

    private let instructions: [Instruction]
    private let style: DisassemblyStyle
    private let names: [Int: String]

    /// The lines of some code.
    ///
    /// - Parameters:
    ///   - instructions: The slots.
    ///   - style: What is written in another way than llvm-objdump does.
    ///   - names: The names of places in the code, by their slots: jumps that lead there say the name in angle brackets.
    public init(_ instructions: [Instruction], style: DisassemblyStyle = .llvm, names: [Int: String] = [:]) {
        self.instructions = instructions
        self.style = style
        self.names = names
    }

    /// The lines of a section's bytes.
    ///
    /// - Throws: ``AssemblyError`` (``AssemblyError/Code-swift.enum/truncated``) where they are not a whole number of slots.
    public init(
        _ bytes: ByteView, order: ByteOrder, style: DisassemblyStyle = .llvm, names: [Int: String] = [:]
    ) throws(AssemblyError) {
        guard let instructions = Instruction.decode(bytes, order: order) else {
            throw AssemblyError(
                .truncated, slot: bytes.count / Instruction.size,
                "the code has \(bytes.count) bytes, not a whole number of slots of \(Instruction.size)")
        }
        self.init(instructions, style: style, names: names)
    }

    /// Walks the code from its beginning.
    public func makeIterator() -> Iterator { Iterator(code: self) }

    /// Decodes a line when it is asked for.
    public struct Iterator: IteratorProtocol, Sendable {
        fileprivate let code: Disassembly
        private var slot = 0

        fileprivate init(code: Disassembly) { self.code = code }

        /// The next line; `nil` at the end of the code.
        public mutating func next() -> Line? {
            guard slot < code.instructions.count else { return nil }
            let line = code.line(at: slot)
            slot += line.slotCount
            return line
        }
    }

    private func line(at slot: Int) -> Line {
        let next = slot + 1 < instructions.count ? instructions[slot + 1] : nil
        guard let operation = try? Instruction.Operation(instructions[slot], next: next, at: slot, reservedFields: .ignored) else {
            return Line(slot: slot, slotCount: 1, operation: nil, text: "<unknown>")
        }
        let offset = operation.jumpOffset ?? operation.functionOffset
        let target = names.isEmpty ? nil : offset.flatMap { names[slot + 1 + $0] }
        return Line(
            slot: slot, slotCount: operation.slotCount, operation: operation, text: operation.text(style: style, target: target))
    }
}
