// SPDX-License-Identifier: Apache-2.0

extension Instruction.Operation {
    /// What decoding does with fields that an instruction does not use.
    public enum ReservedFields: Sendable, Hashable {
        /// They must be 0, as the verifier demands: encoding gives the same slots back.
        case mustBeZero
        /// They are not looked at, as llvm-objdump does.
        case ignored
    }

    /// What a slot means.
    ///
    /// - Parameters:
    ///   - instruction: The slot, or the first of two.
    ///   - next: The slot behind it, which only a wide load uses (``Instruction/isWideLoad``).
    ///   - slot: The place of the instruction in its code, for errors.
    ///   - reservedFields: What to do with fields that the instruction does not use.
    /// - Throws: ``AssemblyError`` where no operation is encoded so.
    public init(
        _ instruction: Instruction, next: Instruction? = nil, at slot: Int = 0, reservedFields: ReservedFields = .mustBeZero
    ) throws(AssemblyError) {
        let decoder = OperationDecoder(instruction: instruction, next: next, slot: slot)
        self = try decoder.operation()
        if reservedFields == .mustBeZero { try decoder.checkReservedFields(against: self) }
    }

    /// What code means: each operation with its slot.
    ///
    /// - Throws: ``AssemblyError`` for the first slot that no operation is encoded as.
    public static func decode(
        _ instructions: [Instruction], reservedFields: ReservedFields = .mustBeZero
    ) throws(AssemblyError) -> [(slot: Int, operation: Self)] {
        var operations: [(slot: Int, operation: Self)] = []
        operations.reserveCapacity(instructions.count)
        var slot = 0
        while slot < instructions.count {
            let next = slot + 1 < instructions.count ? instructions[slot + 1] : nil
            let operation = try Self(instructions[slot], next: next, at: slot, reservedFields: reservedFields)
            operations.append((slot, operation))
            slot += operation.slotCount
        }
        return operations
    }
}

/// Reads the fields of one instruction.
private struct OperationDecoder {
    typealias Operation = Instruction.Operation

    let instruction: Instruction
    let next: Instruction?
    let slot: Int

    var opcode: UInt8 { instruction.opcode }

    func operation() throws(AssemblyError) -> Operation {
        switch instruction.instructionClass {
        case .load: try load()
        case .loadFromRegister: try loadFromRegister()
        case .store: try store(.immediate(instruction.immediate))
        case .storeFromRegister:
            if opcode & 0xE0 == OpcodeBits.modeAtomic { try atomic() } else { try store(.register(source())) }
        case .arithmetic32: try arithmetic(.bits32)
        case .arithmetic64: try arithmetic(.bits64)
        case .jump: try jump()
        case .jump32: try jump32()
        }
    }

    func error(_ code: AssemblyError.Code, _ reason: String) -> AssemblyError {
        AssemblyError(code, slot: slot, opcode: opcode, reason)
    }

    var unknownOpcode: AssemblyError { error(.unknownOpcode, "no instruction has this opcode") }

    /// Finds the first field that encoding leaves 0, and that is something else.
    func checkReservedFields(against operation: Operation) throws(AssemblyError) {
        let right = operation.firstSlot
        if let second = operation.secondSlot, let next, next != second {
            throw error(.reservedField, "the second slot must hold nothing but the upper half of the value")
        }
        if instruction == right { return }
        let fields: [(String, Int, Int)] = [
            ("destination", Int(instruction.destination), Int(right.destination)), ("source", Int(instruction.source), Int(right.source)),
            ("offset", Int(instruction.offset), Int(right.offset)), ("immediate", Int(instruction.immediate), Int(right.immediate)),
        ]
        for (name, value, right) in fields where value != right {
            throw error(.reservedField, "the field '\(name)' is \(value), but this instruction does not use it: it must be \(right)")
        }
    }
}

// MARK: Operands

extension OperationDecoder {
    func register(_ number: UInt8, _ field: String) throws(AssemblyError) -> Register {
        guard let register = Register(rawValue: number) else {
            throw error(.unknownRegister, "the field '\(field)' is \(number); registers are numbered 0 to 10")
        }
        return register
    }

    func destination() throws(AssemblyError) -> Register { try register(instruction.destination, "destination") }
    func source() throws(AssemblyError) -> Register { try register(instruction.source, "source") }

    func operand() throws(AssemblyError) -> Operand {
        if instruction.usesImmediate { .immediate(instruction.immediate) } else { .register(try source()) }
    }

    /// The place in memory that the destination points to.
    func destinationAddress() throws(AssemblyError) -> Address { Address(try destination(), offset: instruction.offset) }
    /// The place in memory that the source points to.
    func sourceAddress() throws(AssemblyError) -> Address { Address(try source(), offset: instruction.offset) }
}

// MARK: Loads and stores

extension OperationDecoder {
    func load() throws(AssemblyError) -> Operation {
        if instruction.isWideLoad { return try loadWide() }
        guard let size = NarrowSize(MemorySize(opcode: opcode)) else { throw unknownOpcode }
        switch opcode & 0xE0 {
        case OpcodeBits.modeAbsolute: return .loadPacket(size, at: instruction.immediate)
        case OpcodeBits.modeIndirect: return .loadPacketIndirect(size, at: try source())
        default: throw unknownOpcode
        }
    }

    func loadWide() throws(AssemblyError) -> Operation {
        guard let next else { throw error(.truncated, "the code ends inside of a wide load, which takes two slots") }
        guard instruction.offset == 0 else {
            throw error(.unknownVariant, "a wide load has the offset \(instruction.offset); only 0 is known")
        }
        guard let value = WideValue(source: instruction.source, low: instruction.immediate, high: next.immediate) else {
            throw error(.unknownVariant, "a wide load of kind \(instruction.source); kinds are numbered 0 to 6")
        }
        return .loadWide(try destination(), value)
    }

