// SPDX-License-Identifier: Apache-2.0

extension Instruction {
    /// What an instruction does, with its operands: the typed form of one ``Instruction``, or of two where it loads 64 bits.
    ///
    /// Every value can be encoded, and decoding gives it back. The set: RFC 9669 (`Documentation/bpf/standardization/instruction-set.rst`)
    /// and what `kernel/bpf/verifier.c` takes beyond it. ``since`` says which kernel has an operation.
    public enum Operation: Sendable, Hashable {
        /// `destination op= operand`.
        case arithmetic(Arithmetic, OperandWidth, Register, Operand)
        /// `destination = -destination`.
        case negate(OperandWidth, Register)
        /// `destination = operand`.
        case move(OperandWidth, Register, Operand)
        /// The first register gets a part of the second, with its sign. ISA v4, Linux 6.6.
        case moveSignExtending(SignExtension, Register, from: Register)
        /// The first register gets the second's pointer in another address space: in an arena 0 is the kernel's and 1 the user's. Linux 6.9.
        case castAddressSpace(Register, from: Register, destinationSpace: UInt16, sourceSpace: UInt16)
        /// Converts the order of the bytes in a register.
        case swapBytes(ByteSwap, SwapWidth, Register)

        /// Loads from memory; what is narrower than the register is filled up with zeros.
        case load(MemorySize, Register, from: Address)
        /// Loads from memory; what is narrower than the register is filled up with the sign. ISA v4, Linux 6.6.
        case loadSignExtending(NarrowSize, Register, from: Address)
        /// Stores a register or a constant. Compilers store constants since ISA v4; every kernel takes that.
        case store(MemorySize, to: Address, Operand)
        /// `r0` gets part of the packet whose context is in `r6`, in the machine's order (`LD_ABS`). Deprecated by RFC 9669, section 5.5.
        case loadPacket(NarrowSize, at: Int32)
        /// As ``loadPacket(_:at:)``, at the place that a register holds (`LD_IND`). Deprecated by RFC 9669, section 5.5.
        case loadPacketIndirect(NarrowSize, at: Register)
        /// Loads 64 bits. The only operation that takes two slots.
        case loadWide(Register, WideValue)

        /// Changes memory in one step.
        case atomic(AtomicUpdate, OperandWidth, at: Address, Register)
        /// Loads, and lets no later access to memory happen before. ISA v4 (clang 21), Linux 6.15.
        case loadAcquire(MemorySize, Register, from: Address)
        /// Stores, and lets no earlier access to memory happen behind. ISA v4 (clang 21), Linux 6.15.
        case storeRelease(MemorySize, to: Address, Register)

        /// Jumps; offsets of all jumps count slots from the one behind the jump.
        case jump(offset: Int16)
        /// Jumps far (`gotol`). ISA v4, Linux 6.6.
        case jumpLong(offset: Int32)
        /// Jumps to the address that a register holds, out of a table of jumps (`gotox`). clang 22, Linux 6.19.
        case jumpIndirect(Register)
        /// Jumps where the register compares so with the operand.
        case branch(Condition, OperandWidth, Register, Operand, offset: Int16)
        /// Jumps when a budget that the verifier keeps is used up (`may_goto`): what ends loops that it cannot bound. Linux 6.9.
        case mayGoto(offset: Int16)
        /// Calls a function.
        case call(Callee)
        /// Returns `r0` to the caller, or ends the program.
        case exit
    }
}

/// What a call instruction calls.
public enum Callee: Sendable, Hashable {
    /// A function of the kernel by its number in the table of helpers (``Helper``).
    case helper(Int32)
    /// A function of the same program, by its distance from the next slot, in slots (`BPF_PSEUDO_CALL`). Linux 4.16.
    case function(offset: Int32)
    /// A function of the kernel by the number of its type (kfunc, `BPF_PSEUDO_KFUNC_CALL`; RFC 9669 calls it a helper by BTF ID). The module is the
    /// place of its BTF in the program's list of descriptors, 0 for the kernel itself. Linux 5.13, of modules 5.16.
    case kernelFunction(typeID: Int32, module: Int16)
    /// The function whose address a register holds (`callx`). Compilers write it; no kernel takes it. The register stands in the destination
    /// as clang 19 and GCC have it; what older clangs put in the immediate is a reserved field here.
    case indirect(Register)
}

extension Instruction.Operation {
    /// How many slots it takes: 2 for a wide load, else 1.
    public var slotCount: Int {
        if case .loadWide = self { 2 } else { 1 }
    }

    /// How far it jumps from the slot behind it, in slots; `nil` for what does not jump, or not by a number.
    public var jumpOffset: Int? {
        switch self {
        case .jump(let offset), .branch(_, _, _, _, let offset), .mayGoto(let offset): Int(offset)
        case .jumpLong(let offset): Int(offset)
        default: nil
        }
    }

    /// How far the function of the same program that it calls, or whose address it loads, is from the slot behind its first one, in slots.
    public var functionOffset: Int? {
        switch self {
        case .call(.function(let offset)), .loadWide(_, .function(let offset)): Int(offset)
        default: nil
        }
    }

    /// Whether what stands behind it is reached only by jumps.
    public var endsBlock: Bool {
        switch self {
        case .jump, .jumpLong, .jumpIndirect, .exit: true
        default: false
        }
    }
}
