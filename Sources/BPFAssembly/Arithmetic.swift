// SPDX-License-Identifier: Apache-2.0

/// An operation that changes its destination by a second operand: `dst = dst op src` (RFC 9669, section 4.1).
///
/// Negating, moving and swapping bytes have other operands and are cases of ``Instruction/Operation`` of their own.
public enum Arithmetic: Sendable, Hashable, CaseIterable {
    /// `+`, wrapping.
    case add
    /// `-`, wrapping.
    case subtract
    /// `*`, wrapping.
    case multiply
    /// Without signs. What is divided by a register that holds 0 becomes 0.
    case divide
    /// Bitwise or.
    case or
    /// Bitwise and.
    case and
    /// Zeros come in from the right.
    case shiftLeft
    /// Zeros come in from the left.
    case shiftRight
    /// Without signs. By a register that holds 0 nothing changes.
    case modulo
    /// Bitwise exclusive or.
    case xor
    /// Copies of the sign come in from the left.
    case arithmeticShiftRight
    /// With signs (`SDIV`). ISA v4, Linux 6.6.
    case signedDivide
    /// With signs (`SMOD`), truncating as in C. ISA v4, Linux 6.6.
    case signedModulo

    /// `BPF_OP`: the four upper bits of the opcode.
    var code: UInt8 {
        switch self {
        case .add: 0x00
        case .subtract: 0x10
        case .multiply: 0x20
        case .divide, .signedDivide: 0x30
        case .or: 0x40
        case .and: 0x50
        case .shiftLeft: 0x60
        case .shiftRight: 0x70
        case .modulo, .signedModulo: 0x90
        case .xor: 0xA0
        case .arithmeticShiftRight: 0xC0
        }
    }

    /// What the instruction's offset holds: 1 makes division signed.
    var offset: Int16 { isSignedDivision ? 1 : 0 }

    /// Whether ISA v4 brought it.
    var isSignedDivision: Bool { self == .signedDivide || self == .signedModulo }

    init?(code: UInt8, offset: Int16) {
        switch (code, offset) {
        case (0x00, 0): self = .add
        case (0x10, 0): self = .subtract
        case (0x20, 0): self = .multiply
        case (0x30, 0): self = .divide
        case (0x30, 1): self = .signedDivide
        case (0x40, 0): self = .or
        case (0x50, 0): self = .and
        case (0x60, 0): self = .shiftLeft
        case (0x70, 0): self = .shiftRight
        case (0x90, 0): self = .modulo
        case (0x90, 1): self = .signedModulo
        case (0xA0, 0): self = .xor
        case (0xC0, 0): self = .arithmeticShiftRight
        default: return nil
        }
    }

    /// How LLVM writes it.
    var symbol: String {
        switch self {
        case .add: "+="
        case .subtract: "-="
        case .multiply: "*="
        case .divide: "/="
        case .or: "|="
        case .and: "&="
        case .shiftLeft: "<<="
        case .shiftRight: ">>="
        case .modulo: "%="
        case .xor: "^="
        case .arithmeticShiftRight: "s>>="
        case .signedDivide: "s/="
        case .signedModulo: "s%="
        }
    }
}

/// What a swap of bytes converts to (RFC 9669, section 4.2).
public enum ByteSwap: Sendable, Hashable, CaseIterable {
    /// From the machine's order to little endian, or back (`BPF_TO_LE`).
    case littleEndian
    /// From the machine's order to big endian, or back (`BPF_TO_BE`).
    case bigEndian
    /// To the other order, whatever the machine's is. ISA v4, Linux 6.6.
    case unconditional

    /// The opcode.
    var opcode: UInt8 {
        switch self {
        case .littleEndian: 0xD4
        case .bigEndian: 0xDC
        case .unconditional: 0xD7
        }
    }

    init?(opcode: UInt8) {
        switch opcode {
        case ByteSwap.littleEndian.opcode: self = .littleEndian
        case ByteSwap.bigEndian.opcode: self = .bigEndian
        case ByteSwap.unconditional.opcode: self = .unconditional
        default: return nil
        }
    }

    /// How LLVM writes it, without the number of bits.
    var mnemonic: String {
        switch self {
        case .littleEndian: "le"
        case .bigEndian: "be"
        case .unconditional: "bswap"
        }
    }
}

/// How many of the lower bits a swap of bytes takes; the others become zero.
public enum SwapWidth: Int32, Sendable, Hashable, CaseIterable {
    /// The lower 16 bits.
    case bits16 = 16
    /// The lower 32 bits.
    case bits32 = 32
    /// All bits.
    case bits64 = 64
}
