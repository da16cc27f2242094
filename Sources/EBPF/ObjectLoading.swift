// SPDX-License-Identifier: Apache-2.0

import BPFAssembly
import BPFObject
import BTF
import CLinux
import Glibc

/// An object on its way into the kernel: everything but its programs is there, which are loaded one by one.
struct ObjectLoading {
    /// The object, made ready for this kernel.
    private(set) var object: ObjectFile
    /// The maps, in the object's order; those that are not to be created are missing.
    private(set) var maps: [Map?] = []
    private var kernel: KernelView
    private let options: LoadOptions
    /// The object's types in the kernel; `nil` where they are not there.
    let types: ObjectTypes?
    /// The sets of functions of `struct_ops`, as this kernel takes them, by their places in the object's maps.
    private(set) var operations: [Int: FittedOperations] = [:]
    /// For programs of such sets, what the kernel is told: by their places in the object's programs.
    private var members: [Int: ProgramTarget] = [:]
    private var answers: [Int: KernelSymbol.Answer] = [:]
    private let pins = MadePins()
    /// How programs are told of the arguments of probes (USDT); `nil` where they do not want to know.
    private var descriptions: USDTDescriptions?

    /// Gives the object what it asks of the kernel's configuration, resolves CO-RE, loads its types, creates its maps and fills them.
    ///
    /// - Throws: ``EBPFError`` that names the part that failed. Nothing is left in the kernel then.
    init(_ file: ObjectFile, _ options: LoadOptions) throws(EBPFError) {
        guard file.byteOrder == .native else {
            throw EBPFError(
                .invalid, "load the object", cause: "it is of a machine of the other byte order",
                remedy: "compile it for this one: '-target bpf' is the machine's own order")
        }
        self.options = options
        object = file
        kernel = KernelView(options)
        try Self.configure(&object)
        let fitted = try Self.fitOperations(&object, &kernel)
        (operations, members) = (fitted.operations, fitted.members)
        if object.needsKernelTypes {
            let target = try kernel.relocationTypes()
            var view = kernel
            do {
                object = try object.relocated(against: target, modules: { view.moduleTypes() })
            } catch { throw EBPFError(error, "fit the object to this kernel's types") }
            kernel = view
        }
        types = try ObjectTypes(of: object)
        for index in object.maps.indices { maps.append(try create(index)) }
        descriptions = USDTDescriptions(of: object, maps)
        for index in object.maps.indices { try fill(index) }
    }

    private static func configure(_ object: inout ObjectFile) throws(EBPFError) {
        guard object.needsKernelConfiguration else { return }
        let configuration = try KernelConfiguration.running(for: object)
        do {
            object = try object.configured(for: configuration)
        } catch { throw EBPFError(error, "give the object the values of this kernel's configuration") }
    }

    private mutating func create(_ index: Int) throws(EBPFError) -> Map? {
        let definition = object.maps[index]
        guard definition.isCreated else { return nil }
        guard let set = operations[index] else { return try createOrReuse(definition) }
        var changed = definition
        changed.valueSize = UInt32(clamping: set.contents.count)
        return try Map.create(changed, btf: types?.descriptor.number, valueType: (set.valueType, members.values.first?.descriptor?.number))
    }

    private mutating func createOrReuse(_ definition: MapDefinition) throws(EBPFError) -> Map {
        guard definition.pinning == .byName, let directory = options.pinDirectory else {
            let owner = definition.exclusiveProgram
            return try Map.create(
                definition, btf: types?.descriptor.number, exclusiveTo: owner == nil ? nil : hash(ofProgram: owner ?? "", for: definition))
        }
        let path = directory + "/" + definition.name
        let whole = try Map.completed(definition)
        if let pinned = try MapPinning.open(path, as: whole) { return Map(whole, descriptor: pinned) }
        let map = try Map.create(definition, btf: types?.descriptor.number)
        do {
            try MapPinning.pin(map.descriptor.number, map.name, at: path)
        } catch {
            // Another has been faster: then it is that one's map.
            guard error.errno == EEXIST, let pinned = try MapPinning.open(path, as: whole) else { throw error }
            return Map(whole, descriptor: pinned)
        }
        pins.append(path)
        return map
    }

    /// All of the object is in the kernel: what was pinned stays.
    func keepPins() { pins.keep() }

    /// Gives a map what it holds from the start; programs come when they are loaded.
    private func fill(_ index: Int) throws(EBPFError) {
        let definition = object.maps[index]
        guard let map = maps[index] else { return }
        if definition.type == .arena {
            try map.fillArena(definition, byteCount: object.byteCount(ofVariablesIn: index))
        } else if let contents = definition.contents, definition.isDataSection {
            try map.update(index: 0, bytes: contents)
        }
        if definition.isFrozen { try map.freeze() }
        for value in definition.initialValues {
            guard case .map(let place) = value.target, maps.indices.contains(place), let inner = maps[place] else { continue }
            try map.update(index: value.index, descriptor: inner.descriptor.number)
        }
    }

