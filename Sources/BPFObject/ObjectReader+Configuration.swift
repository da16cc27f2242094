// SPDX-License-Identifier: Apache-2.0

import BTF
import ELF

extension ObjectReader {
    /// The most extern variables that an object may have: far more than any has, and an end for one that is made to take time.
    private static let mostVariables = 1024
    /// The most bytes that they may take together.
    private static let mostBytes = 1 << 20

    /// Makes a read-only map of the extern variables in section `.kconfig`, which no section of the file holds.
    ///
    /// They lie as libbpf puts them (`bpf_object__collect_externs`): by falling alignment, then by size and name.
    mutating func readConfigurationVariables() throws(ObjectError) {
        guard let btf, let id = btf.types(named: ".kconfig", kinds: [.dataSection]).first else { return }
        guard dataSections[id] == nil else { throw ObjectError(.malformed, "section .kconfig holds variables; only externs may be there") }
        var externs = try externVariables(id, btf: btf)
        guard let size = Self.layOut(&externs) else {
            throw ObjectError(.malformed, "the extern variables of section .kconfig take more than \(Self.mostBytes) bytes")
        }
        dataSections[id] = BTF.DataSectionLayout(
            byteCount: UInt32(size), offsets: externs.sorted { $0.place < $1.place }.map { UInt32($0.variable.offset) })
        guard size > 0 else { return }
        var map = MapDefinition(
            name: ".kconfig", type: .array, keySize: 4, valueSize: UInt32(size), maxEntries: 1, flags: [.readOnlyForPrograms, .mappable])
        map.valueType = id
        map.isFrozen = true
        map.isDataSection = true
        map.isKernelConfiguration = true
        for extern in externs {
            let variable = extern.variable
            configurationVariablesByName[variable.name] = configurationVariables.count
            configurationVariables.append(variable)
            variables.append(
                Variable(name: variable.name, mapIndex: maps.count, offset: variable.offset, size: variable.size, type: extern.type))
        }
        configurationMap = maps.count
        maps.append(map)
    }

    /// An extern with its type, and its place in the type of the section.
    private struct ExternVariable {
        var variable: ConfigurationVariable
        let type: TypeID
        let place: Int

        var alignment: Int { variable.kind == .text ? 1 : variable.size }
    }

    private func externVariables(_ id: TypeID, btf: BTF) throws(ObjectError) -> [ExternVariable] {
        let entries: [DataSectionType.Entry]
        do {
            guard case .dataSection(let section) = try btf.type(id) else { return [] }
            entries = section.variables
        } catch { throw ObjectError(error) }
        guard entries.count <= Self.mostVariables else {
            throw ObjectError(.malformed, "section .kconfig has \(entries.count) variables; more than \(Self.mostVariables) are not read")
        }
        let symbols = Dictionary(symbols.filter(\.isUndefined).map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        var externs: [ExternVariable] = []
        var names: Set<String> = []
        for (place, entry) in entries.enumerated() {
            let extern = try externVariable(entry, at: place, symbols: symbols, btf: btf)
            guard names.insert(extern.variable.name).inserted else {
                throw ObjectError(.malformed, "section .kconfig has two variables '\(extern.variable.name)'")
            }
            externs.append(extern)
        }
        return externs
    }

    private func externVariable(
        _ entry: DataSectionType.Entry, at place: Int, symbols: [String: Symbol], btf: BTF
    ) throws(ObjectError) -> ExternVariable {
        var name = "", type = TypeID.void, byteCount: UInt32 = 0
        var kind: ConfigurationVariable.Kind?
        do throws(BTFError) {
            guard case .variable(let found, let id, .extern) = try btf.type(entry.type) else {
                throw BTFError(.malformed, "section .kconfig holds '\(try btf.name(of: entry.type))', which is no extern variable")
            }
            (name, type, byteCount) = (found, id, try btf.byteCount(of: id))
            kind = try ConfigurationVariable.Kind(of: type, byteCount: byteCount, btf: btf)
        } catch { throw ObjectError(error) }
        guard let kind else {
            throw ObjectError(
                .unsupported,
                "the extern variable '\(name)' of section .kconfig has a type that no option has; "
                    + "integers, _Bool, enum libbpf_tristate and arrays of char are known")
        }
        guard let symbol = symbols[name] else { throw ObjectError(.malformed, "the extern variable '\(name)' of section .kconfig has no symbol") }
        guard entry.byteCount == byteCount else {
            throw ObjectError(.malformed, "the extern variable '\(name)' has \(byteCount) bytes, section .kconfig says \(entry.byteCount)")
        }
        let variable = ConfigurationVariable(name: name, isWeak: symbol.binding == .weak, kind: kind, offset: 0, size: Int(byteCount))
        return ExternVariable(variable: variable, type: type, place: place)
    }

    /// Gives each variable its offset, and sorts them by it; answers the size of all, or `nil` where it is too large.
    private static func layOut(_ externs: inout [ExternVariable]) -> Int? {
        externs.sort { left, right in
            (-left.alignment, left.variable.size, left.variable.name) < (-right.alignment, right.variable.size, right.variable.name)
        }
        var end = 0
        for index in externs.indices {
            // Alignments fall, and each size but those at the end is its alignment: nothing has to be left out.
            externs[index].variable.offset = end
            end += externs[index].variable.size
            guard end <= mostBytes else { return nil }
        }
        return end
    }
}

extension ConfigurationVariable.Kind {
    /// The kind for a type; `nil` for types that no option has.
    init?(of id: TypeID, byteCount: UInt32, btf: BTF) throws(BTFError) {
        switch try btf.resolve(id).type {
        case .integer(let integer) where integer.isBoolean:
            guard byteCount == 1 else { return nil }
            self = .boolean
        case .integer(let integer) where byteCount == 1: self = .character(isSigned: integer.isSigned)
        case .integer(let integer) where [2, 4, 8].contains(byteCount): self = .integer(isSigned: integer.isSigned)
        // One with thousands of enumerators would be read again for each variable.
        case .enumeration(let type) where type.name == "libbpf_tristate" && [4, 8].contains(byteCount) && type.values.count <= 16: self = .tristate
        case .array(let array) where array.count > 0:
            guard case .integer(let integer) = try btf.resolve(array.element).type, integer.byteCount == 1, !integer.isBoolean else { return nil }
            self = .text
        default: return nil
        }
    }
}
