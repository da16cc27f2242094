// SPDX-License-Identifier: Apache-2.0

/// Code that a ``CodeBuilder`` built: complete but for what is known only where it is loaded.
public struct Code: Sendable, Hashable {
    /// An instruction that refers to something by its name.
    public struct Reference: Sendable, Hashable {
        /// What is referred to.
        public enum Target: Sendable, Hashable {
            /// A map, or the first value of it.
            case map(String)
            /// A function of the program that stands outside of this code.
            case function(String)
            /// A kfunc.
            case kernelFunction(String)
            /// A variable of the kernel.
            case variable(String)
        }

        /// The slot of the instruction, the first of two for wide loads.
        public let slot: Int
        /// What it refers to.
        public let target: Target
    }

    /// What a reference turns out to be.
    public enum Resolution: Sendable, Hashable {
        /// A map's descriptor.
        case descriptor(Int32)
        /// A map's place in the list of descriptors that the program is loaded with. Linux 5.14.
        case index(Int32)
        /// The slot at which a function begins, counted from the beginning of this code.
        case slot(Int)
        /// The number of a type of the kernel, and where its module's BTF is: for kfuncs its place in the list of descriptors, for variables its
        /// descriptor. It is 0 for the kernel itself.
        case type(Int32, module: Int32)
    }

    /// The slots. Those that references name hold zeros instead of what is known later.
    public let instructions: [Instruction]
    /// What is still missing, in the order of the slots.
    public let references: [Reference]
    /// Where each label stands.
    public let labels: [CodeBuilder.Label: Int]

    /// The slots with all references filled in.
    ///
    /// - Parameter resolve: What a reference turns out to be; `nil` where that is unknown.
    /// - Throws: ``AssemblyError`` where a reference stays unknown, or cannot be what it turns out to be.
    public func resolved(_ resolve: (Reference.Target) -> Resolution?) throws(AssemblyError) -> [Instruction] {
        var instructions = instructions
        for reference in references {
            let slot = reference.slot
            guard let resolution = resolve(reference.target) else {
                throw AssemblyError(
                    .unresolvedReference, slot: slot, opcode: instructions[slot].opcode, "nobody said what \(reference.target) is")
            }
            let next = slot + 1 < instructions.count ? instructions[slot + 1] : nil
            let operation = try Instruction.Operation(instructions[slot], next: next, at: slot)
            guard let filled = try operation.filled(with: resolution, at: slot) else {
                throw AssemblyError(
                    .unresolvedReference, slot: slot, opcode: instructions[slot].opcode, "\(reference.target) cannot be \(resolution)")
            }
            instructions[slot] = filled.firstSlot
            if let second = filled.secondSlot { instructions[slot + 1] = second }
        }
        return instructions
    }
}

extension Code.Reference.Target: CustomStringConvertible {
    /// The kind and the name: `map 'counts'`.
    public var description: String {
        switch self {
        case .map(let name): "map '\(name)'"
        case .function(let name): "function '\(name)'"
        case .kernelFunction(let name): "kfunc '\(name)'"
        case .variable(let name): "kernel variable '\(name)'"
        }
    }
}

extension Code.Resolution: CustomStringConvertible {
    /// What it is and its number: `slot 12`.
    public var description: String {
        switch self {
        case .descriptor(let number): "descriptor \(number)"
        case .index(let number): "index \(number)"
        case .slot(let number): "slot \(number)"
        case .type(let number, let module): module == 0 ? "type \(number)" : "type \(number) of module \(module)"
        }
    }
}

extension Instruction.Operation {
    /// This operation with what it refers to; `nil` where the two do not go together.
    fileprivate func filled(with resolution: Code.Resolution, at slot: Int) throws(AssemblyError) -> Self? {
        switch (self, resolution) {
        case (.loadWide(let register, .map), .descriptor(let descriptor)): return .loadWide(register, .map(descriptor: descriptor))
        case (.loadWide(let register, .map), .index(let index)): return .loadWide(register, .mapIndex(index))
        case (.loadWide(let register, .mapValue(_, let offset)), .descriptor(let descriptor)):
            return .loadWide(register, .mapValue(descriptor: descriptor, offset: offset))
        case (.loadWide(let register, .mapValue(_, let offset)), .index(let index)):
            return .loadWide(register, .mapIndexValue(index, offset: offset))
        case (.loadWide(let register, .variable), .type(let typeID, let module)):
            return .loadWide(register, .variable(typeID: typeID, moduleDescriptor: module))
        case (.loadWide(let register, .function), .slot(let target)):
            return .loadWide(register, .function(offset: try distance(from: slot, to: target)))
        case (.call(.function), .slot(let target)): return .call(.function(offset: try distance(from: slot, to: target)))
        case (.call(.kernelFunction), .type(let typeID, let module)):
            guard let place = Int16(exactly: module) else { return nil }
            return .call(.kernelFunction(typeID: typeID, module: place))
        default: return nil
        }
    }

    private func distance(from slot: Int, to target: Int) throws(AssemblyError) -> Int32 {
        // A slot comes from the caller: the difference of any two numbers must not trap.
        let (distance, overflows) = target.subtractingReportingOverflow(slot + 1)
        guard !overflows, let narrow = Int32(exactly: distance) else {
            throw AssemblyError(
                .jumpOutOfRange, slot: slot, opcode: firstSlot.opcode, "slot \(target) is further away than 32 bits with a sign hold")
        }
        return narrow
    }
}
