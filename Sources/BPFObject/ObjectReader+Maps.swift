// SPDX-License-Identifier: Apache-2.0

import BTF
import Bytes
import ELF

extension ObjectReader {
    /// Reads the maps that `.maps` declares, and how its variables lie.
    mutating func readMaps() throws(ObjectError) {
        guard let section = elf.section(named: ".maps") else {
            guard elf.section(named: "maps") == nil else {
                throw ObjectError(.unsupported, "the object declares its maps in the old section 'maps', which is not supported yet")
            }
            return
        }
        guard let btf else {
            throw ObjectError(.malformed, "section .maps cannot be read without the object's types; compile it with '-g'")
        }
        for entry in variablesBySection[section.index] ?? [] {
            mapsByOffset[entry.offset] = maps.count
            maps.append(try MapDefinition(name: entry.name, declaration: entry.type, btf: btf))
        }
    }

    /// Makes a map of each section that holds variables.
    mutating func readDataSections() throws(ObjectError) {
        for section in elf.sections where section.size > 0 && section.flags.contains(.allocated) {
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
            if let btf {
                for entry in variablesBySection[section.index] ?? [] {
                    guard entry.size <= Int(size), entry.offset <= UInt64(Int(size) - entry.size) else {
                        throw ObjectError(.malformed, "variable '\(entry.name)' lies outside of section \(section.name)")
                    }
                    variables.append(
                        Variable(
                            name: entry.name, mapIndex: maps.count, offset: Int(entry.offset), size: entry.size, type: entry.type))
                }
                map.valueType = dataSectionType(section.name, btf: btf) ?? .void
            }
            mapsBySection[section.index] = maps.count
            maps.append(map)
        }
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

    /// Finds where the variables of every section lie, also of those that are not maps: the kernel wants to know them all.
    mutating func layOutSections() throws(ObjectError) {
        guard let btf else { return }
        for section in elf.sections where section.flags.contains(.allocated) && !section.flags.contains(.executable) {
            variablesBySection[section.index] = try layOut(section, btf: btf)
        }
    }

    private func dataSectionType(_ name: String, btf: BTF) -> TypeID? {
        btf.types(named: name, kinds: [.dataSection]).first
    }

    /// Finds where the variables of a section lie: the types know their names, the symbols their offsets.
    private mutating func layOut(_ section: Section, btf: BTF) throws(ObjectError) -> [LaidOutVariable] {
        do throws(BTFError) {
            guard let id = dataSectionType(section.name, btf: btf), case .dataSection(let types) = try btf.type(id) else { return [] }
            var variables: [LaidOutVariable] = []
            let candidates = symbols.lazy.filter { $0.sectionIndex == section.index && $0.kind == .object }
            let named = Dictionary(candidates.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
            for entry in types.variables {
                guard case .variable(let name, let type, _) = try btf.type(entry.type) else {
                    throw BTFError(.malformed, "section \(section.name) holds type \(entry.type.rawValue), which is no variable")
                }
                guard let symbol = named[name] else { throw BTFError(.malformed, "variable '\(name)' of section \(section.name) has no symbol") }
                variables.append(LaidOutVariable(name: name, type: type, offset: symbol.value, size: Int(entry.byteCount)))
            }
            dataSections[id] = BTF.DataSectionLayout(
                byteCount: UInt32(clamping: section.size), offsets: variables.map { UInt32(clamping: $0.offset) })
            return variables
        } catch { throw ObjectError(error) }
    }
}
