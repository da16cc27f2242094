// SPDX-License-Identifier: Apache-2.0

public import BPFObject

/// An object in the kernel: its maps created, its programs verified. It leaves the kernel when nothing of it is held any more.
public struct LoadedObject: Sendable {
    /// The programs that were loaded, in the object's order.
    public let programs: [Program]
    /// All maps that were created, in the object's order.
    public var maps: [Map] { created.compactMap { $0 } }
    let created: [Map?]
    let file: ObjectFile
    /// The sets of functions of `struct_ops`, as this kernel takes them, by their places among the maps.
    private let operations: [Int: FittedOperations]
    /// The object's types in the kernel; `nil` where they are not there.
    let types: SharedDescriptor?

    fileprivate init(_ file: ObjectFile, maps: [Map?], programs: [Program], operations: [Int: FittedOperations], types: SharedDescriptor?) {
        self.file = file
        self.types = types
        self.operations = operations
        created = maps
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
        let operation = "find map '\(name)'"
        let index: Int
        do {
            index = try file.mapIndex(name)
        } catch { throw EBPFError(error, operation) }
        guard var map = created[index] else { throw EBPFError(.invalid, operation, cause: "the object's definition says that it is not created") }
        if let btf = file.btf {
            let definition = file.maps[index]
            map.described = MapTypes(btf: btf, key: definition.keyType, value: definition.valueType, record: definition.recordType(in: btf))
        }
        return map
    }

    /// Attaches every loaded program where its section's name says, and has the kernel call every set of functions (`struct_ops`). Programs of an array of
    /// programs are not attached where one that is not in it goes on with them.
    ///
    /// - Throws: ``EBPFError`` for the first that cannot be attached; those before it are detached again.
    public func attachAll() throws(EBPFError) -> Links {
        var links = Links()
        for program in calledByKernel where program.type != .structOps { links.append(try program.attach()) }
        for (index, map) in created.enumerated() where operations[index] != nil {
            if let map { links.append(try attachStructOperations(map.name)) }
        }
        return links
    }

    /// Attaches every loaded program in a way that the caller chooses, but for those that ``attachAll()`` leaves out.
    ///
    /// ``attachAll()`` brings the code for every kind of hook into an executable; a command that knows its hooks is smaller with this one:
    ///
    ///     let links = try object.attachAll { program throws(EBPFError) in try program.attachToTracepoint() }
    ///
    /// - Throws: ``EBPFError`` for the first that cannot be attached; those before it are detached again.
    public func attachAll(_ attach: (Program) throws(EBPFError) -> Link) throws(EBPFError) -> Links {
        var links = Links()
        for program in calledByKernel { links.append(try attach(program)) }
        return links
    }

    /// The programs that are not there to be called by others: those of an array that nobody outside of it names begin with one of themselves.
    private var calledByKernel: [Program] {
        var called: Set<Int> = []
        for (map, definition) in file.maps.enumerated() {
            let members = Set(definition.initialValues.compactMap { if case .program(let index) = $0.target { index } else { nil } })
            guard !members.isEmpty else { continue }
            let isCalled = file.programs.enumerated().contains { index, program in
                !members.contains(index) && (try? file.assemble(program))?.mapReferences.contains { $0.map == map } ?? false
            }
            if isCalled { called.formUnion(members) }
        }
        let names = Set(called.filter(file.programs.indices.contains).map { file.programs[$0].name })
        return programs.filter { !names.contains($0.name) }
    }

    /// A set of functions with the programs in it, and whether its section wants a link.
    func structOperations(_ name: String, for operation: String) throws(EBPFError) -> (contents: [UInt8], isLinked: Bool) {
        guard let index = file.maps.firstIndex(where: { $0.name == name }), let set = operations[index] else {
            throw EBPFError(.invalid, operation, cause: "the object has no set of functions of that name that was created")
        }
        var contents = set.contents
        for member in set.programs where file.programs.indices.contains(member.program) {
            let program = try program(file.programs[member.program].name)
            let descriptor = withUnsafeBytes(of: UInt64(UInt32(bitPattern: program.descriptor.number))) { Array($0) }
            guard member.offset >= 0, member.offset <= contents.count - descriptor.count else { continue }
            contents.replaceSubrange(member.offset..<member.offset + descriptor.count, with: descriptor)
        }
        return (contents, file.maps[index].flags.contains(.link))
    }

    /// The value that a global variable has now.
    ///
    /// - Throws: ``EBPFError`` where there is no such variable, or its size is not the type's.
    public func value<Value: BitwiseCopyable>(of name: String, as type: Value.Type = Value.self) throws(EBPFError) -> Value {
        let variable: Variable
        do {
            variable = try file.variable(name)
        } catch { throw EBPFError(error, "read variable '\(name)'") }
        guard created.indices.contains(variable.mapIndex), let map = created[variable.mapIndex] else {
            throw EBPFError(.invalid, "read variable '\(name)'", cause: "the map that holds it is not created")
        }
        let (bytes, offset) = try map.contents(of: variable)
        guard Map.fits(Value.self, variable.size), offset <= bytes.count - variable.size else {
            throw EBPFError(
                .invalid, "read variable '\(name)'", cause: "it has \(variable.size) bytes, the type asked for \(MemoryLayout<Value>.size)")
        }
        return bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: offset, as: Value.self) }
    }
}

extension ObjectFile {
    /// Brings the object into the kernel: gives it what it asks of the kernel's configuration, resolves CO-RE, creates the maps, fills and freezes data,
    /// and loads the programs that are to be loaded.
    ///
    /// - Throws: ``EBPFError`` that names the part that failed. Nothing is left in the kernel then, and no pin that was made for it.
    public func load(_ options: LoadOptions = LoadOptions()) throws(EBPFError) -> LoadedObject {
        var loading = try ObjectLoading(self, options)
        var loaded: [Program] = []
        for index in loading.object.programs.indices where loading.object.programs[index].isLoaded { loaded.append(try loading.load(index)) }
        loading.keepPins()
        return LoadedObject(loading.object, maps: loading.maps, programs: loaded, operations: loading.operations, types: loading.types?.descriptor)
    }

    /// Brings the object into the kernel and out of it again, and tells of each program that is to be loaded whether the kernel takes it.
    ///
    /// No map is pinned, and nothing stays in the kernel.
    ///
    /// - Throws: ``EBPFError`` where it comes to no program: types, maps or what else all of them need.
    public func verify(_ options: LoadOptions = LoadOptions()) throws(EBPFError) -> [Verdict] {
        var options = options
        options.pinDirectory = nil
        var loading = try ObjectLoading(self, options)
        var verdicts: [Verdict] = []
        for index in loading.object.programs.indices where loading.object.programs[index].isLoaded {
            let definition = loading.object.programs[index]
            do {
                verdicts.append(Verdict(program: definition, information: try loading.load(index).information(), error: nil))
            } catch {
                verdicts.append(Verdict(program: definition, information: nil, error: error))
            }
        }
        return verdicts
    }
}

/// What the kernel says of a program of an object.
public struct Verdict: Sendable {
    /// The program.
    public let program: ProgramDefinition
    /// What the kernel knows of it, where it has taken it.
    public let information: ProgramInformation?
    /// Why it was not loaded; `nil` where it was.
    public let error: EBPFError?
}
