// SPDX-License-Identifier: Apache-2.0

import BTF
import ELF

extension ObjectReader {
    /// The most symbols of the kernel that an object may name: far more than any does, and an end for one that is made to take time.
    private static let mostSymbols = 4096

    /// Reads the externs in section `.ksyms`, which no section of the file holds.
    mutating func readKernelSymbols() throws(ObjectError) {
        guard let btf, let id = btf.types(named: ".ksyms", kinds: [.dataSection]).first else { return }
        var section = DataSectionType(name: "", byteCount: 0, variables: [])
        do {
            guard case .dataSection(let found) = try btf.type(id) else { return }
            section = found
        } catch { throw ObjectError(error) }
        guard section.variables.count <= Self.mostSymbols else {
            throw ObjectError(.malformed, "section .ksyms has \(section.variables.count) symbols; more than \(Self.mostSymbols) are not read")
        }
        let undefined = Dictionary(symbols.filter(\.isUndefined).map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        for entry in section.variables {
            let (name, kind) = try kernelSymbol(entry.type, btf: btf)
            // What the object only declares, and nothing refers to, has no symbol.
            guard let symbol = undefined[name] else { continue }
            guard kernelSymbolsByName.updateValue(kernelSymbols.count, forKey: name) == nil else {
                throw ObjectError(.malformed, "section .ksyms has two symbols '\(name)'")
            }
            kernelSymbols.append(KernelSymbol(name: name, isWeak: symbol.binding == .weak, kind: kind))
        }
        kernelSymbolSection = id
    }

    private func kernelSymbol(_ id: TypeID, btf: BTF) throws(ObjectError) -> (name: String, kind: KernelSymbol.Kind) {
        do throws(BTFError) {
            switch try btf.type(id) {
            case .function(let name, let prototype, .extern): return (name, .function(prototype: prototype))
            case .variable(let name, let type, .extern):
                let isVoid = if case .void = try btf.resolve(type).type { true } else { false }
                return (name, isVoid ? .address : .variable(type: type))
            default:
                throw BTFError(.malformed, "section .ksyms holds '\(try btf.name(of: id))', which is no extern")
            }
        } catch { throw ObjectError(error) }
    }
}
