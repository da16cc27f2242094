// SPDX-License-Identifier: Apache-2.0

public import BTF
public import Bytes
import ELF

/// An eBPF object as a value: what the file says, nothing of what a kernel says to it.
///
/// Read it from bytes, change what may be chosen before it is loaded (variables, maps, which programs are loaded), and give
/// it to a kernel. Two loads of one value are independent of each other.
public struct ObjectFile: Sendable {
    /// The text of the `license` section; empty where there is none.
    public let license: String
    /// The object's types, where it was compiled with `-g`.
    public let btf: BTF?
    /// The maps that `.maps` declares, then one for each section of variables; the last is that of the extern variables in `.kconfig`.
    public var maps: [MapDefinition]
    /// The functions that stand in another section than `.text`.
    public var programs: [ProgramDefinition]
    /// The global variables and constants; none where the object has no ``btf``, which names them.
    public let variables: [Variable]
    /// The extern variables in section `.kconfig`, in the order of their offsets; they are among ``variables`` too.
    public let configurationVariables: [ConfigurationVariable]
    /// The variables and functions of the kernel to which the object refers by name.
    public let kernelSymbols: [KernelSymbol]
    /// The order of the bytes in the file. Only objects of this machine's order can be loaded here.
    public let byteOrder: ByteOrder
    /// All functions, programs and others; programs refer to them by index.
    var functions: [Function]
    /// How the sections of `btf` are laid out, which the kernel wants to know.
    let dataSections: [TypeID: BTF.DataSectionLayout]
    /// The section of the kernel's symbols in `btf`, which the kernel does not take as it stands.
    let kernelSymbolSection: TypeID?

    /// Reads an object.
    ///
    /// - Parameter sections: names of sections that only the caller knows. They are tried before those of ``SectionDefinition/known``.
    /// - Throws: ``ObjectError`` for bytes that are not an eBPF object, that end early, contradict themselves, or use what is not supported here. The
    ///   reason names the part.
    public init(_ bytes: ByteView, sections: [SectionDefinition] = []) throws(ObjectError) {
        let reader = try ObjectReader(bytes, sections: sections)
        license = reader.license
        btf = reader.btf
        maps = reader.maps
        variables = reader.variables
        configurationVariables = reader.configurationVariables
        dataSections = reader.dataSections
        kernelSymbols = reader.kernelSymbols
        kernelSymbolSection = reader.kernelSymbolSection
        byteOrder = reader.elf.byteOrder
        functions = reader.functions
        programs = reader.programs
    }

    /// How many slots a program's own function has.
    public func instructionCount(of program: ProgramDefinition) -> Int {
        functions.indices.contains(program.functionIndex) ? functions[program.functionIndex].instructions.count : 0
    }

    /// The place of the program with this name.
    ///
    /// - Throws: ``ObjectError`` with ``ObjectError/Code/noSuchName``.
    public func programIndex(_ name: String) throws(ObjectError) -> Int {
        guard let index = programs.firstIndex(where: { $0.name == name }) else {
            let names = programs.map(\.name).joined(separator: ", ")
            throw ObjectError(.noSuchName, "the object has no program '\(name)'; it has: \(names.isEmpty ? "none" : names)")
        }
        return index
    }

    /// The place of the map with this name.
    ///
    /// - Throws: ``ObjectError`` with ``ObjectError/Code/noSuchName``.
    public func mapIndex(_ name: String) throws(ObjectError) -> Int {
        guard let index = maps.firstIndex(where: { $0.name == name }) else {
            let names = maps.map(\.name).joined(separator: ", ")
            throw ObjectError(.noSuchName, "the object has no map '\(name)'; it has: \(names.isEmpty ? "none" : names)")
        }
        return index
    }

    /// Whether any program that is loaded depends on the types of the kernel that it is loaded into.
    public var needsKernelTypes: Bool {
        loadedFunctions.contains { !functions[$0].relocations.isEmpty }
    }

    /// Whether it cannot be loaded into a kernel that does not take its types.
    package var needsTypesInKernel: Bool { maps.contains { $0.type == .structOps && $0.isCreated } }

    /// The places of the functions that the loaded programs reach.
    var loadedFunctions: Set<Int> {
        var reached: Set<Int> = []
        var pending = programs.filter(\.isLoaded).map(\.functionIndex)
        while let next = pending.popLast() {
            guard functions.indices.contains(next), reached.insert(next).inserted else { continue }
            pending += functions[next].references.values.compactMap(\.calledFunction)
        }
        return reached
    }

    /// The object's BTF as the kernel takes it, with the layout of its sections filled in, and with hidden functions static, as they are
    /// in a program that is loaded.
    ///
    /// - Throws: ``ObjectError`` where the types contradict the sections.
    public func btfForLoading() throws(ObjectError) -> [UInt8]? {
        guard let btf else { return nil }
        do {
            let hidden = Set(functions.filter(\.isHidden).compactMap(\.type))
            return try btf.bytes(layingOut: dataSections, externs: kernelSymbolSection, hidden: hidden)
        } catch { throw ObjectError(error) }
    }
}
