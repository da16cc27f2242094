// SPDX-License-Identifier: Apache-2.0

import BPFAssembly
public import BTF

extension KernelSymbol {
    /// What a kernel has for a symbol.
    public enum Answer: Sendable, Hashable {
        /// A type of the kernel's, or of one of its modules', by whose descriptor the kernel knows the module's types.
        case type(TypeID, module: Int32?)
        /// An address.
        case address(UInt64)
        /// Nothing.
        case absent
    }

    /// The type that stands for this symbol in the types of a kernel or of a module; `nil` where they have none.
    ///
    /// - Throws: ``ObjectError`` where there is one of this name, and it is something else than the object says.
    public func type(in target: BTF, object: BTF) throws(ObjectError) -> TypeID? {
        let kinds: Set<BTFKind>
        let declared: TypeID
        switch kind {
        case .function(let prototype): (kinds, declared) = ([.function], prototype)
        case .variable(let type): (kinds, declared) = ([.variable], type)
        case .address: return nil
        }
        // Nothing of a kernel's own types refers to a module's: what stands there twice is the module's.
        guard let found = target.types(named: kernelName, kinds: kinds).last else { return nil }
        do throws(BTFError) {
            let type: TypeID
            switch try target.type(found) {
            case .function(_, let prototype, _): type = prototype
            case .variable(_, let id, _): type = id
            default: return nil
            }
            var budget = COREBudget.answers
            guard try CompatibleTypes(local: object, target: target).types(declared, type, &budget) else {
                throw BTFError(.malformed, "the kernel's '\(kernelName)' has another type than the object declares")
            }
            return found
        } catch { throw ObjectError(error) }
    }
}

extension ProgramAssembly {
    /// Puts what a kernel has for a symbol into an instruction that refers to it: an address into a wide load, a function's number into a call.
    ///
    /// - Parameters:
    ///   - answer: what the kernel has. Where it has nothing, a wide load becomes zero, and a call one that the verifier refuses if it is reached.
    ///   - place: where the module's descriptor stands among those that the program is loaded with (`fd_array`); 0 for the kernel itself.
    public mutating func resolve(_ symbol: KernelSymbol, at slot: Int, to answer: KernelSymbol.Answer, modulePlace place: Int16 = 0) {
        guard instructions.indices.contains(slot) else { return }
        guard instructions[slot].isWideLoad, instructions.indices.contains(slot + 1) else {
            return resolveCall(symbol, at: slot, to: answer, modulePlace: place)
        }
        let offset = Int64(instructions[slot].immediate)
        switch answer {
        case .type(let type, let module):
            instructions[slot].source = Instruction.PseudoSource.kernelType
            instructions[slot].immediate = Int32(bitPattern: type.rawValue)
            instructions[slot + 1].immediate = module ?? 0
        case .address(let address):
            let sum = address &+ UInt64(bitPattern: offset)
            instructions[slot].immediate = Int32(truncatingIfNeeded: sum)
            instructions[slot + 1].immediate = Int32(truncatingIfNeeded: sum >> 32)
        case .absent:
            instructions[slot].immediate = 0
            instructions[slot + 1].immediate = 0
        }
    }

    private mutating func resolveCall(_ symbol: KernelSymbol, at slot: Int, to answer: KernelSymbol.Answer, modulePlace place: Int16) {
        guard case .type(let type, _) = answer else {
            poisoned[slot] = "this kernel has no function '\(symbol.kernelName)' that programs can call"
            instructions[slot] = Instruction(opcode: 0x85, immediate: Function.poisonedHelper)
            return
        }
        instructions[slot].source = Instruction.PseudoSource.kernelFunction
        instructions[slot].offset = place
        instructions[slot].immediate = Int32(bitPattern: type.rawValue)
    }
}
