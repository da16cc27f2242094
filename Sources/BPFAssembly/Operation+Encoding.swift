// SPDX-License-Identifier: Apache-2.0

/// Parts of opcodes by their names in `include/uapi/linux/bpf.h` and `bpf_common.h`. The class stands in ``InstructionClass``.
enum OpcodeBits {
    /// `BPF_X`: the second operand is a register.
    static let register: UInt8 = 0x08
    /// `BPF_IMM` of a wide load.
    static let modeImmediate: UInt8 = 0x00
    /// `BPF_ABS`.
    static let modeAbsolute: UInt8 = 0x20
    /// `BPF_IND`.
    static let modeIndirect: UInt8 = 0x40
    /// `BPF_MEM`.
    static let modeMemory: UInt8 = 0x60
    /// `BPF_MEMSX`.
    static let modeMemorySignExtending: UInt8 = 0x80
    /// `BPF_ATOMIC`.
    static let modeAtomic: UInt8 = 0xC0
    /// `BPF_JA`.
    static let jumpAlways: UInt8 = 0x00
    /// `BPF_CALL`.
    static let call: UInt8 = 0x80
    /// `BPF_EXIT`.
    static let exit: UInt8 = 0x90
    /// `BPF_JCOND`: with source 0, `may_goto`.
    static let jumpConditionally: UInt8 = 0xE0
    /// `BPF_NEG`.
    static let negate: UInt8 = 0x80
    /// `BPF_MOV`.
    static let move: UInt8 = 0xB0
    /// `BPF_END`.
    static let swapBytes: UInt8 = 0xD0
    /// `BPF_ADDR_SPACE_CAST`: the offset of a move.
    static let addressSpaceCast: Int16 = 1
}

extension Instruction.Operation {
    /// The one slot, or the two.
    public var instructions: [Instruction] {
        var instructions: [Instruction] = []
        append(to: &instructions)
        return instructions
    }

    /// Appends the one slot, or the two.
    public func append(to instructions: inout [Instruction]) {
        instructions.append(firstSlot)
        if let secondSlot { instructions.append(secondSlot) }
    }

    var secondSlot: Instruction? {
        guard case .loadWide(_, let value) = self else { return nil }
        return Instruction(opcode: 0, immediate: value.encoded.high)
    }

    var firstSlot: Instruction {
        switch self {
        case .arithmetic, .negate, .move, .moveSignExtending, .castAddressSpace, .swapBytes: arithmeticSlot
        case .load, .loadSignExtending, .store, .loadPacket, .loadPacketIndirect, .loadWide: memorySlot
        case .atomic, .loadAcquire, .storeRelease: atomicSlot
        case .jump, .jumpLong, .jumpIndirect, .branch, .mayGoto, .call, .exit: jumpSlot
        }
    }

    private var arithmeticSlot: Instruction {
        switch self {
        case .arithmetic(let operation, let width, let destination, let operand):
            return Instruction(width.arithmetic, operation.code, destination, operand, offset: operation.offset)
        case .move(let width, let destination, let operand):
            return Instruction(width.arithmetic, OpcodeBits.move, destination, operand)
        case .negate(let width, let destination):
            return Instruction(width.arithmetic, OpcodeBits.negate, destination, 0)
        case .moveSignExtending(let kind, let destination, let source):
            return Instruction(kind.width.arithmetic, OpcodeBits.move, destination, .register(source), offset: Int16(kind.sourceBits))
        case .castAddressSpace(let destination, let source, let destinationSpace, let sourceSpace):
            var slot = Instruction(
                .arithmetic64, OpcodeBits.move, destination, .register(source), offset: OpcodeBits.addressSpaceCast)
            slot.immediate = Int32(bitPattern: UInt32(destinationSpace) << 16 | UInt32(sourceSpace))
            return slot
        case .swapBytes(let swap, let width, let destination):
            return Instruction(opcode: swap.opcode, destination: destination.rawValue, immediate: width.rawValue)
        default: return Instruction(opcode: 0)
        }
    }

