// SPDX-License-Identifier: Apache-2.0

import BPFAssembly
public import BTF

/// The types of one of a kernel's modules, where they could be read.
public struct ModuleTypes: Sendable {
    /// The module's name: `nf_conntrack`.
    public let name: String
    /// Its types, which stand on those of the kernel, or why they could not be read. Such a module is left out, and spoils no other.
    public let types: Result<BTF, BTFError>

    /// The types of the module of this name.
    public init(name: String, types: Result<BTF, BTFError>) {
        self.name = name
        self.types = types
    }
}

extension ObjectFile {
    /// This object with every CO-RE relocation answered by a kernel's types. See ``relocated(against:modules:)``.
    ///
    /// - Throws: ``ObjectError`` where types are broken, the kernel's types give several answers, or an instruction cannot
    ///   hold the answer.
    public func relocated(against kernel: BTF) throws(ObjectError) -> ObjectFile {
        try relocated(against: kernel, modules: { [] })
    }

    /// This object with every CO-RE relocation answered by the types of a kernel and of its modules.
    ///
    /// Only what the programs that are loaded can reach is looked at. A relocation that has no answer spoils only its own instruction: the
    /// verifier refuses the program if it can be reached, and ``ProgramAssembly/poisoned`` says what is missing, and what is near it.
    ///
    /// A type is looked for in the modules where the kernel itself has none of its name, as libbpf does. The number of a module's type
    /// (`bpf_core_type_id_kernel`) is that among the kernel's and the module's own, which says nothing of the module; libbpf gives the same.
    ///
    /// - Parameter modules: asked once, and only where the kernel lacks a type. The kernel tells modules' types since Linux 5.11.
    /// - Throws: ``ObjectError`` where the object's or the kernel's types are broken, several types give several answers, or an instruction
    ///   cannot hold the answer. The reason names function, type and field.
    public func relocated(against kernel: BTF, modules: () -> [ModuleTypes]) throws(ObjectError) -> ObjectFile {
        guard let btf else { return self }
        let places = loadedFunctions.sorted()
        var resolver = COREResolver(local: btf, kernel: kernel, relocations: places.flatMap { functions[$0].relocations }, modules: modules)
        var copy = self
        for place in places {
            for relocation in functions[place].relocations {
                do {
                    try copy.functions[place].apply(resolver.answer(relocation), of: relocation) { resolver.describe(relocation) }
                } catch {
                    let known = error as? ObjectError
                    let reason = known?.reason ?? "\(error)"
                    throw ObjectError(known?.code ?? .malformed, "CO-RE in '\(functions[place].name)': \(resolver.describe(relocation)): \(reason)")
                }
            }
            copy.functions[place].relocations = []
        }
        return copy
    }
}
