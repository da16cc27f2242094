// SPDX-License-Identifier: Apache-2.0

public import BPFAssembly
public import BTF
import Bytes

/// The code of a program with all functions that it calls, one behind the other, as the kernel takes it.
///
/// Only what a kernel gives at load is missing: the descriptors of maps.
public struct ProgramAssembly: Sendable {
    /// The code, one value a slot: a wide load takes two.
    public internal(set) var instructions: [Instruction] = []
    /// The wide loads that need a map's descriptor: their slots, and the places in ``ObjectFile/maps``.
    public internal(set) var mapReferences: [(slot: Int, map: Int)] = []
    /// The instructions that refer to something of the kernel's: their slots, and the places in ``ObjectFile/kernelSymbols``.
    public internal(set) var symbolReferences: [(slot: Int, symbol: Int)] = []
    /// The wide loads of tables of jumps: their slots, and the slots to which the table leads.
    public internal(set) var jumpTables: [(slot: Int, targets: [UInt32])] = []
    /// Where each function begins, and its type.
    public internal(set) var functions: [(slot: Int, type: TypeID)] = []
    /// How many functions there are, also those without a type.
    public internal(set) var functionCount = 0
    /// The source lines, with their slots in the whole of the code.
    public internal(set) var lines: [SourceLine] = []
    /// Instructions that CO-RE could not resolve: slot, and why.
    public internal(set) var poisoned: [Int: String] = [:]

    /// The source line of an instruction, where the object has lines.
    public func line(at slot: Int) -> SourceLine? {
        lines.last { $0.slot <= slot }
    }
}

extension ObjectFile {
    /// Puts a program's code together: its own function first, then each that is called, once.
    ///
    /// - Throws: ``ObjectError`` where a call leads too far, or a slot that a reference names does not exist.
    public func assemble(_ program: ProgramDefinition) throws(ObjectError) -> ProgramAssembly {
        var assembly = ProgramAssembly()
        var starts: [Int: Int] = [:]
        var pending = [program.functionIndex]
        var order: [Int] = []
        while let next = pending.popLast() {
            guard starts[next] == nil, functions.indices.contains(next) else { continue }
            starts[next] = assembly.instructions.count
            order.append(next)
            append(functions[next], to: &assembly)
            for reference in functions[next].references.values.compactMap(\.calledFunction).sorted() { pending.append(reference) }
        }
        for index in order {
            guard let start = starts[index] else { continue }
            for (slot, reference) in functions[index].references {
                let range = start..<start + functions[index].instructions.count
                try assembly.connect(reference, at: start + slot, of: range, starts: starts)
            }
        }
        // The kernel wants all of them in the order of the code; references came out of a dictionary.
        assembly.mapReferences.sort { $0.slot < $1.slot }
        assembly.symbolReferences.sort { $0.slot < $1.slot }
        assembly.jumpTables.sort { $0.slot < $1.slot }
        return assembly
    }

    private func append(_ function: Function, to assembly: inout ProgramAssembly) {
        let start = assembly.instructions.count
        assembly.functionCount += 1
        assembly.instructions += function.instructions
        if let type = function.type { assembly.functions.append((start, type)) }
        assembly.lines += function.lines.map { line in
            var moved = line
            moved.slot += start
            return moved
        }
        for (slot, reason) in function.poisoned { assembly.poisoned[start + slot] = reason }
    }
}

extension Function.Reference {
    /// The function that is called, or whose address is taken.
    var calledFunction: Int? {
        switch self {
        case .call(let function), .functionAddress(let function): function
        case .map, .mapValue, .kernelSymbol, .jumpTable, .undefined: nil
        }
    }
}

extension ProgramAssembly {
    fileprivate mutating func connect(
        _ reference: Function.Reference, at slot: Int, of function: Range<Int>, starts: [Int: Int]
    ) throws(ObjectError) {
        // What CO-RE has spoilt refers to nothing any more.
        guard poisoned[slot] == nil else { return }
        let isWide = instructions[slot].isWideLoad
        guard !isWide || slot + 1 < function.upperBound else {
            throw ObjectError(.malformed, "a function ends inside of a wide load")
        }
        func distance(to function: Int) throws(ObjectError) -> Int32 {
            guard let start = starts[function], let distance = Int32(exactly: start - slot - 1) else {
                throw ObjectError(.malformed, "a call leads to a function that is not part of the program")
            }
            return distance
        }
        switch reference {
        case .map(let map):
            instructions[slot].source = Instruction.PseudoSource.mapDescriptor
            instructions[slot].immediate = 0
            instructions[slot + 1].immediate = 0
            mapReferences.append((slot, map))
        case .mapValue(let map, let offset):
            instructions[slot].source = Instruction.PseudoSource.mapValue
            instructions[slot + 1].immediate = offset
            mapReferences.append((slot, map))
        case .jumpTable(let slots):
            instructions[slot].source = Instruction.PseudoSource.mapValue
            instructions[slot].immediate = 0
            jumpTables.append((slot, slots.map { $0 &+ UInt32(clamping: function.lowerBound) }))
        case .undefined(let reason): throw ObjectError(.unsupported, reason)
        case .kernelSymbol(let symbol): symbolReferences.append((slot, symbol))
        case .call(let function):
            instructions[slot].immediate = try distance(to: function)
        case .functionAddress(let function):
            instructions[slot].source = Instruction.PseudoSource.function
            instructions[slot].immediate = try distance(to: function)
            instructions[slot + 1].immediate = 0
        }
    }
}

extension ProgramAssembly {
    /// Puts a number into an instruction, such as the descriptor of a map that it refers to. Outside of the code nothing happens.
    public mutating func setImmediate(_ value: Int32, at slot: Int) {
        guard instructions.indices.contains(slot) else { return }
        instructions[slot].immediate = value
    }

    /// Puts a call of a helper that does not exist in place of an instruction, which the verifier refuses if it is reached; ``poisoned`` keeps the reason.
    public mutating func poison(_ slot: Int, _ reason: String) {
        for slot in slot..<(slot + 2) where instructions.indices.contains(slot) {
            poisoned[slot] = reason
            instructions[slot] = Instruction(opcode: 0x85, immediate: Function.poisonedHelper)
        }
    }
}

extension ProgramAssembly {
    /// The hash of the code by which the kernel knows the program (SHA-256). What depends on maps does not count (`bpf_prog_calc_tag`).
    public var hash: [UInt8] {
        var bytes: [UInt8] = []
        var isSecond = false
        for instruction in instructions {
            var instruction = instruction
            if isSecond { instruction.immediate = 0 }
            isSecond =
                !isSecond && instruction.isWideLoad
                && [Instruction.PseudoSource.mapDescriptor, Instruction.PseudoSource.mapValue].contains(instruction.source)
            if isSecond { instruction.immediate = 0 }
            instruction.encode(into: &bytes)
        }
        return SHA256.hash(bytes)
    }
}
