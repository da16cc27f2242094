// SPDX-License-Identifier: Apache-2.0

public import Bytes

/// One slot of eBPF code, eight bytes. A wide load of 64 bits takes two slots.
///
/// The format: `Documentation/bpf/standardization/instruction-set.rst` of the kernel (RFC 9669).
public struct Instruction: Sendable, Hashable {
    /// What the instruction does: its class in the three low bits, the operation or the width in the others.
    public var opcode: UInt8
    /// The destination register, 0 to 15.
    public var destination: UInt8
    /// The source register, 0 to 15; in some instructions a kind (``PseudoSource``).
    public var source: UInt8
    /// For loads and stores what is added to the address, in bytes; for jumps how far they lead from the next slot, in slots.
    public var offset: Int16
    /// A constant operand, the number of a helper, or half of a wide load's value: the opcode and the source say which.
    public var immediate: Int32

    /// The bytes of a slot.
    public static let size = 8

    /// A slot from its fields. Those that the opcode does not use stay 0, as the verifier demands.
    @inlinable
    public init(opcode: UInt8, destination: UInt8 = 0, source: UInt8 = 0, offset: Int16 = 0, immediate: Int32 = 0) {
        self.opcode = opcode
        self.destination = destination
        self.source = source
        self.offset = offset
        self.immediate = immediate
    }

    /// What the source field of a wide load or a call says that the immediate means (`BPF_PSEUDO_*`).
    public enum PseudoSource {
        /// A wide load of a map by its descriptor.
        public static let mapDescriptor: UInt8 = 1
        /// A wide load of an address in a map's first value; the second slot's immediate is the offset.
        public static let mapValue: UInt8 = 2
        /// A wide load of the address of a variable of the kernel's, by its type (`BPF_PSEUDO_BTF_ID`).
        public static let kernelType: UInt8 = 3
        /// A wide load of a function's address.
        public static let function: UInt8 = 4
        /// A call of a function of the same program.
        public static let call: UInt8 = 1
        /// A call of a function of the kernel's, by its type (`BPF_PSEUDO_KFUNC_CALL`).
        public static let kernelFunction: UInt8 = 2
    }

    /// The three low bits of the opcode.
    public var instructionClass: InstructionClass { InstructionClass(rawValue: opcode & 7) ?? .load }

    /// Whether this is the first slot of a wide load (`BPF_LD | BPF_IMM | BPF_DW`).
    public var isWideLoad: Bool { opcode == 0x18 }

    /// Whether this calls a function of the same program.
    public var isLocalCall: Bool { opcode == 0x85 && source == PseudoSource.call }

    /// The helper that this calls, by its number; `nil` where it calls none.
    public var calledHelper: Int32? { opcode == 0x85 && source == 0 ? immediate : nil }

    /// Whether the second operand is the immediate (`BPF_K`), for arithmetic and jumps.
    public var usesImmediate: Bool { opcode & 8 == 0 }
}

/// The class of an instruction (`BPF_CLASS`).
public enum InstructionClass: UInt8, Sendable, Hashable {
    case load = 0
    case loadFromRegister = 1
    case store = 2
    case storeFromRegister = 3
    case arithmetic32 = 4
    case jump = 5
    case jump32 = 6
    case arithmetic64 = 7
}

extension Instruction {
    /// The instruction that stands in a view at `index` slots, or `nil` where it has no such slot.
    public init?(_ bytes: ByteView, at index: Int, order: ByteOrder) {
        guard case (let place, false) = index.multipliedReportingOverflow(by: Self.size),
            let slot = bytes.slice(at: place, count: Self.size), let opcode = slot[0], let registers = slot[1],
            let offset = slot.integer(Int16.self, at: 2, order: order), let immediate = slot.integer(Int32.self, at: 4, order: order)
        else { return nil }
        let low = registers & 0xF
        let high = registers >> 4
        self.init(
            opcode: opcode, destination: order == .littleEndian ? low : high, source: order == .littleEndian ? high : low,
            offset: offset, immediate: immediate)
    }

    /// The instructions of a section's bytes; `nil` where they are not a whole number of slots.
    public static func decode(_ bytes: ByteView, order: ByteOrder) -> [Instruction]? {
        guard bytes.count % size == 0 else { return nil }
        return (0..<bytes.count / size).compactMap { Instruction(bytes, at: $0, order: order) }
    }

    /// Appends the eight bytes of this slot.
    public func encode(into bytes: inout [UInt8], order: ByteOrder = .native) {
        bytes.append(integer: word(order: order), order: .native)
    }

    /// The slot as an integer of this machine, whose eight bytes in memory are those of the slot in the given order.
    @inlinable
    public func word(order: ByteOrder = .native) -> UInt64 {
        let (first, second) = order == .littleEndian ? (destination, source) : (source, destination)
        let isLittle = order == .littleEndian
        let offset = UInt16(bitPattern: isLittle ? offset : offset.byteSwapped)
        let immediate = UInt32(bitPattern: isLittle ? immediate : immediate.byteSwapped)
        let registers = UInt64(first & 0xF | second << 4)
        return UInt64(littleEndian: UInt64(opcode) | registers << 8 | UInt64(offset) << 16 | UInt64(immediate) << 32)
    }
}
