// SPDX-License-Identifier: Apache-2.0

import BTF
import Bytes
import ELF

extension ObjectReader {
    /// Reads the maps that `.maps` declares, and how its variables lie.
    mutating func readMaps() throws(ObjectError) {
        guard let section = elf.section(named: ".maps") else { return }
        guard let btf else {
            throw ObjectError(.malformed, "section .maps cannot be read without the object's types; compile it with '-g'")
        }
        for entry in variablesBySection[section.index] ?? [] {
            mapsByOffset[section.index, default: [:]][entry.offset] = maps.count
            maps.append(try MapDefinition(name: entry.name, declaration: entry.type, btf: btf))
        }
    }

    /// Makes a map of each section that holds variables.
    mutating func readDataSections() throws(ObjectError) {
        for section in elf.sections where section.size > 0 && section.flags.contains(.allocated) {
            if section.name == Self.arenaSection { try readArenaVariables(section) }
            guard let kind = DataSectionKind(section.name) else { continue }
            guard let size = Int32(exactly: section.size) else {
                throw ObjectError(.malformed, "section \(section.name) is larger than 2^31 bytes")
            }
            var map = MapDefinition(
                name: section.name, type: .array, keySize: 4, valueSize: UInt32(size), maxEntries: 1,
                flags: kind == .readOnly ? [.readOnlyForPrograms, .mappable] : .mappable)
            map.isFrozen = kind == .readOnly
            map.isDataSection = true
            map.contents = section.kind == .noBits ? nil : section.bytes.array()
            if let btf { map.valueType = dataSectionType(section.name, btf: btf) ?? .void }
            try readVariables(of: section, in: maps.count)
            mapsBySection[section.index] = maps.count
            maps.append(map)
        }
    }

    /// Lists the variables of a section, whose map has this place.
    private mutating func readVariables(of section: Section, in map: Int) throws(ObjectError) {
        for entry in variablesBySection[section.index] ?? [] {
            guard UInt64(entry.size) <= section.size, entry.offset <= section.size - UInt64(entry.size) else {
                throw ObjectError(.malformed, "variable '\(entry.name)' lies outside of section \(section.name)")
            }
            variables.append(Variable(name: entry.name, mapIndex: map, offset: Int(entry.offset), size: entry.size, type: entry.type))
        }
    }

    /// The section of variables that lie in an arena: `__arena` of address space 1.
    private static let arenaSection = ".addr_space.1"

    /// Gives the arena that the object declares the variables that lie in it.
    private mutating func readArenaVariables(_ section: Section) throws(ObjectError) {
        guard let arena = maps.firstIndex(where: { $0.type == .arena }) else {
            throw ObjectError(.malformed, "section \(section.name) holds variables of an arena, and the object declares no map of type arena")
        }
        guard section.size <= UInt64(UInt32.max) else { throw ObjectError(.malformed, "section \(section.name) is larger than 2^32 bytes") }
        // An arena's memory is full of zeroes as it is.
        maps[arena].contents = section.kind == .noBits ? nil : section.bytes.array()
        mapsBySection[section.index] = arena
        try readVariables(of: section, in: arena)
    }

    private enum DataSectionKind {
        case readOnly, writable

        init?(_ name: String) {
            func matches(_ prefix: String) -> Bool { name == prefix || name.hasPrefix(prefix + ".") }
            if matches(".rodata") {
                self = .readOnly
            } else if matches(".data") || matches(".bss") {
                self = .writable
            } else {
                return nil
            }
        }
    }

    /// A variable, with the place that its symbol gives it.
    struct LaidOutVariable {
        let name: String, type: TypeID, offset: UInt64, size: Int
    }

    /// A variable's symbol, as far as it says where a variable lies.
    struct VariablePlace: Hashable {
        let name: String, offset: UInt64
    }

    /// Finds where the variables of every section lie, also of those that are not maps: the kernel wants to know them all.
    mutating func layOutSections() throws(ObjectError) {
        guard let btf else { return }
        let symbolsBySection = Dictionary(grouping: symbols.filter { $0.kind == .object }, by: \.sectionIndex)
        for section in elf.sections where section.flags.contains(.allocated) && !section.flags.contains(.executable) {
            variablesBySection[section.index] = try layOut(section, symbols: symbolsBySection[section.index] ?? [], btf: btf)
        }
    }

    private func dataSectionType(_ name: String, btf: BTF) -> TypeID? {
        btf.types(named: name, kinds: [.dataSection]).first
    }

    /// Finds where the variables of a section lie: the types know their names, the symbols their offsets.
    private mutating func layOut(_ section: Section, symbols: [Symbol], btf: BTF) throws(ObjectError) -> [LaidOutVariable] {
        do throws(BTFError) {
            guard let id = dataSectionType(section.name, btf: btf), case .dataSection(let types) = try btf.type(id) else { return [] }
            // Else each of thousands of sections could have thousands of variables, all of them the same.
            guard dataSections[id] == nil else { throw BTFError(.malformed, "several sections are called '\(section.name)'") }
            var variables: [LaidOutVariable] = []
            let named = Dictionary(symbols.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
            // Static variables of objects that were linked may share a name; then the types know their places.
            let places = Set(symbols.map { VariablePlace(name: $0.name, offset: $0.value) })
            for entry in types.variables {
                guard case .variable(let name, let type, _) = try btf.type(entry.type) else {
                    throw BTFError(.malformed, "section \(section.name) holds type \(entry.type.rawValue), which is no variable")
                }
                guard let first = named[name] else { throw BTFError(.malformed, "variable '\(name)' of section \(section.name) has no symbol") }
                let place = VariablePlace(name: name, offset: UInt64(entry.byteOffset))
                variables.append(
                    LaidOutVariable(name: name, type: type, offset: places.contains(place) ? place.offset : first, size: Int(entry.byteCount)))
            }
            dataSections[id] = BTF.DataSectionLayout(
                byteCount: UInt32(clamping: section.size), offsets: variables.map { UInt32(clamping: $0.offset) })
            return variables
        } catch { throw ObjectError(error) }
    }
}
