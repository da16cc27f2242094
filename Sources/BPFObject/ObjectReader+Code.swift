// SPDX-License-Identifier: Apache-2.0

import BPFAssembly
import BTF
import ELF

extension ObjectReader {
    /// Cuts the executable sections into functions, each with the records of `.BTF.ext` that are about it.
    mutating func readFunctions() throws(ObjectError) {
        let symbolsBySection = Dictionary(grouping: symbols.filter { $0.kind == .function }, by: \.sectionIndex)
        for section in elf.sections where section.kind == .programBits && section.flags.contains(.executable) {
            guard let code = Instruction.decode(section.bytes, order: elf.byteOrder) else {
                throw ObjectError(.malformed, "section \(section.name) has \(section.size) bytes, not a whole number of instructions")
            }
            var end: UInt64 = 0
            let first = functions.count
            for symbol in (symbolsBySection[section.index] ?? []).sorted(by: { $0.value < $1.value }) {
                guard symbol.value % 8 == 0, symbol.size % 8 == 0, symbol.size > 0, symbol.value <= section.size,
                    symbol.size <= section.size - symbol.value
                else { throw ObjectError(.malformed, "function '\(symbol.name)' does not lie in section \(section.name)") }
                guard symbol.value >= end else {
                    throw ObjectError(.malformed, "function '\(symbol.name)' of section \(section.name) begins inside of another")
                }
                end = symbol.value + symbol.size
                let start = Int(symbol.value / 8)
                functions.append(
                    Function(
                        name: symbol.name, sectionIndex: section.index, sectionName: section.name, start: start,
                        isHidden: symbol.visibility == .hidden || symbol.visibility == .internal,
                        instructions: Array(code[start..<start + Int(symbol.size / 8)])))
            }
            functionsBySection[section.index] = first..<functions.count
            try readRecords(of: section)
        }
    }

    /// Gives each record of a section to the function that it is about.
    private mutating func readRecords(of section: Section) throws(ObjectError) {
        guard let btf, let btfExtension else { return }
        let records = (btfExtension.functions[section.name], btfExtension.lines[section.name], btfExtension.relocations[section.name])
        guard records.0 != nil || records.1 != nil || records.2 != nil else { return }
        guard recordedSections.insert(section.name).inserted else {
            throw ObjectError(.malformed, "several sections are called '\(section.name)', and .BTF.ext does not say of which it speaks")
        }
        for record in btfExtension.functions[section.name] ?? [] {
            guard let (index, slot) = function(at: UInt64(record.offset), in: section.index), slot == 0 else { continue }
            functions[index].type = record.type
        }
        for record in btfExtension.lines[section.name] ?? [] {
            guard let (index, slot) = function(at: UInt64(record.offset), in: section.index) else { continue }
            functions[index].lines.append(
                SourceLine(
                    slot: slot, record: record, fileName: try lineStrings.fileName(at: record.fileName, btf),
                    text: try lineStrings.text(at: record.text, btf)))
        }
        for record in btfExtension.relocations[section.name] ?? [] {
            guard let (index, slot) = function(at: UInt64(record.offset), in: section.index) else { continue }
            functions[index].relocations.append(try CORERelocation(record, slot: slot, btf: btf))
        }
    }

    /// The function in which a byte of a section lies, and the slot in it that begins there.
    private func function(at offset: UInt64, in section: Int) -> (index: Int, slot: Int)? {
        guard offset % 8 == 0, let place = Int(exactly: offset / 8), let range = functionsBySection[section] else { return nil }
        // The functions of a section stand in the order of their places: the last that does not begin behind this one.
        var low = range.lowerBound
        var high = range.upperBound
        while low < high {
            let middle = (low + high) / 2
            if functions[middle].start <= place { low = middle + 1 } else { high = middle }
        }
        guard low > range.lowerBound else { return nil }
        let slot = place - functions[low - 1].start
        return slot < functions[low - 1].instructions.count ? (low - 1, slot) : nil
    }

    /// The function that begins at a slot of a section.
    func functionIndex(section: Int, slot: Int) -> Int? {
        guard slot >= 0, let found = function(at: UInt64(slot) * 8, in: section), found.slot == 0 else { return nil }
        return found.index
    }

    /// Makes a program of each function that does not stand in `.text`.
    mutating func readPrograms() {
        for (index, function) in functions.enumerated() where function.sectionName != ".text" {
            programsByFunction[index] = programs.count
            programs.append(ProgramDefinition(function, at: index, sections: sections))
        }
    }

