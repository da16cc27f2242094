// SPDX-License-Identifier: Apache-2.0

/// How many bytes a load or a store moves (`BPF_SIZE`; RFC 9669, section 5). The words are those of the instruction set.
public enum MemorySize: Sendable, Hashable, CaseIterable {
    /// One byte (`BPF_B`).
    case byte
    /// Two bytes (`BPF_H`).
    case half
    /// Four bytes (`BPF_W`).
    case word
    /// Eight bytes (`BPF_DW`).
    case double

    /// The size with this many bytes; `nil` where no instruction moves so many at once.
    public init?(byteCount: Int) {
        switch byteCount {
        case 1: self = .byte
        case 2: self = .half
        case 4: self = .word
        case 8: self = .double
        default: return nil
        }
    }

    /// The number of bytes.
    public var byteCount: Int {
        switch self {
        case .byte: 1
        case .half: 2
        case .word: 4
        case .double: 8
        }
    }

    init(opcode: UInt8) {
        switch opcode & 0x18 {
        case 0x00: self = .word
        case 0x08: self = .half
        case 0x10: self = .byte
        default: self = .double
        }
    }

    /// `BPF_SIZE`: the two bits of the opcode.
    var opcodeBits: UInt8 {
        switch self {
        case .word: 0x00
        case .half: 0x08
        case .byte: 0x10
        case .double: 0x18
        }
    }

    /// The width of the register that LLVM writes beside it.
    var registerWidth: OperandWidth { self == .double ? .bits64 : .bits32 }
}

/// How many bytes those loads move that cannot move eight: with the sign (`BPF_MEMSX`), and out of packets.
public enum NarrowSize: Sendable, Hashable, CaseIterable {
    /// One byte (`BPF_B`).
    case byte
    /// Two bytes (`BPF_H`).
    case half
    /// Four bytes (`BPF_W`).
    case word

    /// The same size among all.
    public var memorySize: MemorySize {
        switch self {
        case .byte: .byte
        case .half: .half
        case .word: .word
        }
    }

    /// The same size, or `nil` for eight bytes.
    public init?(_ size: MemorySize) {
        switch size {
        case .byte: self = .byte
        case .half: self = .half
        case .word: self = .word
        case .double: return nil
        }
    }
}

/// A move that extends the sign of a part of the source (`MOVSX`). ISA v4, Linux 6.6; RFC 9669, section 4.1.
public enum SignExtension: Sendable, Hashable, CaseIterable {
    /// From 8 to 64 bits.
    case byteTo64
    /// From 16 to 64 bits.
    case halfTo64
    /// From 32 to 64 bits.
    case wordTo64
    /// From 8 to 32 bits; the upper half of the destination becomes zero.
    case byteTo32
    /// From 16 to 32 bits; the upper half of the destination becomes zero.
    case halfTo32

    /// The number of bits whose sign is extended, which stands in the instruction's offset.
    public var sourceBits: Int {
        switch self {
        case .byteTo64, .byteTo32: 8
        case .halfTo64, .halfTo32: 16
        case .wordTo64: 32
        }
    }

    /// How much of the destination gets the result.
    public var width: OperandWidth {
        switch self {
        case .byteTo64, .halfTo64, .wordTo64: .bits64
        case .byteTo32, .halfTo32: .bits32
        }
    }

    init?(sourceBits: Int16, width: OperandWidth) {
        switch (sourceBits, width) {
        case (8, .bits64): self = .byteTo64
        case (16, .bits64): self = .halfTo64
        case (32, .bits64): self = .wordTo64
        case (8, .bits32): self = .byteTo32
        case (16, .bits32): self = .halfTo32
        default: return nil
        }
    }
}
