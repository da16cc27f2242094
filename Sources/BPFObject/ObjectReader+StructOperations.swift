// SPDX-License-Identifier: Apache-2.0

import BTF
import Bytes
import ELF

extension ObjectReader {
    /// The sections of variables that are sets of functions: attached without a link, and with one. A question mark in front says that they are
    /// not created unless asked for.
    private static let sectionFlags: [Substring: MapFlags] = [".struct_ops": [], ".struct_ops.link": .link]

    /// Makes a map of each set of functions that the kernel calls.
    mutating func readStructOperations() throws(ObjectError) {
        for section in elf.sections where section.flags.contains(.allocated) && !section.flags.contains(.executable) {
            guard let flags = Self.sectionFlags[SectionName.withoutQuestionMark(section.name)] else { continue }
            guard let btf else {
                throw ObjectError(.malformed, "section \(section.name) cannot be read without the object's types; compile it with '-g'")
            }
            for entry in variablesBySection[section.index] ?? [] {
                let type = try structure(of: entry, btf: btf)
                guard let contents = section.bytes.slice(at: Int(clamping: entry.offset), count: type.byteCount)?.array() else {
                    throw ObjectError(.malformed, "variable '\(entry.name)' lies outside of section \(section.name)")
                }
                var map = MapDefinition(
                    name: entry.name, type: .structOps, keySize: 4, valueSize: UInt32(type.byteCount), maxEntries: 1, flags: flags)
                map.isCreated = !section.name.hasPrefix("?")
                map.structOperations = StructOperations(type: type.id, contents: contents, programs: [:])
                mapsByOffset[section.index, default: [:]][entry.offset] = maps.count
                maps.append(map)
            }
        }
    }

    private func structure(of entry: LaidOutVariable, btf: BTF) throws(ObjectError) -> (id: TypeID, byteCount: Int) {
        do throws(BTFError) {
            let (id, type) = try btf.resolve(entry.type)
            guard case .composite(let composite) = type, !composite.isUnion, !composite.name.isEmpty else {
                throw BTFError(.malformed, "'\(entry.name)' in a section of struct_ops is no struct with a name")
            }
            return (id, Int(composite.byteCount))
        } catch { throw ObjectError(error) }
    }

    /// Finds the programs that members of such sets point to: relocations say which.
    mutating func readMemberFunctions() throws(ObjectError) {
        for (sectionIndex, declared) in mapsByOffset {
            guard let section = elf.section(at: sectionIndex), Self.sectionFlags[SectionName.withoutQuestionMark(section.name)] != nil else {
                continue
            }
            for relocation in elf.relocations(of: section) {
                guard symbols.indices.contains(relocation.symbolIndex),
                    let start = declared.keys.filter({ $0 <= relocation.offset }).max(), let map = declared[start],
                    relocation.offset - start <= UInt64(maps[map].valueSize), UInt64(maps[map].valueSize) - (relocation.offset - start) >= 8
                else { throw ObjectError(.malformed, "a relocation of section \(section.name) lies in no variable, or refers to no symbol") }
                let symbol = symbols[relocation.symbolIndex]
                guard let function = functionIndex(section: symbol.sectionIndex, slot: Int(clamping: symbol.value / 8)),
                    let program = programsByFunction[function]
                else { throw ObjectError(.malformed, "'\(maps[map].name)' has '\(symbol.name)' as a member, which is no program") }
                maps[map].structOperations?.programs[UInt32(relocation.offset - start)] = program
            }
        }
    }
}