    /// Loads a program of the object, which need not be one that is marked to be loaded.
    ///
    /// - Throws: ``EBPFError`` that names the program.
    mutating func load(_ index: Int) throws(EBPFError) -> Program {
        var definition = object.programs[index]
        // One link for all places of a probe takes programs that were loaded for that.
        if definition.traits.contains(.usdt), definition.attachType == nil, KernelFeatures.running.hasUprobeMulti {
            definition.attachType = .traceUprobeMulti
        }
        let hook = definition.hook
        // Events carry it where there are no such links; their programs see cookies and addresses only if they were not loaded for links.
        if definition.attachType == .traceKprobeMulti, KernelFeatures.running.lacks(.kprobeMulti) { definition.attachType = nil }
        guard definition.type != .unspecified else {
            throw EBPFError(
                .invalid, "load program '\(definition.name)'",
                cause: SectionName.complaint(about: definition.sectionName)
                    ?? "its section's name '\(definition.sectionName)' says no kind of program",
                remedy: "rename its section, or set the definition's type before it is loaded")
        }
        var target = ProgramTarget.none
        if definition.type == .structOps {
            guard let member = members[index] else {
                throw EBPFError(
                    .invalid, Program.operation(loading: definition),
                    cause: "no set of functions (section .struct_ops) that is created and that this kernel has refers to it")
            }
            target = member
        } else {
            target = try ProgramTarget(of: definition, in: &kernel, targets: options.targets)
        }
        var assembly: ProgramAssembly
        do {
            assembly = try object.assemble(definition)
        } catch { throw EBPFError(error, "put program '\(definition.name)' together") }
        connectMaps(&assembly)
        let descriptors = try resolveSymbols(&assembly, Program.operation(loading: definition))
        // The kernel needs them until it has the program, which then holds them.
        let tables = try connectJumpTables(&assembly, of: definition.name)
        defer { withExtendedLifetime(tables) {} }
        let image = ProgramImage(
            assembly, definition, target: target, license: object.license, btf: types?.descriptor.number, descriptors: descriptors)
        var program = try Program.load(image, definition, assembly, hook: hook)
        if definition.type == .kprobe { program.descriptions = descriptions }
        bindConstants(besides: Set(assembly.mapReferences.map(\.map)), to: program)
        try enter(program, at: index)
        return program
    }

    /// Ties the object's constants to a program that does not read them itself, so that others find them with it (`bpf_metadata_...`, of which bpftool tells).
    /// Linux 5.10; an older kernel goes without.
    private func bindConstants(besides read: Set<Int>, to program: borrowing Program) {
        for (index, definition) in object.maps.enumerated() where definition.isDataSection && definition.isFrozen && !read.contains(index) {
            guard let map = maps[index] else { continue }
            var attributes = bpf_program_map_attributes()
            attributes.prog_fd = UInt32(bitPattern: program.descriptor.number)
            attributes.map_fd = UInt32(bitPattern: map.descriptor.number)
            _ = bpf(.programBindMap, &attributes)
        }
    }

    /// Puts the descriptors of the maps into the code.
    private func connectMaps(_ assembly: inout ProgramAssembly) {
        for reference in assembly.mapReferences where maps.indices.contains(reference.map) {
            if let map = maps[reference.map] {
                assembly.setImmediate(map.descriptor.number, at: reference.slot)
            } else {
                assembly.poison(reference.slot, "map '\(object.maps[reference.map].name)' is not created")
            }
        }
    }

    /// Puts what the kernel has for the symbols that the code refers to into it; answers the descriptors that calls of modules name by their places.
    private mutating func resolveSymbols(_ assembly: inout ProgramAssembly, _ operation: @autoclosure () -> String) throws(EBPFError) -> [Int32] {
        guard !assembly.symbolReferences.isEmpty, let btf = object.btf else { return [] }
        let names = Set(object.kernelSymbols.filter { $0.kind == .address }.map(\.kernelName))
        // The first place stands for the kernel itself.
        var descriptors: [Int32] = []
        for (slot, place) in assembly.symbolReferences where object.kernelSymbols.indices.contains(place) {
            let symbol = object.kernelSymbols[place]
            let answer: KernelSymbol.Answer
            if let known = answers[place] {
                answer = known
            } else {
                answer = try kernel.answer(symbol, object: btf, addressesOf: names)
                answers[place] = answer
            }
            guard answer != .absent || symbol.isWeak else {
                throw EBPFError(
                    .noSuchTarget, operation(), cause: "this kernel has no '\(symbol.kernelName)', which the program needs",
                    remedy: "declare it weak, and ask for its address before it is used; or use a kernel, or load the module, that has it")
            }
            var modulePlace: Int16 = 0
            if case .type(_, let module?) = answer {
                if descriptors.isEmpty { descriptors = [0] }
                if !descriptors.contains(module) { descriptors.append(module) }
                modulePlace = Int16(clamping: descriptors.firstIndex(of: module) ?? 0)
            }
            assembly.resolve(symbol, at: slot, to: answer, modulePlace: modulePlace)
        }
        return descriptors
    }

