// SPDX-License-Identifier: Apache-2.0

import BPFAssembly

extension Function {
    /// Writes the answer to a relocation into its instruction, or poisons it where there is no answer.
    mutating func apply(
        _ local: COREValue, _ target: COREValue?, of relocation: CORERelocation, describe: () -> String
    ) throws(ObjectError) {
        let slot = relocation.slot
        guard instructions.indices.contains(slot) else { throw ObjectError(.malformed, "the relocation lies outside of the code") }
        guard let target else {
            let what = relocation.kind.isAboutField ? "field" : relocation.kind.isAboutEnumValue ? "enumerator" : "type"
            return poison(slot, "this kernel has no \(what) '\(describe())'")
        }
        switch instructions[slot].instructionClass {
        case .arithmetic32, .arithmetic64:
            guard instructions[slot].usesImmediate else { throw unexpected(slot) }
            try check(local, holds: UInt64(UInt32(bitPattern: instructions[slot].immediate)), bits: 32)
            // An immediate is sign-extended by 64-bit operations: only what survives that can be held.
            let narrow = Int32(truncatingIfNeeded: target.value)
            let isKept =
                UInt64(bitPattern: Int64(narrow)) == target.value
                || instructions[slot].instructionClass == .arithmetic32 && UInt64(UInt32(bitPattern: narrow)) == target.value
            guard isKept else { throw ObjectError(.malformed, "the answer \(target.value) does not fit into the instruction") }
            instructions[slot].immediate = narrow
        case .loadFromRegister, .store, .storeFromRegister:
            try check(local, holds: UInt64(bitPattern: Int64(instructions[slot].offset)), bits: 64)
            guard let offset = Int16(exactly: target.value) else {
                throw ObjectError(.malformed, "the answer \(target.value) does not fit into the instruction's offset")
            }
            instructions[slot].offset = offset
            resize(slot, local, target, describe)
        case .load:
            guard instructions[slot].isWideLoad, slot + 1 < instructions.count else { throw unexpected(slot) }
            let low = UInt64(UInt32(bitPattern: instructions[slot].immediate))
            let high = UInt64(UInt32(bitPattern: instructions[slot + 1].immediate))
            try check(local, holds: high << 32 | low, bits: 64)
            instructions[slot].immediate = Int32(truncatingIfNeeded: target.value)
            instructions[slot + 1].immediate = Int32(truncatingIfNeeded: target.value >> 32)
        case .jump, .jump32: throw unexpected(slot)
        }
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

    /// Widens or narrows a load of a field whose size differs in the kernel.
    private mutating func resize(_ slot: Int, _ local: COREValue, _ target: COREValue, _ describe: () -> String) {
        guard let old = local.fieldSize, let new = target.fieldSize, old != new else { return }
        // Only a load of the whole field may become one of another width.
        let isWhole = Self.sizeBits(old) == instructions[slot].opcode & 0x18
        guard isWhole, local.isResizable, target.isResizable, let size = Self.sizeBits(new) else {
            return poison(
                slot,
                "'\(describe())' has \(old) bytes in the object and \(new) in this kernel, "
                    + "and is no unsigned integer; read it with CORE_READ")
        }
        instructions[slot].opcode = instructions[slot].opcode & ~0x18 | size
    }

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
        if isWide, slot + 1 < instructions.count {
            poisoned[slot + 1] = reason
            instructions[slot + 1] = Instruction(opcode: 0x85, immediate: Self.poisonedHelper)
        }
    }

    /// libbpf's number for the same purpose, so that people who know it from verifier logs know it here.
    private static let poisonedHelper: Int32 = 195_896_080
}
