// SPDX-License-Identifier: Apache-2.0

import BTF
import ELF

extension ObjectReader {
    /// Reads the values that maps of maps and of programs have from the start: relocations of `.maps` say which they are.
    mutating func readInitialValues() throws(ObjectError) {
        guard let btf, let section = elf.section(named: ".maps"), let declared = mapsByOffset[section.index] else { return }
        let entries = (variablesBySection[section.index] ?? []).sorted { $0.offset < $1.offset }
        for relocation in elf.relocations(of: section) {
            guard symbols.indices.contains(relocation.symbolIndex),
                let entry = entries.last(where: { $0.offset <= relocation.offset }), let map = declared[entry.offset],
                relocation.offset - entry.offset < UInt64(entry.size)
            else { throw ObjectError(.malformed, "a relocation of section .maps lies in no map, or refers to no symbol") }
            let index = try initialIndex(relocation.offset - entry.offset, of: entry, btf: btf)
            let target = try initialTarget(symbols[relocation.symbolIndex], in: maps[map], declared, section)
            maps[map].initialValues.append(MapDefinition.InitialValue(index: index, target: target))
        }
    }

    /// The place in `values` of an offset in a map's declaration.
    private func initialIndex(_ offset: UInt64, of entry: LaidOutVariable, btf: BTF) throws(ObjectError) -> UInt32 {
        do throws(BTFError) {
            guard case .composite(let declaration) = try btf.resolve(entry.type).type, let last = declaration.members.last, last.name == "values",
                UInt64(last.bitOffset / 8) <= offset, (offset - UInt64(last.bitOffset / 8)) % 8 == 0,
                let index = UInt32(exactly: (offset - UInt64(last.bitOffset / 8)) / 8)
            else { throw BTFError(.malformed, "map '\(entry.name)' has a value at byte \(offset) of its declaration, where 'values' has no element") }
            return index
        } catch { throw ObjectError(error) }
    }

    private func initialTarget(
        _ symbol: Symbol, in map: MapDefinition, _ declared: [UInt64: Int], _ section: Section
    ) throws(ObjectError) -> MapDefinition.InitialValue.Target {
        if map.type.holdsMaps {
            guard map.type != .hashOfMaps || map.keySize == 4 else {
                throw ObjectError(.malformed, "map '\(map.name)' has maps from the start, for which its keys must have 4 bytes")
            }
            guard symbol.sectionIndex == section.index, let target = declared[symbol.value] else {
                throw ObjectError(.malformed, "map '\(map.name)' is to hold '\(symbol.name)', which is no map of section .maps")
            }
            return .map(target)
        }
        guard map.type == .programArray, let function = functionIndex(section: symbol.sectionIndex, slot: Int(clamping: symbol.value / 8)),
            let program = programsByFunction[function]
        else { throw ObjectError(.malformed, "map '\(map.name)' (\(map.type)) is to hold '\(symbol.name)', which is no program") }
        return .program(program)
    }
}