    /// Finds what instructions refer to: maps, variables and functions.
    mutating func readReferences() throws(ObjectError) {
        for section in elf.sections where section.flags.contains(.executable) {
            for relocation in elf.relocations(of: section) {
                guard let (index, slot) = function(at: relocation.offset, in: section.index) else { continue }
                guard symbols.indices.contains(relocation.symbolIndex) else {
                    throw ObjectError(.malformed, "a relocation of section \(section.name) refers to a symbol that does not exist")
                }
                functions[index].references[slot] = try reference(
                    of: functions[index].instructions[slot], to: symbols[relocation.symbolIndex], in: functions[index])
            }
        }
        try readUnrelocatedCalls()
    }

    /// Calls inside of one section come without relocations: their immediate counts from the instruction behind them.
    private mutating func readUnrelocatedCalls() throws(ObjectError) {
        for index in functions.indices {
            for slot in functions[index].instructions.indices where functions[index].instructions[slot].isLocalCall {
                guard functions[index].references[slot] == nil else { continue }
                let instruction = functions[index].instructions[slot]
                let target = functions[index].start + slot + 1 + Int(instruction.immediate)
                guard let callee = functionIndex(section: functions[index].sectionIndex, slot: target) else {
                    throw ObjectError(.malformed, "'\(functions[index].name)' calls slot \(target) of its section, where no function begins")
                }
                functions[index].references[slot] = .call(callee)
            }
        }
    }

    private func reference(
        of instruction: Instruction, to symbol: Symbol, in whole: Function
    ) throws(ObjectError) -> Function.Reference {
        let function = whole.name
        guard !symbol.isUndefined else { return try reference(of: instruction, toExtern: symbol, in: function) }
        guard let section = elf.section(at: symbol.sectionIndex), let value = Int32(exactly: symbol.value).map(Int.init) else {
            throw ObjectError(.malformed, "'\(function)' refers to '\(symbol.name)', which lies in no section")
        }
        // Made only where it is thrown: there are thousands of references.
        func unknown() -> ObjectError {
            ObjectError(
                .malformed, "'\(function)' refers to '\(symbol.name)' in section \(section.name), which holds no such map, variable or function")
        }
        if instruction.isLocalCall {
            guard let callee = functionIndex(section: section.index, slot: value / 8 + Int(instruction.immediate) + 1) else { throw unknown() }
            return .call(callee)
        }
        guard instruction.isWideLoad else {
            throw ObjectError(.malformed, "'\(function)' has a relocation on an instruction that is neither a call nor a wide load")
        }
        let place = value + Int(instruction.immediate)
        guard place >= 0 else { throw unknown() }
        if section.flags.contains(.executable) {
            guard place % 8 == 0, let address = functionIndex(section: section.index, slot: place / 8) else { throw unknown() }
            return .functionAddress(address)
        }
        if section.name == Self.jumpTableSection { return .jumpTable(try jumpTable(symbol, in: section, of: whole)) }
        if let maps = mapsByOffset[section.index] {
            guard let map = maps[UInt64(place)] else { throw unknown() }
            return .map(map)
        }
        guard let map = mapsBySection[section.index], let offset = Int32(exactly: place) else { throw unknown() }
        return .mapValue(map: map, offset: offset)
    }

    private func reference(
        of instruction: Instruction, toExtern symbol: Symbol, in function: String
    ) throws(ObjectError) -> Function.Reference {
        if let place = kernelSymbolsByName[symbol.name] { return try reference(of: instruction, toKernelSymbol: place, in: function) }
        guard let place = configurationVariablesByName[symbol.name], let map = configurationMap else {
            return .undefined(
                btf == nil
                    ? "'\(function)' refers to the extern '\(symbol.name)'; externs cannot be read without the object's types; compile it with '-g'"
                    : "'\(function)' refers to '\(symbol.name)', which the object does not define; link it with the object that does, or declare it "
                        + "in section .ksyms (of the kernel) or .kconfig (of its configuration)")
        }
        let variable = configurationVariables[place]
        guard instruction.isWideLoad else {
            throw ObjectError(.malformed, "'\(function)' refers to the extern variable '\(symbol.name)' with an instruction that is no wide load")
        }
        guard (0...variable.size).contains(Int(instruction.immediate)) else {
            throw ObjectError(.malformed, "'\(function)' refers to a place outside of the extern variable '\(symbol.name)'")
        }
        return .mapValue(map: map, offset: Int32(variable.offset) + instruction.immediate)
    }

    private func reference(
        of instruction: Instruction, toKernelSymbol place: Int, in function: String
    ) throws(ObjectError) -> Function.Reference {
        if case .function = kernelSymbols[place].kind, instruction.isLocalCall || instruction.isWideLoad { return .kernelSymbol(place) }
        guard instruction.isWideLoad else {
            throw ObjectError(
                .malformed, "'\(function)' refers to the kernel's '\(kernelSymbols[place].name)' with an instruction that is no wide load")
        }
        return .kernelSymbol(place)
    }
}
