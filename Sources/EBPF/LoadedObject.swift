// SPDX-License-Identifier: Apache-2.0

public import BPFObject
import BTF
import BPFAssembly
import CLinux
import Glibc

/// An object in the kernel: its maps created, its programs verified. It leaves the kernel when nothing of it is held any more.
public struct LoadedObject: Sendable {
    /// The programs that were loaded, in the object's order.
    public let programs: [Program]
    /// All maps, in the object's order.
    public let maps: [Map]
    private let file: ObjectFile

    fileprivate init(_ file: ObjectFile, maps: [Map], programs: [Program]) {
        self.file = file
        self.maps = maps
        self.programs = programs
    }

    /// The program with this name.
    ///
    /// - Throws: ``EBPFError`` where the object has none, or it was not loaded.
    public func program(_ name: String) throws(EBPFError) -> Program {
        guard let program = programs.first(where: { $0.name == name }) else {
            let names = programs.map(\.name).joined(separator: ", ")
            throw EBPFError(.invalid, "find program '\(name)'", cause: "the loaded programs are: \(names.isEmpty ? "none" : names)")
        }
        return program
    }

    /// The map with this name.
    ///
    /// - Throws: ``EBPFError`` where the object has none.
    public func map(_ name: String) throws(EBPFError) -> Map {
        do {
            return maps[try file.mapIndex(name)]
        } catch { throw EBPFError(error, "find map '\(name)'") }
    }

    /// Attaches every loaded program where its section's name says.
    ///
    /// - Throws: ``EBPFError`` for the first that cannot be attached; those before it are detached again.
    public func attachAll() throws(EBPFError) -> Links {
        var links = Links()
        for program in programs { links.append(try program.attach()) }
        return links
    }

    /// The value that a global variable has now.
    ///
    /// - Throws: ``EBPFError`` where there is no such variable, or its size is not the type's.
    public func value<Value: BitwiseCopyable>(of name: String, as type: Value.Type = Value.self) throws(EBPFError) -> Value {
        let variable: Variable
        do {
            variable = try file.variable(name)
        } catch { throw EBPFError(error, "read variable '\(name)'") }
        let bytes = try maps[variable.mapIndex].bytes(index: 0)
        guard variable.size == MemoryLayout<Value>.size, variable.offset <= bytes.count - variable.size else {
            throw EBPFError(
                .invalid, "read variable '\(name)'", cause: "it has \(variable.size) bytes, the type asked for \(MemoryLayout<Value>.size)")
        }
        return bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: variable.offset, as: Value.self) }
    }
}

extension ObjectFile {
    /// Brings the object into the kernel: resolves CO-RE, creates the maps, fills and freezes data, and loads the programs.
    ///
    /// - Throws: ``EBPFError`` that names the part that failed. Nothing is left in the kernel then.
    public func load() throws(EBPFError) -> LoadedObject {
        var object = self
        if needsKernelTypes {
            let types = try KernelTypes.running()
            do {
                object = try relocated(against: types)
            } catch { throw EBPFError(error, "fit the object to this kernel's types") }
        }
        return try object.loadRelocated()
    }

    private func loadRelocated() throws(EBPFError) -> LoadedObject {
        let types = try loadTypes()
        var created: [Map] = []
        for definition in maps { created.append(try create(definition, btf: types?.number)) }
        var loaded: [Program] = []
        for program in programs where program.isLoaded {
            guard let hook = program.hook else {
                throw EBPFError(
                    .invalid, "load program '\(program.name)'", cause: "its section's name '\(program.sectionName)' says no hook that is known",
                    remedy: "known are: \(Hook.knownSections)")
            }
            let assembly = try connect(program, to: created)
            loaded.append(try Program.load(assembly, name: program.name, hook: hook, license: license, btf: types?.number))
        }
        return LoadedObject(self, maps: created, programs: loaded)
    }

    private func create(_ definition: MapDefinition, btf: Int32?) throws(EBPFError) -> Map {
        var definition = definition
        if definition.type == .perfEventArray, definition.maxEntries == 0 { definition.maxEntries = UInt32(clamping: CPUs.possible) }
        let map = try Map.create(definition, btf: btf)
        if let contents = definition.contents { try map.update(index: 0, bytes: contents) }
        if definition.isFrozen { try map.freeze() }
        return map
    }

    /// The program's code with the descriptors of the maps in it.
    private func connect(_ program: ProgramDefinition, to maps: [Map]) throws(EBPFError) -> ProgramAssembly {
        do {
            var assembly = try assemble(program)
            for reference in assembly.mapReferences where maps.indices.contains(reference.map) {
                assembly.setImmediate(maps[reference.map].descriptor.number, at: reference.slot)
            }
            return assembly
        } catch { throw EBPFError(error, "put program '\(program.name)' together") }
    }

    /// Gives the object's types to the kernel, so that programs and maps can be described by them.
    private func loadTypes() throws(EBPFError) -> SharedDescriptor? {
        let operation = "load the object's types (BTF)"
        let bytes: [UInt8]?
        do {
            bytes = try btfForLoading()
        } catch { throw EBPFError(error, operation) }
        guard let bytes else { return nil }
        let number = Self.load(types: bytes, log: nil)
        guard number < 0 else { return SharedDescriptor(Descriptor(number)) }
        let text = number == -EPERM ? "" : KernelLog.text { Self.load(types: bytes, log: $0) }
        guard let text = text.split(separator: "\n").last else { throw EBPFError(system: -number, operation, needs: [.bpf]) }
        throw EBPFError(.object, operation, cause: "the kernel refused them: \(text)", errno: -number)
    }

    private static func load(types bytes: [UInt8], log: UnsafeMutableRawBufferPointer?) -> Int32 {
        bytes.withUnsafeBytes { bytes in
            var attributes = bpf_btf_load_attributes()
            attributes.btf = address(bytes.baseAddress)
            attributes.btf_size = UInt32(clamping: bytes.count)
            if let log {
                attributes.btf_log_buf = address(log.baseAddress)
                attributes.btf_log_size = UInt32(clamping: log.count)
                attributes.btf_log_level = 1
            }
            return bpfCountingMemory(.btfLoad, &attributes)
        }
    }
}