    func loadFromRegister() throws(AssemblyError) -> Operation {
        let size = MemorySize(opcode: opcode)
        switch opcode & 0xE0 {
        case OpcodeBits.modeMemory: return .load(size, try destination(), from: try sourceAddress())
        case OpcodeBits.modeMemorySignExtending:
            guard let narrow = NarrowSize(size) else { throw unknownOpcode }
            return .loadSignExtending(narrow, try destination(), from: try sourceAddress())
        default: throw unknownOpcode
        }
    }

    func store(_ operand: Operand) throws(AssemblyError) -> Operation {
        guard opcode & 0xE0 == OpcodeBits.modeMemory else { throw unknownOpcode }
        return .store(MemorySize(opcode: opcode), to: try destinationAddress(), operand)
    }

    func atomic() throws(AssemblyError) -> Operation {
        let size = MemorySize(opcode: opcode)
        switch instruction.immediate {
        case AtomicOrder.loadAcquire: return .loadAcquire(size, try destination(), from: try sourceAddress())
        case AtomicOrder.storeRelease: return .storeRelease(size, to: try destinationAddress(), try source())
        default:
            guard let update = AtomicUpdate(rawValue: instruction.immediate) else {
                throw error(.unknownVariant, "no atomic operation has the number \(hexadecimal(Int64(instruction.immediate)))")
            }
            guard size == .word || size == .double else {
                throw error(.unknownVariant, "an atomic operation on \(size.byteCount) bytes; 4 and 8 are possible")
            }
            return .atomic(update, size == .double ? .bits64 : .bits32, at: try destinationAddress(), try source())
        }
    }
}

// MARK: Arithmetic

extension OperationDecoder {
    func arithmetic(_ width: OperandWidth) throws(AssemblyError) -> Operation {
        switch opcode & 0xF0 {
        case OpcodeBits.negate:
            guard instruction.usesImmediate else { throw unknownOpcode }
            return .negate(width, try destination())
        case OpcodeBits.move: return try move(width)
        case OpcodeBits.swapBytes:
            guard let swap = ByteSwap(opcode: opcode) else { throw unknownOpcode }
            guard let bits = SwapWidth(rawValue: instruction.immediate) else {
                throw error(.unknownVariant, "a swap of \(instruction.immediate) bits; 16, 32 and 64 are possible")
            }
            return .swapBytes(swap, bits, try destination())
        case let code:
            guard Arithmetic(code: code, offset: 0) != nil else { throw unknownOpcode }
            guard let operation = Arithmetic(code: code, offset: instruction.offset) else {
                throw error(.unknownVariant, "this operation has no variant of the offset \(instruction.offset)")
            }
            return .arithmetic(operation, width, try destination(), try operand())
        }
    }

    func move(_ width: OperandWidth) throws(AssemblyError) -> Operation {
        if instruction.offset == 0 { return .move(width, try destination(), try operand()) }
        if !instruction.usesImmediate {
            if let kind = SignExtension(sourceBits: instruction.offset, width: width) {
                return .moveSignExtending(kind, try destination(), from: try source())
            }
            if width == .bits64, instruction.offset == OpcodeBits.addressSpaceCast {
                let spaces = UInt32(bitPattern: instruction.immediate)
                return .castAddressSpace(
                    try destination(), from: try source(), destinationSpace: UInt16(truncatingIfNeeded: spaces >> 16),
                    sourceSpace: UInt16(truncatingIfNeeded: spaces))
            }
        }
        throw error(.unknownVariant, "a move has no variant of the offset \(instruction.offset)")
    }
}

// MARK: Jumps

extension OperationDecoder {
    func jump() throws(AssemblyError) -> Operation {
        switch opcode & 0xF0 {
        case OpcodeBits.jumpAlways:
            if instruction.usesImmediate { return .jump(offset: instruction.offset) }
            return .jumpIndirect(try destination())
        case OpcodeBits.call: return .call(try callee())
        case OpcodeBits.exit:
            guard instruction.usesImmediate else { throw unknownOpcode }
            guard instruction.immediate == 0 else {
                throw error(.unknownVariant, "an exit has no variant of the immediate \(instruction.immediate)")
            }
            return .exit
        case OpcodeBits.jumpConditionally:
            guard instruction.usesImmediate else { throw unknownOpcode }
            return .mayGoto(offset: instruction.offset)
        default: return try branch(.bits64)
        }
    }

    func jump32() throws(AssemblyError) -> Operation {
        guard opcode & 0xF0 == OpcodeBits.jumpAlways else { return try branch(.bits32) }
        guard instruction.usesImmediate else { throw unknownOpcode }
        return .jumpLong(offset: instruction.immediate)
    }

    func branch(_ width: OperandWidth) throws(AssemblyError) -> Operation {
        guard let condition = Condition(rawValue: opcode & 0xF0) else { throw unknownOpcode }
        return .branch(condition, width, try destination(), try operand(), offset: instruction.offset)
    }

    func callee() throws(AssemblyError) -> Callee {
        guard instruction.usesImmediate else { return .indirect(try destination()) }
        switch instruction.source {
        case 0: return .helper(instruction.immediate)
        case Instruction.PseudoSource.call: return .function(offset: instruction.immediate)
        case Instruction.PseudoSource.kernelFunctionCall:
            return .kernelFunction(typeID: instruction.immediate, module: instruction.offset)
        default: throw error(.unknownVariant, "a call of kind \(instruction.source); kinds are numbered 0 to 2")
        }
    }
}
