// SPDX-License-Identifier: Apache-2.0

extension CodeBuilder {
    /// `destination = operand`.
    public mutating func mov(_ destination: Register, _ operand: Operand, width: OperandWidth = .bits64) {
        append(.move(width, destination, operand))
    }

    /// `destination = source`, with the sign of its lower part. ISA v4, Linux 6.6.
    public mutating func movsx(_ kind: SignExtension, _ destination: Register, _ source: Register) {
        append(.moveSignExtending(kind, destination, from: source))
    }

    /// `destination += operand`.
    public mutating func add(_ destination: Register, _ operand: Operand, width: OperandWidth = .bits64) {
        append(.arithmetic(.add, width, destination, operand))
    }

    /// `destination -= operand`.
    public mutating func sub(_ destination: Register, _ operand: Operand, width: OperandWidth = .bits64) {
        append(.arithmetic(.subtract, width, destination, operand))
    }

    /// `destination *= operand`.
    public mutating func mul(_ destination: Register, _ operand: Operand, width: OperandWidth = .bits64) {
        append(.arithmetic(.multiply, width, destination, operand))
    }

    /// `destination /= operand`, without signs. The verifier refuses the constant 0.
    public mutating func div(_ destination: Register, _ operand: Operand, width: OperandWidth = .bits64) {
        append(.arithmetic(.divide, width, destination, operand))
    }

    /// `destination /= operand`, with signs. ISA v4, Linux 6.6.
    public mutating func sdiv(_ destination: Register, _ operand: Operand, width: OperandWidth = .bits64) {
        append(.arithmetic(.signedDivide, width, destination, operand))
    }

    /// `destination %= operand`, without signs. The verifier refuses the constant 0.
    public mutating func mod(_ destination: Register, _ operand: Operand, width: OperandWidth = .bits64) {
        append(.arithmetic(.modulo, width, destination, operand))
    }

    /// `destination %= operand`, with signs. ISA v4, Linux 6.6.
    public mutating func smod(_ destination: Register, _ operand: Operand, width: OperandWidth = .bits64) {
        append(.arithmetic(.signedModulo, width, destination, operand))
    }

    /// `destination |= operand`.
    public mutating func or(_ destination: Register, _ operand: Operand, width: OperandWidth = .bits64) {
        append(.arithmetic(.or, width, destination, operand))
    }

    /// `destination &= operand`.
    public mutating func and(_ destination: Register, _ operand: Operand, width: OperandWidth = .bits64) {
        append(.arithmetic(.and, width, destination, operand))
    }

    /// `destination ^= operand`.
    public mutating func xor(_ destination: Register, _ operand: Operand, width: OperandWidth = .bits64) {
        append(.arithmetic(.xor, width, destination, operand))
    }

    /// `destination <<= operand`. The verifier refuses constants that are not less than the width.
    public mutating func lsh(_ destination: Register, _ operand: Operand, width: OperandWidth = .bits64) {
        append(.arithmetic(.shiftLeft, width, destination, operand))
    }

    /// `destination >>= operand`, with zeros from the left.
    public mutating func rsh(_ destination: Register, _ operand: Operand, width: OperandWidth = .bits64) {
        append(.arithmetic(.shiftRight, width, destination, operand))
    }

    /// `destination >>= operand`, with copies of the sign from the left.
    public mutating func arsh(_ destination: Register, _ operand: Operand, width: OperandWidth = .bits64) {
        append(.arithmetic(.arithmeticShiftRight, width, destination, operand))
    }

    /// `destination = -destination`.
    public mutating func neg(_ destination: Register, width: OperandWidth = .bits64) {
        append(.negate(width, destination))
    }

    /// Converts the order of the lower bytes of a register; the bits above become zero.
    public mutating func swap(_ swap: ByteSwap, _ width: SwapWidth, _ destination: Register) {
        append(.swapBytes(swap, width, destination))
    }
}
