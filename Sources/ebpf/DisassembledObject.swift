// SPDX-License-Identifier: Apache-2.0

import BPFAssembly
import BTF
import Bytes
import ELF

/// The code of an object, section by section, with all that the object says about its instructions.
struct DisassembledObject {
    struct CodeSection {
        let name: String
        let lines: [Disassembly.Line]
        /// By slot: where functions begin, source lines begin, and which symbol an instruction refers to.
        let functions: [Int: String]
        let sources: [Int: (file: String, line: UInt32, text: String)]
        let symbols: [Int: String]
    }

    let sections: [CodeSection]

    init(_ bytes: ByteView) throws {
        let elf = try ELFFile(bytes)
        // The first compilers for eBPF named no machine.
        guard elf.machine == .bpf || elf.machine.rawValue == 0 else { throw Failure("it holds code for \(elf.machine), not for eBPF") }
        let symbols = try elf.symbols()
        let sources = Self.sources(of: elf)
        sections = try elf.sections.filter { $0.kind == .programBits && $0.flags.contains(.executable) && $0.size > 0 }.map { section in
            var functions: [Int: String] = [:]
            for symbol in symbols where symbol.sectionIndex == section.index && symbol.kind == .function {
                functions[Int(clamping: symbol.value / 8)] = symbol.name
            }
            var references: [Int: String] = [:]
            for relocation in elf.relocations(of: section) where symbols.indices.contains(relocation.symbolIndex) {
                let symbol = symbols[relocation.symbolIndex]
                let name = symbol.name.isEmpty ? elf.section(at: symbol.sectionIndex)?.name ?? "" : symbol.name
                references[Int(clamping: relocation.offset / 8)] = name
            }
            let code = try Disassembly(section.bytes, order: elf.byteOrder, style: .namingHelpers, names: functions)
            return CodeSection(
                name: section.name, lines: Array(code), functions: functions, sources: sources[section.name] ?? [:], symbols: references)
        }
    }

    /// The source lines that `.BTF.ext` knows. An object whose types are broken is disassembled without them.
    private static func sources(of elf: ELFFile) -> [String: [Int: (file: String, line: UInt32, text: String)]] {
        guard let types = elf.section(named: ".BTF"), let records = elf.section(named: ".BTF.ext"),
            let btf = try? BTF(types.bytes), let lines = try? BTFExtension(records.bytes, btf: btf).lines
        else { return [:] }
        return lines.mapValues { records in
            var places: [Int: (file: String, line: UInt32, text: String)] = [:]
            for record in records {
                let text = btf.string(at: record.text).drop { $0 == " " || $0 == "\t" }
                places[Int(record.offset / 8)] = (btf.string(at: record.fileName), record.line, String(text))
            }
            return places
        }
    }
}
