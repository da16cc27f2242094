// SPDX-License-Identifier: Apache-2.0

public import BPFObject
import BTF
public import Bytes

extension Reading {
    /// Reads an object, makes it ready for kernels (one whose types are the object's own, one with a few, and one with a module), and puts all of its
    /// programs together.
    ///
    /// - Throws: `ObjectError` where the object as a whole is refused.
    public static func object(_ bytes: ByteView) throws(ObjectError) {
        var object = try ObjectFile(bytes)
        for index in object.programs.indices { object.programs[index].isLoaded = true }
        ask { () throws(ObjectError) in try object.btfForLoading() }
        for program in object.programs {
            _ = (program.hook?.description, program.type.description)
            if let assembly = ask({ () throws(ObjectError) in try object.assemble(program) }) { verify(assembly, of: object) }
        }
        ask { () throws(ObjectError) in try object.programIndex(object.programs.first?.name ?? "") }
        ask { () throws(ObjectError) in try object.mapIndex(object.maps.last?.name ?? "") }
        configure(object)
        guard object.needsKernelTypes else { return }
        // A kernel, and one that has a few types itself and the others in a module.
        for (kernel, module) in [(object.btf, nil), (smallKernel, nil), (smallKernel, object.btf)] as [(BTF?, BTF?)] {
            guard let kernel else { continue }
            let modules = module.map { [ModuleTypes(name: "module", types: .success($0))] } ?? []
            guard let relocated = ask({ () throws(ObjectError) in try object.relocated(against: kernel) { modules } }) else { continue }
            for program in relocated.programs {
                if let assembly = ask({ () throws(ObjectError) in try relocated.assemble(program) }) { verify(assembly, of: relocated) }
            }
        }
        setVariables(of: &object)
    }

    /// Code has no reference outside of itself.
    private static func verify(_ assembly: ProgramAssembly, of object: ObjectFile) {
        let slots = assembly.instructions.indices
        check(assembly.mapReferences.allSatisfy { slots.contains($0.slot + 1) && object.maps.indices.contains($0.map) }, "a map is none")
        check(assembly.functions.allSatisfy { slots.contains($0.slot) }, "a function begins outside of the code")
        check(assembly.lines.allSatisfy { slots.contains($0.slot) }, "a line stands outside of the code")
        check(assembly.poisoned.keys.allSatisfy { slots.contains($0) }, "an instruction outside of the code is poisoned")
        _ = assembly.line(at: slots.count / 2)
    }

    /// Every extern has its place in the map, and a configured object has bytes for all of them.
    private static func configure(_ object: ObjectFile) {
        for variable in object.configurationVariables {
            check(object.maps.contains { $0.isKernelConfiguration && variable.offset + variable.size <= Int($0.valueSize) }, "an extern lies outside")
        }
        for text in ["y", "m", "250", "-1", "\"text\""] {
            let options = Dictionary(object.configurationVariables.map { ($0.name, text) }) { first, _ in first }
            let kernel = KernelConfiguration(
                version: KernelVersionCode(6, 1), options: options, hasAttachCookies: true, hasSystemCallWrappers: false)
            guard let configured = ask({ () throws(ObjectError) in try object.configured(for: kernel) }) else { continue }
            check(!configured.needsKernelConfiguration, "an object is configured and is not")
        }
    }

    private static func setVariables(of object: inout ObjectFile) {
        for variable in object.variables.prefix(sample) {
            ask { () throws(ObjectError) in
                try object.set(variable.name, bytes: [UInt8](repeating: 1, count: min(variable.size, 4096)))
            }
        }
    }

    /// Types that many objects ask for, laid out as no kernel has them.
    private static let smallKernel: BTF? = ask { () throws(BTFError) in
        var builder = BTFBuilder()
        let long = try builder.addInteger("unsigned long", byteCount: 8)
        let int = try builder.addInteger("int", byteCount: 4, isSigned: true)
        let array = try builder.addArray(of: int, count: 4, index: int)
        for name in ["task_struct", "sock", "sk_buff", "s", "bits"] {
            let inner = builder.nextType
            try builder.addUnion(
                "", byteCount: 16, members: [.init(name: "tgid", type: int, bitOffset: 0), .init(name: "f", type: array, bitOffset: 0)])
            try builder.addStructure(
                name, byteCount: 48,
                members: [
                    .init(name: "pid", type: long, bitOffset: 64), .init(name: "x", type: int, bitOffset: 128, bitCount: 7),
                    .init(name: "", type: inner, bitOffset: 192), .init(name: "a", type: TypeID(inner.rawValue + 1), bitOffset: 320),
                ])
        }
        return try builder.btf()
    }
}