    /// Creates the tables by which the code jumps, and puts their descriptors into it.
    private func connectJumpTables(_ assembly: inout ProgramAssembly, of program: String) throws(EBPFError) -> [Map] {
        var tables: [Map] = []
        for (slot, targets) in assembly.jumpTables {
            let table = try Map.createJumpTable(targets, of: program)
            assembly.setImmediate(table.descriptor.number, at: slot)
            tables.append(table)
        }
        return tables
    }

    /// The hash by which the kernel knows a program before it is loaded, with nothing in it that depends on maps.
    private mutating func hash(ofProgram name: String, for map: MapDefinition) throws(EBPFError) -> [UInt8] {
        let operation = "create map '\(map.name)' for program '\(name)' alone"
        var assembly: ProgramAssembly
        do {
            assembly = try object.assemble(object.programs[object.programIndex(name)])
        } catch { throw EBPFError(error, operation) }
        _ = try resolveSymbols(&assembly, operation)
        return assembly.hash
    }

    /// Puts a program where maps of programs want it from the start.
    private func enter(_ program: Program, at index: Int) throws(EBPFError) {
        for (place, definition) in object.maps.enumerated() {
            for value in definition.initialValues where value.target == .program(index) {
                try maps[place]?.update(index: value.index, descriptor: program.descriptor.number)
            }
        }
    }
}

extension ObjectLoading {
    /// Fits the sets of functions that the kernel calls (`struct_ops`) to this kernel. Programs of which nobody wants to know any more are not loaded.
    private static func fitOperations(
        _ object: inout ObjectFile, _ kernel: inout KernelView
    ) throws(EBPFError) -> (operations: [Int: FittedOperations], members: [Int: ProgramTarget]) {
        var operations: [Int: FittedOperations] = [:]
        var members: [Int: ProgramTarget] = [:]
        guard let btf = object.btf else { return (operations, members) }
        var missing: Set<Int> = []
        for (index, definition) in object.maps.enumerated() where definition.isCreated {
            guard let set = definition.structOperations else { continue }
            let (fitted, module) = try fit(set, definition.name, btf, &kernel)
            operations[index] = fitted
            missing.formUnion(fitted.missing)
            for (_, program, member) in fitted.programs {
                let target = ProgramTarget(type: fitted.type, descriptor: module, member: member)
                if let other = members[program], other.type != target.type || other.member != target.member {
                    throw EBPFError(
                        .invalid, "fit struct_ops '\(definition.name)'",
                        cause: "program '\(object.programs[program].name)' stands for two different members")
                }
                members[program] = target
            }
        }
        for program in missing where members[program] == nil { object.programs[program].isLoaded = false }
        // Programs of sets that are not created have nothing to be checked against.
        for (index, definition) in object.maps.enumerated() where !definition.isCreated {
            for program in object.maps[index].structOperations?.programs.values.map({ $0 }) ?? [] where members[program] == nil {
                object.programs[program].isLoaded = false
            }
        }
        return (operations, members)
    }

    private static func fit(
        _ set: StructOperations, _ name: String, _ btf: BTF, _ kernel: inout KernelView
    ) throws(EBPFError) -> (FittedOperations, SharedDescriptor?) {
        let operation = "fit struct_ops '\(name)' to this kernel"
        do {
            if let fitted = try set.fitted(to: kernel.types(), object: btf, named: name) { return (fitted, nil) }
            for module in try kernel.modules() {
                if let fitted = try set.fitted(to: module.types, object: btf, named: name) { return (fitted, module.descriptor) }
            }
        } catch let error as EBPFError {
            throw error
        } catch let error as ObjectError {
            throw EBPFError(error, operation)
        } catch {
            throw EBPFError(.object, operation, cause: "\(error)")
        }
        throw EBPFError(
            .noSuchTarget, operation, cause: "this kernel calls no set of functions '\((try? btf.name(of: set.type)) ?? "?")'",
            remedy: "use a kernel, or load the module, that has it")
    }
}
