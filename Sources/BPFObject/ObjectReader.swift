// SPDX-License-Identifier: Apache-2.0

import BTF
import Bytes
import ELF

/// Puts an ``ObjectFile`` together from the parts of an ELF file, each in a file of its own.
struct ObjectReader {
    let elf: ELFFile
    let symbols: [Symbol]
    let btf: BTF?
    let btfExtension: BTFExtension?
    var license = ""
    var maps: [MapDefinition] = []
    var variables: [Variable] = []
    var dataSections: [TypeID: BTF.DataSectionLayout] = [:]
    var functions: [Function] = []
    var programs: [ProgramDefinition] = []

    /// The places in `functions` of those of a section, by the section's index.
    var functionsBySection: [Int: Range<Int>] = [:]
    /// The variables of each section, by the section's index.
    var variablesBySection: [Int: [LaidOutVariable]] = [:]
    /// The place in `maps` of the map that is declared at an offset of `.maps`.
    var mapsByOffset: [UInt64: Int] = [:]
    /// The place in `maps` of the map that holds a section's variables, by the section's index.
    var mapsBySection: [Int: Int] = [:]

    init(_ bytes: ByteView) throws(ObjectError) {
        do {
            elf = try ELFFile(bytes)
            symbols = try elf.symbols()
        } catch { throw ObjectError(error) }
        guard elf.machine == .bpf else {
            throw ObjectError(
                .notAnObject, "this ELF file is for machine \(elf.machine.rawValue), not for eBPF (247); compile it with '-target bpf'")
        }
        guard elf.byteOrder == .native else {
            throw ObjectError(.unsupported, "the object's byte order is not this machine's; compile it with '-target bpf'")
        }
        do {
            btf = try elf.section(named: ".BTF").map { section throws(BTFError) in try BTF(section.bytes) }
            if let btf, let section = elf.section(named: ".BTF.ext") {
                btfExtension = try BTFExtension(section.bytes, btf: btf)
            } else {
                btfExtension = nil
            }
        } catch { throw ObjectError(error) }
        license = elf.section(named: "license")?.bytes.string(at: 0) ?? ""
        try layOutSections()
        try readMaps()
        try readDataSections()
        try readFunctions()
        try readReferences()
        readPrograms()
    }
}
