// SPDX-License-Identifier: Apache-2.0

import BPFAssembly

extension Function {
    /// Writes the answer to a relocation into its instruction, or poisons it where there is no answer.
    ///
    /// The forms are those of libbpf's `bpf_core_patch_insn`: constants of arithmetic, offsets of loads and stores, wide constants.
    mutating func apply(_ answer: COREAnswer, of relocation: CORERelocation, describe: () -> String) throws(ObjectError) {
        let slot = relocation.slot
        guard instructions.indices.contains(slot) else { throw ObjectError(.malformed, "the relocation lies outside of the code") }
        guard let target = answer.target else { return poison(slot, answer.reason) }
        switch instructions[slot].instructionClass {
        case .arithmetic32, .arithmetic64:
            guard instructions[slot].usesImmediate else { throw unexpected(slot) }
            try check(answer.local, holds: UInt64(UInt32(bitPattern: instructions[slot].immediate)), bits: 32)
            // An immediate is sign-extended by 64-bit operations: only what survives that can be held.
            let narrow = Int32(truncatingIfNeeded: target.value)
            let isKept =
                UInt64(bitPattern: Int64(narrow)) == target.value
                || instructions[slot].instructionClass == .arithmetic32 && UInt64(UInt32(bitPattern: narrow)) == target.value
            guard isKept else { throw ObjectError(.malformed, "the answer \(target.value) does not fit into the instruction") }
            instructions[slot].immediate = narrow
        case .loadFromRegister, .store, .storeFromRegister:
            try check(answer.local, holds: UInt64(bitPattern: Int64(instructions[slot].offset)), bits: 64)
            guard let offset = Int16(exactly: target.value) else {
                throw ObjectError(.malformed, "the answer \(target.value) does not fit into the instruction's offset")
            }
            if let other = answer.ambiguousSize {
                throw ObjectError(.malformed, "the kernel has several types of this name, which answer \(target) and \(other)")
            }
            try resize(slot, answer.local, target, describe)
            if poisoned[slot] == nil { instructions[slot].offset = offset }
        case .load: try putWide(target, answer.local, slot)
        case .jump, .jump32: throw unexpected(slot)
        }
    }

    private mutating func putWide(_ target: COREValue, _ local: COREValue, _ slot: Int) throws(ObjectError) {
        guard instructions[slot].isWideLoad, slot + 1 < instructions.count else { throw unexpected(slot) }
        let (first, second) = (instructions[slot], instructions[slot + 1])
        // Only a plain constant may become another one: not a map, a function, or what is no wide load.
        guard first.source == 0, first.offset == 0, references[slot] == nil, second == Instruction(opcode: 0, immediate: second.immediate) else {
            throw ObjectError(.malformed, "the wide load at instruction \(slot) does not load a plain constant")
        }
        let (low, high) = (UInt64(UInt32(bitPattern: first.immediate)), UInt64(UInt32(bitPattern: second.immediate)))
        try check(local, holds: high << 32 | low, bits: 64)
        instructions[slot].immediate = Int32(truncatingIfNeeded: target.value)
        instructions[slot + 1].immediate = Int32(truncatingIfNeeded: target.value >> 32)
    }

    private func unexpected(_ slot: Int) -> ObjectError {
        ObjectError(.malformed, "the relocation stands on instruction \(slot) of opcode \(instructions[slot].opcode), which holds no answer")
    }

    /// Whether the instruction holds the object's own answer; if not, compiler and types disagree and nothing can be trusted.
    private func check(_ local: COREValue, holds value: UInt64, bits: Int) throws(ObjectError) {
        guard local.isChecked else { return }
        let expected = bits == 32 ? UInt64(UInt32(truncatingIfNeeded: local.value)) : local.value
        guard value == expected else {
            throw ObjectError(.malformed, "the instruction holds \(value), the object's types say \(expected)")
        }
    }

    /// Widens or narrows a load or store of a field whose size differs in the kernel.
    private mutating func resize(_ slot: Int, _ local: COREValue, _ target: COREValue, _ describe: () -> String) throws(ObjectError) {
        guard let old = local.fieldSize, let new = target.fieldSize, old != new else { return }
        let instruction = instructions[slot]
        let isSigned = instruction.instructionClass == .loadFromRegister && instruction.opcode & Self.modeBits == Self.signedMode
        guard local.extensionOfLoads == (isSigned ? .sign : .zero), target.extensionOfLoads == local.extensionOfLoads,
            let size = Self.sizeBits(new), Self.isKnown(instruction, afterResizingTo: new)
        else {
            return poison(
                slot,
                "'\(describe())' has \(old) bytes in the object and \(new) in this kernel, and is no \(isSigned ? "signed" : "unsigned") integer "
                    + "that this instruction can access in another width; read it with CORE_READ")
        }
        guard Self.sizeBits(old) == instruction.opcode & Self.sizeBits else {
            throw ObjectError(
                .malformed, "instruction \(slot) accesses another width than the \(old) bytes of the field, which has \(new) in this kernel")
        }
        // What fills the register needs no sign.
        let mode = isSigned && new == 8 ? Self.plainMode : instruction.opcode & Self.modeBits
        instructions[slot].opcode = mode | size | instruction.opcode & Self.classBits
    }

    /// Atomic operations are of 4 and 8 bytes, but for loads that acquire and stores that release (Linux 6.15).
    private static func isKnown(_ instruction: Instruction, afterResizingTo bytes: UInt32) -> Bool {
        guard instruction.opcode & modeBits == atomicMode else { return true }
        return bytes >= 4 || instruction.immediate == 0x100 || instruction.immediate == 0x110
    }

    private static let (classBits, sizeBits, modeBits): (UInt8, UInt8, UInt8) = (0x07, 0x18, 0xE0)
    /// `BPF_MEM`, `BPF_MEMSX` of loads that extend the sign (Linux 6.6), and `BPF_ATOMIC`.
    private static let (plainMode, signedMode, atomicMode): (UInt8, UInt8, UInt8) = (0x60, 0x80, 0xC0)

    /// `BPF_SIZE`: the two bits of the opcode that say how wide a load or store is.
    private static func sizeBits(_ bytes: UInt32) -> UInt8? {
        switch bytes {
        case 4: 0x00
        case 2: 0x08
        case 1: 0x10
        case 8: 0x18
        default: nil
        }
    }

    /// Puts a call of a helper that does not exist in place of an instruction. The verifier refuses it if it can be reached.
    private mutating func poison(_ slot: Int, _ reason: String) {
        poisoned[slot] = reason
        let isWide = instructions[slot].isWideLoad
        instructions[slot] = Instruction(opcode: 0x85, immediate: Self.poisonedHelper)
        // Both halves, so that the verifier does not complain of the second one's opcode 0.
        if isWide, slot + 1 < instructions.count {
            poisoned[slot + 1] = reason
            instructions[slot + 1] = Instruction(opcode: 0x85, immediate: Self.poisonedHelper)
        }
    }

    /// libbpf's number for the same purpose, so that people who know it from verifier logs know it here.
    static let poisonedHelper: Int32 = 195_896_080
}
