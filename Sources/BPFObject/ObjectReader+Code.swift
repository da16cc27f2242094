// SPDX-License-Identifier: Apache-2.0

import BPFAssembly
import BTF
import ELF

extension ObjectReader {
    /// Cuts the executable sections into functions, each with the records of `.BTF.ext` that are about it.
    mutating func readFunctions() throws(ObjectError) {
        for section in elf.sections where section.kind == .programBits && section.flags.contains(.executable) {
            guard let code = Instruction.decode(section.bytes, order: elf.byteOrder) else {
                throw ObjectError(.malformed, "section \(section.name) has \(section.size) bytes, not a whole number of instructions")
            }
            for symbol in symbols where symbol.sectionIndex == section.index && symbol.kind == .function {
                guard symbol.value % 8 == 0, symbol.size % 8 == 0, symbol.size > 0, symbol.value <= section.size,
                    symbol.size <= section.size - symbol.value
                else { throw ObjectError(.malformed, "function '\(symbol.name)' does not lie in section \(section.name)") }
                let start = Int(symbol.value / 8)
                var function = Function(
                    name: symbol.name, sectionIndex: section.index, sectionName: section.name, start: start,
                    instructions: Array(code[start..<start + Int(symbol.size / 8)]))
                try readRecords(of: &function)
                functions.append(function)
            }
        }
    }

    private func readRecords(of function: inout Function) throws(ObjectError) {
        guard let btf, let btfExtension else { return }
        let slots = function.start..<function.start + function.instructions.count
        func slot(_ offset: UInt32) -> Int? {
            let slot = Int(offset / 8)
            return offset % 8 == 0 && slots.contains(slot) ? slot - slots.lowerBound : nil
        }
        function.type = btfExtension.functions[function.sectionName]?.first { slot($0.offset) == 0 }?.type
        function.lines = (btfExtension.lines[function.sectionName] ?? []).compactMap { record in
            slot(record.offset).map {
                let file = btf.string(at: record.fileName)
                // Our own compiler says where files are from where the source is.
                let name = file.hasPrefix("./") ? String(file.dropFirst(2)) : file
                return SourceLine(slot: $0, record: record, fileName: name, text: btf.string(at: record.text))
            }
        }
        for record in btfExtension.relocations[function.sectionName] ?? [] {
            guard let slot = slot(record.offset) else { continue }
            function.relocations.append(try CORERelocation(record, slot: slot, btf: btf))
        }
    }

    /// Makes a program of each function that does not stand in `.text`.
    mutating func readPrograms() {
        for (index, function) in functions.enumerated() where function.sectionName != ".text" {
            programs.append(
                ProgramDefinition(
                    name: function.name, sectionName: function.sectionName, hook: Hook(sectionName: function.sectionName),
                    isLoaded: !function.sectionName.hasPrefix("?"), functionIndex: index))
        }
    }

    /// Finds what instructions refer to: maps, variables and functions.
    mutating func readReferences() throws(ObjectError) {
        for section in elf.sections where section.flags.contains(.executable) {
            for relocation in elf.relocations(of: section) {
                guard let index = functions.firstIndex(where: { $0.sectionIndex == section.index && $0.contains(relocation.offset) })
                else { continue }
                let slot = Int(relocation.offset / 8) - functions[index].start
                guard symbols.indices.contains(relocation.symbolIndex) else {
                    throw ObjectError(.malformed, "a relocation of section \(section.name) refers to a symbol that does not exist")
                }
                functions[index].references[slot] = try reference(
                    of: functions[index].instructions[slot], to: symbols[relocation.symbolIndex], in: functions[index].name)
            }
        }
        readUnrelocatedCalls()
    }

    /// Calls inside of one section come without relocations: their immediate counts from the instruction behind them.
    private mutating func readUnrelocatedCalls() {
        for index in functions.indices {
            let function = functions[index]
            for (slot, instruction) in function.instructions.enumerated()
            where instruction.isLocalCall && function.references[slot] == nil {
                let target = function.start + slot + 1 + Int(instruction.immediate)
                if let callee = functionIndex(section: function.sectionIndex, slot: target) {
                    functions[index].references[slot] = .call(callee)
                }
            }
        }
    }

    private func functionIndex(section: Int, slot: Int) -> Int? {
        functions.firstIndex { $0.sectionIndex == section && $0.start == slot }
    }

    private func reference(
        of instruction: Instruction, to symbol: Symbol, in function: String
    ) throws(ObjectError) -> Function.Reference {
        guard !symbol.isUndefined else {
            throw ObjectError(.unsupported, "'\(function)' refers to the extern '\(symbol.name)'; externs are not supported yet")
        }
        guard let section = elf.section(at: symbol.sectionIndex), let value = Int32(exactly: symbol.value).map(Int.init) else {
            throw ObjectError(.malformed, "'\(function)' refers to '\(symbol.name)', which lies in no section")
        }
        let unknown = ObjectError(
            .malformed, "'\(function)' refers to '\(symbol.name)' in section \(section.name), which holds no such map, variable or function")
        if instruction.isLocalCall {
            guard let callee = functionIndex(section: section.index, slot: value / 8 + Int(instruction.immediate) + 1) else { throw unknown }
            return .call(callee)
        }
        guard instruction.isWideLoad else {
            throw ObjectError(.malformed, "'\(function)' has a relocation on an instruction that is neither a call nor a wide load")
        }
        let place = value + Int(instruction.immediate)
        if section.flags.contains(.executable) {
            guard let address = functionIndex(section: section.index, slot: place / 8) else { throw unknown }
            return .functionAddress(address)
        }
        if section.name == ".maps" {
            guard let map = mapsByOffset[UInt64(clamping: place)] else { throw unknown }
            return .map(map)
        }
        guard let map = mapsBySection[section.index], let offset = Int32(exactly: place) else { throw unknown }
        return .mapValue(map: map, offset: offset)
    }
}

extension Function {
    /// Whether a byte offset in the section lies in this function, at the beginning of a slot.
    fileprivate func contains(_ offset: UInt64) -> Bool {
        guard offset % 8 == 0, let slot = Int(exactly: offset / 8) else { return false }
        return slot >= start && slot < start + instructions.count
    }
}