    private var memorySlot: Instruction {
        switch self {
        case .load(let size, let destination, let address):
            Instruction(.loadFromRegister, OpcodeBits.modeMemory, size, destination, address.base, offset: address.offset)
        case .loadSignExtending(let size, let destination, let address):
            Instruction(
                .loadFromRegister, OpcodeBits.modeMemorySignExtending, size.memorySize, destination, address.base, offset: address.offset)
        case .store(let size, let address, .register(let source)):
            Instruction(.storeFromRegister, OpcodeBits.modeMemory, size, address.base, source, offset: address.offset)
        case .store(let size, let address, .immediate(let value)):
            Instruction(.store, OpcodeBits.modeMemory, size, address.base, offset: address.offset, immediate: value)
        case .loadPacket(let size, let place):
            Instruction(.load, OpcodeBits.modeAbsolute, size.memorySize, immediate: place)
        case .loadPacketIndirect(let size, let register):
            Instruction(.load, OpcodeBits.modeIndirect, size.memorySize, .r0, register)
        case .loadWide(let destination, let value):
            Instruction(
                opcode: OpcodeBits.modeImmediate | MemorySize.double.opcodeBits | InstructionClass.load.rawValue,
                destination: destination.rawValue, source: value.encoded.source, immediate: value.encoded.low)
        default: Instruction(opcode: 0)
        }
    }

    private var atomicSlot: Instruction {
        switch self {
        case .atomic(let update, let width, let address, let register):
            Instruction(
                .storeFromRegister, OpcodeBits.modeAtomic, width == .bits64 ? .double : .word, address.base, register,
                offset: address.offset, immediate: update.rawValue)
        case .loadAcquire(let size, let destination, let address):
            Instruction(
                .storeFromRegister, OpcodeBits.modeAtomic, size, destination, address.base,
                offset: address.offset, immediate: AtomicOrder.loadAcquire)
        case .storeRelease(let size, let address, let source):
            Instruction(
                .storeFromRegister, OpcodeBits.modeAtomic, size, address.base, source,
                offset: address.offset, immediate: AtomicOrder.storeRelease)
        default: Instruction(opcode: 0)
        }
    }

    private var jumpSlot: Instruction {
        switch self {
        case .jump(let offset):
            Instruction(.jump, OpcodeBits.jumpAlways, .r0, 0, offset: offset)
        case .jumpLong(let offset):
            Instruction(.jump32, OpcodeBits.jumpAlways, .r0, .immediate(offset))
        case .jumpIndirect(let target):
            Instruction(.jump, OpcodeBits.jumpAlways, target, .register(.r0))
        case .branch(let condition, let width, let register, let operand, let offset):
            Instruction(width.jump, condition.rawValue, register, operand, offset: offset)
        case .mayGoto(let offset):
            Instruction(.jump, OpcodeBits.jumpConditionally, .r0, 0, offset: offset)
        case .call(let callee): callee.slot
        case .exit: Instruction(.jump, OpcodeBits.exit, .r0, 0)
        default: Instruction(opcode: 0)
        }
    }
}

extension Callee {
    fileprivate var slot: Instruction {
        let opcode = OpcodeBits.call | InstructionClass.jump.rawValue
        return switch self {
        case .helper(let number): Instruction(opcode: opcode, immediate: number)
        case .function(let offset): Instruction(opcode: opcode, source: Instruction.PseudoSource.call, immediate: offset)
        case .kernelFunction(let typeID, let module):
            Instruction(opcode: opcode, source: Instruction.PseudoSource.kernelFunctionCall, offset: module, immediate: typeID)
        case .indirect(let target): Instruction(opcode: opcode | OpcodeBits.register, destination: target.rawValue)
        }
    }
}

extension OperandWidth {
    fileprivate var arithmetic: InstructionClass { self == .bits64 ? .arithmetic64 : .arithmetic32 }
    fileprivate var jump: InstructionClass { self == .bits64 ? .jump : .jump32 }
}

extension Instruction {
    /// An operation of arithmetic or a jump.
    fileprivate init(_ class: InstructionClass, _ code: UInt8, _ destination: Register, _ operand: Operand, offset: Int16 = 0) {
        let opcode = code | `class`.rawValue
        switch operand {
        case .register(let source):
            self.init(opcode: opcode | OpcodeBits.register, destination: destination.rawValue, source: source.rawValue, offset: offset)
        case .immediate(let value):
            self.init(opcode: opcode, destination: destination.rawValue, offset: offset, immediate: value)
        }
    }

    /// A load or a store.
    fileprivate init(
        _ class: InstructionClass, _ mode: UInt8, _ size: MemorySize, _ destination: Register = .r0, _ source: Register = .r0,
        offset: Int16 = 0, immediate: Int32 = 0
    ) {
        self.init(
            opcode: mode | size.opcodeBits | `class`.rawValue, destination: destination.rawValue, source: source.rawValue,
            offset: offset, immediate: immediate)
    }
}
