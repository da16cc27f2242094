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
    var configurationVariables: [ConfigurationVariable] = []
    var dataSections: [TypeID: BTF.DataSectionLayout] = [:]
    var functions: [Function] = []
    var programs: [ProgramDefinition] = []

    /// The places in `functions` of those of a section, by the section's index.
    var functionsBySection: [Int: Range<Int>] = [:]
    /// The strings that records of source lines share.
    var lineStrings = LineStrings()
    /// The names of the sections whose records of `.BTF.ext` have been given to their functions.
    var recordedSections: Set<String> = []
    /// The variables of each section, by the section's index.
    var variablesBySection: [Int: [LaidOutVariable]] = [:]
    /// What the caller knows of names of sections, beside what everybody knows.
    let sections: [SectionDefinition]
    /// The places in `maps` of the maps that are declared in a section, by the section's index and the offset in it.
    var mapsByOffset: [Int: [UInt64: Int]] = [:]
    /// The maps of old sections, with their places in `maps`, in the order of the file.
    var oldMaps: [(place: Int, map: OldMap)] = []
    /// The places in `programs`, by those in `functions`.
    var programsByFunction: [Int: Int] = [:]
    /// The kernel's symbols that the object names, their places by their names, and the type that lists them.
    var kernelSymbols: [KernelSymbol] = []
    var kernelSymbolsByName: [String: Int] = [:]
    var kernelSymbolSection: TypeID?
    /// The place in `maps` of the map that holds the extern variables in `.kconfig`.
    var configurationMap: Int?
    /// The places of `configurationVariables` by their names.
    var configurationVariablesByName: [String: Int] = [:]
    /// The place in `maps` of the map that holds a section's variables, by the section's index.
    var mapsBySection: [Int: Int] = [:]

    init(_ bytes: ByteView, sections: [SectionDefinition]) throws(ObjectError) {
        self.sections = sections
        do {
            elf = try ELFFile(bytes)
            symbols = try elf.symbols()
        } catch { throw ObjectError(error) }
        guard elf.machine == .bpf else {
            throw ObjectError(
                .notAnObject, "this ELF file is for \(elf.machine), not for eBPF; compile it with '-target bpf'")
        }
        do {
            btf = try elf.section(named: ".BTF").map { section throws(BTFError) in try BTF(section.bytes) }
            if let btf, let section = elf.section(named: ".BTF.ext") {
                btfExtension = try BTFExtension(section.bytes, btf: btf)
            } else {
                btfExtension = nil
            }
        } catch { throw ObjectError(error) }
        try checkOverlap()
        license = elf.section(named: "license")?.bytes.string(at: 0) ?? ""
        try layOutSections()
        try readMaps()
        try readOldMaps()
        try readStructOperations()
        try readDataSections()
        try readConfigurationVariables()
        try readKernelSymbols()
        try readFunctions()
        try readReferences()
        readPrograms()
        try readInitialValues()
        try readMemberFunctions()
    }

    /// Refuses sections whose bytes overlap: they could hold as much code as the square of the file's size.
    private func checkOverlap() throws(ObjectError) {
        var total = 0
        for section in elf.sections where !section.flags.isDisjoint(with: [.allocated, .executable]) {
            total += section.bytes.count
            guard total <= elf.bytes.count else {
                throw ObjectError(.malformed, "section \(section.index) ('\(section.name)') overlaps others")
            }
        }
    }
}
