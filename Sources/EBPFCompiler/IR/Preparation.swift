// SPDX-License-Identifier: Apache-2.0

import BPFObject

/// The first pass: what Swift compiled for a machine without operating system becomes a module that clang can optimize for eBPF.
///
/// Programs keep their names and sections; all else becomes internal and is inlined, except the functions of the kernel half that say `@inline(never)`: these
/// become subprograms. The parts of Swift's runtime become declarations, so that what needs them is seen. Debug information is written anew: C's
/// types, and locations in the kernel half's own sources.
struct Preparation {
    private var input: IRModule
    private var output = IRModule()
    private(set) var plan = KernelHalfPlan()
    private var reader = SwiftTypeReader()
    private var locations: SourceLocations
    private let alwaysInlined: Set<String>
    private var renamed: [String: String] = [:]
    private var debug = DebugUnit()
    /// What the programs that take arguments take, by the names that Swift gives them.
    private var entries: [String: (source: ArgumentSource, hasContext: Bool)] = [:]
    /// The subprograms that the kernel calls for closures, by the closure's function and the helper.
    private var callbacks: [String: CallbackFunction] = [:]

    /// - Parameter alwaysInlined: functions that are inlined although they say `@inline(never)`.
    init(_ module: IRModule, sources: [KernelHalfSource], alwaysInlined: Set<String> = []) {
        input = module
        plan.sources = sources
        locations = SourceLocations(sources)
        self.alwaysInlined = alwaysInlined
    }

    /// The module for clang, and what was learned.
    static func run(
        _ module: IRModule, sources: [KernelHalfSource], alwaysInlined: Set<String> = []
    ) throws(CompilerError) -> (module: IRModule, plan: KernelHalfPlan) {
        var pass = Preparation(module, sources: sources, alwaysInlined: alwaysInlined)
        try pass.run()
        return (pass.output, pass.plan)
    }

    private mutating func run() throws(CompilerError) {
        output.types = input.types
        output.typeOrder = input.typeOrder
        output.metadata = input.metadata
        output.attributes = FunctionAttributes.table
        try findPrograms()
        try findGlobals()
        try checkNames()
        findMarkers()
        debug.begin(plan.sources, &output.metadata)
        let reached = reachable()
        findInitializers(reached)
        // Before anything is written: what stands further up may call what stands further down.
        for function in input.functions where reached.contains(function.name) && isSubprogram(function) { nameSubprogram(function) }
        try findCallbacks(reached)
        for global in input.globals where reached.contains(global.name) { output.globals.append(prepared(global)) }
        for function in input.functions where reached.contains(function.name) { try add(function) }
        for (_, callback) in callbacks.sorted(by: { $0.value.name < $1.value.name }) { addCallback(callback) }
        for (name, line) in input.declarations where reached.contains(name) && name != "llvm.trap" {
            output.declarations.append((name, IRText.cleaned(line[...])))
        }
        output.declarations.append((Trap.name, "declare void @\(Trap.name)() #\(FunctionAttributes.noReturn)"))
        OverflowingMultiplication.add(to: &output)
        output.namedMetadata = debug.namedMetadata
    }

    // MARK: What there is

    /// The `!DISubprogram` of a function: its name, its source and line.
    private mutating func subprogram(_ function: IRFunction) -> (name: String?, position: SourcePosition?) {
        guard let node = output.metadata.node(function.debug) else { return (nil, nil) }
        let source = locations.source(of: function.debug, &output.metadata)
        let position = source.map { SourcePosition(file: plan.sources[$0].path, line: node.number("line") ?? 1) }
        return (node.text("name"), position)
    }

    private mutating func findPrograms() throws(CompilerError) {
        var names: [String: SourcePosition] = [:]
        for function in input.functions {
            let (name, position) = subprogram(function)
            let plain = name.map { String($0.prefix { $0 != "(" }) } ?? KernelFunctions.name(ofMangled: function.name)
            if function.section == KernelFunctions.section {
                // The library has some, which stand in none of the sources.
                renamed[function.name] = plain
                plan.kernelFunctions.insert(plain)
                continue
            }
            guard name != nil, let position else { continue }
            plan.positions[function.name] = position
            plan.names[function.name] = plain
            guard let section = function.section else { continue }
            if let other = names[plain] {
                throw CompilerError(
                    .source, position.message("a program '\(plain)' stands at \(other.file):\(other.line) already; programs have names of their own"))
            }
            if let complaint = SectionName.complaint(about: section) {
                throw CompilerError(.source, attribute(section, before: position).message(complaint))
            }
            let arguments = try arguments(of: function, plain, section, position)
            names[plain] = position
            renamed[function.name] = plain
            plan.programs.append(.init(name: plain, section: section, position: position, arguments: arguments))
        }
        guard !plan.programs.isEmpty else {
            let file = plan.sources.first?.path ?? ""
            throw CompilerError(
                .source,
                SourcePosition(file: file, line: 1).message(
                    "there is no program here; a program is a function that says where it is attached: @section(\"tracepoint/syscalls/sys_enter_openat\")"
                ))
        }
    }

    /// What a program is called with besides its context; notes how it gets that. What the kernel calls gets one thing, and answers a number.
    ///
    /// - Throws: ``CompilerError`` where the programs of the section get no such arguments, or do not answer nothing.
    private mutating func arguments(
        of function: IRFunction, _ name: String, _ section: String, _ position: SourcePosition
    ) throws(CompilerError) -> [KernelHalfPlan.Argument] {
        let source = ArgumentSource.of(section)
        let parameters = parameterTypes(function)
        let context = context(of: function)
        if let context, let complaint = ContextRules.complaint(about: context, of: name, in: section) {
            throw CompilerError(.source, position.message(complaint))
        }
        let hasContext = context != nil
        let shape = ProgramShape(
            name: name, section: section, source: source, result: function.result, registers: function.parameters.count,
            parameters: parameters.count - (hasContext ? 1 : 0), hasContext: hasContext,
            isWide: parameters.contains { $0.type.map { plan.types.byteCount($0) > 8 } ?? false })
        if let complaint = shape.complaint { throw CompilerError(.source, position.message(complaint)) }
        guard shape.needsEntry else { return [] }
        entries[function.name] = (source, hasContext)
        return parameters.dropFirst(hasContext ? 1 : 0).map { .init(name: $0.name, type: $0.type) }
    }

    /// The name of the type of a function's first parameter, where it is one of the contexts of the kernel half's library.
    private mutating func context(of function: IRFunction) -> String? {
        guard let first = parameters(function).first(where: { $0.number("arg") == 1 }), let type = unqualified(first.reference("type")) else {
            return nil
        }
        let generic = output.metadata.node(type.reference("specification")) ?? type
        guard output.metadata.node(generic.reference("scope"))?.text("name") == "EBPFKernel", let name = generic.text("name"),
            name.hasSuffix("Context")
        else { return nil }
        return name
    }

    /// The line that names a function's section, which may stand above the function.
    private func attribute(_ section: String, before position: SourcePosition) -> SourcePosition {
        let text = plan.sources.first { $0.path == position.file }?.text ?? ""
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        for number in stride(from: min(position.line, lines.count), to: 0, by: -1) {
            guard let place = lines[number - 1].range(of: "@section(\"\(section)\")") else { continue }
            return SourcePosition(
                file: position.file, line: number,
                column: lines[number - 1].utf8.distance(from: lines[number - 1].startIndex, to: place.lowerBound) + 1)
        }
        return position
    }

    private mutating func findGlobals() throws(CompilerError) {
        for global in input.globals {
            guard let variable = output.metadata.node(output.metadata.node(global.debug)?.reference("var")), let name = variable.text("name"),
                let source = locations.source(
                    of: variable.reference("file").map { _ in output.metadata.node(global.debug)?.reference("var") } ?? nil, &output.metadata)
            else { continue }
            let position = SourcePosition(file: plan.sources[source].path, line: variable.number("line") ?? 1)
            if let complaint = GlobalRules.complaint(about: global, name, type: variable.reference("type"), &output.metadata) {
                throw CompilerError(.source, position.message(complaint))
            }
            if addGlobal(name, type: variable.reference("type"), position, isConstant: global.definition.contains(" constant ")) {
                renamed[global.name] = name
            }
        }
    }

    /// Whatever the object has a name for has one of its own.
    private func checkNames() throws(CompilerError) {
        let programs = plan.programs.map { ($0.name, $0.position) }
        let globals =
            plan.maps.map { ($0.name, $0.position) } + plan.variables.map { ($0.name, $0.position) }
            + plan.operations.map { ($0.name, $0.position) }
        for (name, position) in programs + globals {
            if let complaint = GlobalRules.complaint(aboutName: name) { throw CompilerError(.source, position.message(complaint)) }
        }
        var names = Dictionary(programs) { first, _ in first }
        for (name, position) in globals {
            if let other = names[name] {
                throw CompilerError(
                    .source,
                    position.message(
                        "'\(name)' stands at \(other.file):\(other.line) already; programs, maps and variables of a kernel half have names of their own, private or not"
                    ))
            }
            guard name != "_license" else {
                throw CompilerError(.source, position.message("'_license' is what the object calls its licence; take another name"))
            }
            names[name] = position
        }
        for map in plan.maps {
            for derived in [MapShape.droppedName(map.name), MapShape.isPerfName(map.name)] {
                guard let position = names[derived] else { continue }
                throw CompilerError(.source, position.message("'\(derived)' is what belongs to '\(map.name)' in the object; take another name"))
            }
        }
    }

    /// Whether a global is one that the object has under its name: a map or a variable.
    private mutating func addGlobal(_ name: String, type: Int?, _ position: SourcePosition, isConstant: Bool) -> Bool {
        guard let node = unqualified(type) else { return false }
        let generic = output.metadata.node(node.reference("specification"))
        let typeName = (generic ?? node).text("name") ?? ""
        let module = output.metadata.node((generic ?? node).reference("scope"))?.text("name")
        func argument(_ index: Int) -> KernelHalfTypes.ID? { reader.argument(index, node, &output.metadata, &plan.types) }
        if module == "EBPFKernel" {
            switch typeName {
            case "Variable", "Constant":
                guard let value = argument(0) else { return false }
                plan.variables.append(.init(name: name, type: value, isConstant: typeName == "Constant", position: position))
                return true
            case "StructOperations":
                guard let members = argument(0) else { return false }
                plan.operations.append(.init(name: name, members: members, position: position))
                return true
            default: break
            }
            if let entries = mapEntries(node) {
                plan.maps.append(.init(name: name, entries: entries, position: position))
                return true
            }
        }
        // An ordinary variable of the kernel half. What never changes needs no place in the object.
        guard !isConstant, let plain = reader.type(type, &output.metadata, &plan.types) else { return false }
        plan.variables.append(.init(name: name, type: plain, isConstant: false, position: position))
        return true
    }

    /// What the keys and values of a map are; `nil` for what is no map.
    private mutating func mapEntries(_ node: MetadataNode) -> KernelHalfPlan.MapEntries? {
        guard let types = GlobalRules.mapName(node, &output.metadata).flatMap({ MapTypes.all[$0] }) else { return nil }
        let inner = types.inner.flatMap { unqualified(reader.argumentNode($0, node, &output.metadata)) }.flatMap { mapEntries($0) }
        let record = types.record.flatMap { reader.argument($0, node, &output.metadata, &plan.types) }
        return .init(
            key: mapPart(types.key, of: node), value: mapPart(types.value, of: node), record: record, inner: inner.map { [$0] } ?? [],
            arePrograms: types.arePrograms)
    }

    private mutating func mapPart(_ part: MapTypes.Part, of node: MetadataNode) -> MapPart {
        switch part {
        case .none: .none
        case .argument(let index): reader.argument(index, node, &output.metadata, &plan.types).map { .type($0) } ?? .none
        case .unsigned32: .type(plan.types.unsigned32)
        case .int: .type(plan.types.int)
        case .byteCount(let count): .byteCount(count)
        }
    }

    private mutating func unqualified(_ type: Int?) -> MetadataNode? { GlobalRules.unqualified(type, &output.metadata) }

    /// The functions of the library that stand for CO-RE relocations, one for each combination of types that is used.
    private mutating func findMarkers() {
        for function in input.functions where function.name.contains("ebpf_core_") {
            guard let subprogram = output.metadata.node(function.debug) else { continue }
            let locals = (output.metadata.node(subprogram.reference("retainedNodes"))?.references ?? []).compactMap { output.metadata.node($0) }
            func carried(_ argument: Int) -> KernelHalfTypes.ID? {
                guard let local = locals.first(where: { $0.number("arg") == argument }), let optional = unqualified(local.reference("type")),
                    let pointer = output.metadata.node(reader.argumentNode(0, optional, &output.metadata))
                else { return nil }
                return reader.argument(0, pointer, &output.metadata, &plan.types)
            }
            guard let type = carried(1) else { continue }
            let marker: KernelHalfPlan.Marker =
                if function.name.contains("ebpf_core_address") {
                    .address(type, field: carried(2))
                } else if function.name.contains("ebpf_core_field") {
                    .field(type, field: carried(2))
                } else if function.name.contains("ebpf_core_type") { .type(type) } else { .enumerator(type) }
            let name = "ebpf.core.\(plan.markers.count)"
            plan.markers[name] = marker
            renamed[function.name] = name
        }
    }

    // MARK: What is reached

    private func reachable() -> Set<String> {
        let functions = Dictionary(input.functions.map { ($0.name, $0) }) { first, _ in first }
        let globals = Dictionary(input.globals.map { ($0.name, $0) }) { first, _ in first }
        let roots = input.functions.filter(isProgram).map(\.name)
        let variables = Set(plan.maps.map(\.name) + plan.variables.map(\.name) + plan.operations.map(\.name))
        let declared = Set(input.globals.map(\.name).filter { renamed[$0].map(variables.contains) ?? false })
        // Also what no program asks for has its first value: user space may read and set it.
        let setters = input.functions.filter { function in
            function.body.contains { $0.contains("@swift_once(") }
                && function.body.contains { line in line.utf8.contains(UInt8(ascii: "@")) && !declared.isDisjoint(with: IRName.globals(in: line)) }
        }
        var pending = roots + declared + setters.map(\.name)
        var reached = Set(pending)
        while let name = pending.popLast() {
            var lines: [String] = []
            if let function = functions[name], !isCutOff(name) { lines = function.body }
            if let global = globals[name] { lines = [global.definition] }
            for line in lines where line.utf8.contains(UInt8(ascii: "@")) {
                for other in IRName.globals(in: line) where reached.insert(other).inserted { pending.append(other) }
            }
        }
        return reached
    }

    /// Whether a function's body is not looked at: a part of Swift's runtime, or what stands for a relocation.
    private func isCutOff(_ name: String) -> Bool {
        SwiftRuntime.isPart(name) || renamed[name].map { $0.hasPrefix("ebpf.core.") || plan.kernelFunctions.contains($0) } ?? false
            || CallbackHelper.standing(for: name) != nil
    }

    /// Swift sets a global when it is first asked for; in the object it has its value from the start, which is read off the function that would set it.
    private mutating func findInitializers(_ reached: Set<String>) {
        for function in input.functions where reached.contains(function.name) && !isCutOff(function.name) {
            for line in function.body where line.contains("@swift_once(") {
                let names = IRName.globals(in: line)
                if names.count == 3 { plan.initializers.insert(names[2]) }
            }
        }
    }

    // MARK: What the kernel calls

    private static func key(_ function: String, _ helper: CallbackHelper) -> String { "\(helper.name) \(function)" }

    /// The closures that are passed to helpers, each of which gets a subprogram named after the function that passes it.
    private mutating func findCallbacks(_ reached: Set<String>) throws(CompilerError) {
        let functions = Dictionary(input.functions.map { ($0.name, $0) }) { first, _ in first }
        for caller in input.functions where reached.contains(caller.name) && !isCutOff(caller.name) {
            for line in caller.body where line.contains("ebpf_callback_") {
                guard let call = CallbackCall(IRText.splitMetadata(line[...]).code) else { continue }
                guard let function = call.function.flatMap({ functions[$0] }) else {
                    throw refuse(
                        line, "passes a function on that is not known when it is compiled; write the closure where the helper is called", caller)
                }
                guard call.helper.hasContext || call.isWithoutContext else {
                    throw refuse(
                        line, "what a timer calls outlives this function; its closure may name globals and what it is passed, nothing else", caller)
                }
                guard callbacks[Self.key(function.name, call.helper)] == nil else { continue }
                let name = uniqueName("\(plan.names[caller.name] ?? "half")_\(call.helper.name)")
                renamed["callback \(name)"] = name
                plan.callbacks[name] = call.helper
                plan.names[name] = name
                // What only hands on what was captured has no place of its own.
                let called = function.body.filter { $0.contains("call ") }.flatMap { IRName.globals(in: $0) }
                let inner = called.first { plan.positions[$0] != nil }.flatMap { plan.positions[$0] }
                plan.positions[function.name] = plan.positions[function.name] ?? inner ?? plan.positions[caller.name]
                plan.positions[name] = plan.positions[function.name]
                let passed = withRoom(for: call, in: caller.name, function) ?? function
                callbacks[Self.key(function.name, call.helper)] = CallbackFunction(name: name, helper: call.helper, function: passed)
            }
        }
    }

    /// Puts the variables that a closure changes where it finds them at once, if nobody else is passed the closure.
    ///
    /// - Returns: the closure's function as it is then.
    private mutating func withRoom(for call: CallbackCall, in caller: String, _ closure: IRFunction) -> IRFunction? {
        guard let place = input.functions.firstIndex(where: { $0.name == caller }),
            let closurePlace = input.functions.firstIndex(where: { $0.name == closure.name }),
            input.functions.count(where: { $0.body.contains { $0.contains("@") && IRName.globals(in: $0).contains(closure.name) } }) == 1,
            input.functions[place].body.count(where: { $0.contains("@") && IRName.globals(in: $0).contains(closure.name) }) == 1,
            let (function, inner) = CapturedRoom.run(input.functions[place], call, closure, in: output)
        else { return nil }
        input.functions[place] = function
        input.functions[closurePlace] = inner
        return inner
    }

    private mutating func refuse(_ line: String, _ reason: String, _ function: IRFunction) -> CompilerError {
        var position = plan.positions[function.name] ?? SourcePosition(file: plan.sources.first?.path ?? "", line: 1)
        if let place = locations.place(IRText.number(after: "!dbg !", in: IRText.splitMetadata(line[...]).metadata), &output.metadata) {
            position = SourcePosition(file: plan.sources[place.source].path, line: place.line, column: place.column)
        }
        return CompilerError(.source, position.message(reason))
    }

    private mutating func addCallback(_ callback: CallbackFunction) {
        let position = plan.positions[callback.name] ?? SourcePosition(file: plan.sources.first?.path ?? "", line: 1)
        let scope = debug.addSubprogram(
            callback.name, parameters: [], isLocal: true, at: position, plan.sources, &plan.types, &output.metadata)
        let location = debug.location(nil, scope: scope, position, &locations, plan.sources, &output.metadata)
        let callee = renamed[callback.function.name] ?? callback.function.name
        output.functions.append(callback.adapter(calling: callee, scope: scope, location: location))
    }

    /// Declares a function of the kernel, with the types that its declaration has.
    private mutating func declare(_ name: String, _ function: IRFunction) {
        // The kernel half may declare what its library declares as well.
        guard !output.declarations.contains(where: { $0.name == name }) else { return }
        let parameters = parameterTypes(function)
        let node = output.metadata.node(output.metadata.node(function.debug)?.reference("type"))
        let first = output.metadata.node(node?.reference("types"))?.elements.first.flatMap { Int($0.dropFirst()) }
        let mangled = output.metadata.node(first)?.text("identifier") ?? ""
        let result =
            function.result == "void"
            ? nil : KernelFunctions.pointer(mangled, &plan.types) ?? reader.type(first, &output.metadata, &plan.types)
        let scope = debug.addDeclaration(name, result: result, parameters: parameters.map(\.type), &plan.types, &output.metadata)
        output.declarations.append((name, KernelFunctions.declaration(name, of: function, scope: scope)))
    }

    // MARK: Writing

    private func prepared(_ global: IRGlobal) -> IRGlobal {
        var global = global
        global.debug = nil
        global.definition = rename(in: global.definition)
        if let name = renamed[global.name] {
            global.name = name
            // Nothing may be concluded from what it is at first: user space sets it.
            global.definition =
                "dso_local global " + (global.definition[...].range(of: "global ").map { String(global.definition[$0.upperBound...]) } ?? "")
        } else if !global.definition.hasPrefix("private") {
            let rest = global.definition[...].range(of: "constant ") ?? global.definition[...].range(of: "global ")
            global.definition = "internal " + (rest.map { String(global.definition[$0.lowerBound...]) } ?? global.definition)
        }
        return global
    }

    private mutating func add(_ function: IRFunction) throws(CompilerError) {
        if isCutOff(function.name) {
            // Of what stands for a helper, only the calls are there.
            guard CallbackHelper.standing(for: function.name) == nil else { return }
            let name = renamed[function.name] ?? function.name
            guard !plan.kernelFunctions.contains(name) else { return declare(name, function) }
            let attributes = SwiftRuntime.isPart(function.name) ? FunctionAttributes.subprogram : FunctionAttributes.marker
            let parameters = function.parameters.map { $0.split(separator: " ").filter { !$0.hasPrefix("%") }.joined(separator: " ") }
            let line = "declare \(function.result) @\(IRName.spelled(name))(\(parameters.joined(separator: ", "))) #\(attributes)"
            output.declarations.append((name, line))
            return
        }
        var result = function
        let position = plan.positions[function.name]
        let entry = entries[function.name]
        let isProgram = isProgram(function) && entry == nil
        let isSubprogram = isSubprogram(function)
        result.name = entry.flatMap { _ in renamed[function.name].map(ProgramEntry.bodyName) } ?? renamed[function.name] ?? function.name
        result.section = isProgram ? function.section : nil
        let isGlobal = isSubprogram && position.map(isPublic) ?? false
        result.linkage = isProgram || isGlobal || plan.initializers.contains(function.name) ? "" : "internal"
        result.attributes = isProgram ? FunctionAttributes.program : isSubprogram ? FunctionAttributes.subprogram : FunctionAttributes.inlined
        let scope = position.map { position in
            debug.addSubprogram(
                result.name, parameters: isProgram || isSubprogram ? parameterTypes(function) : [], isLocal: !isProgram && !isGlobal, at: position,
                plan.sources, &plan.types,
                &output.metadata)
        }
        result.debug = scope
        result.body = lines(of: function, scope: scope, position)
        result = CountedLoops.run(result)
        if let position { plan.positions[result.name] = position }
        output.functions.append(result)
        if let entry, let name = renamed[function.name], let position { addEntry(entry, name, calling: result, function.section, position) }
    }

    /// Adds what the kernel calls in place of a program.
    private mutating func addEntry(
        _ entry: (source: ArgumentSource, hasContext: Bool), _ name: String, calling body: IRFunction, _ section: String?, _ position: SourcePosition
    ) {
        let context = (name: "context", type: Optional(plan.types.add(.pointer(to: plan.types.unsigned64))))
        let scope = debug.addSubprogram(name, parameters: [context], isLocal: false, at: position, plan.sources, &plan.types, &output.metadata)
        let location = debug.location(nil, scope: scope, position, &locations, plan.sources, &output.metadata)
        var body = body
        body.section = section
        let function = ProgramEntry(source: entry.source, hasContext: entry.hasContext, location: location).function(
            name, calling: body, debug: scope)
        plan.positions[name] = position
        output.functions.append(function)
    }

    private func isProgram(_ function: IRFunction) -> Bool {
        function.section != nil && function.section != KernelFunctions.section && renamed[function.name] != nil
    }

    private func isSubprogram(_ function: IRFunction) -> Bool {
        !isCutOff(function.name) && !isProgram(function) && plan.positions[function.name] != nil && isKept(function)
    }

    /// Whether the function that stands there is public: a global function, which the verifier looks at once, by itself, and which `freplace` replaces. What
    /// Swift compiled does not tell any more.
    private func isPublic(_ position: SourcePosition) -> Bool {
        let lines = plan.sources.first { $0.path == position.file }?.text.split(separator: "\n", omittingEmptySubsequences: false) ?? []
        guard lines.indices.contains(position.line - 1) else { return false }
        let words = lines[position.line - 1].split(separator: " ").prefix { $0 != "func" }
        return words.contains("public")
    }

    /// Gives a subprogram the name that it has in the sources.
    private mutating func nameSubprogram(_ function: IRFunction) {
        guard renamed[function.name] == nil, let plain = subprogram(function).name.map({ String($0.prefix { $0 != "(" }) }) else { return }
        renamed[function.name] = uniqueName(SwiftTypeReader.identifier(plain))
    }

    private func isKept(_ function: IRFunction) -> Bool {
        guard let group = function.attributes, let words = input.attributes[group], !alwaysInlined.contains(function.name) else { return false }
        return words.split(separator: " ").contains("noinline")
    }

    private func uniqueName(_ name: String) -> String {
        let taken = Set(renamed.values)
        guard taken.contains(name) else { return name }
        return (2...).lazy.map { "\(name)_\($0)" }.first { !taken.contains($0) } ?? name
    }

    /// The names and types of a function's parameters, as its debug information has them.
    private mutating func parameterTypes(_ function: IRFunction) -> [(name: String, type: KernelHalfTypes.ID?)] {
        let locals = parameters(function)
        let count = max(function.parameters.count, locals.compactMap { $0.number("arg") }.max() ?? 0)
        return (0..<count).map { index in
            let local = locals.first { $0.number("arg") == index + 1 }
            return (local?.text("name") ?? "argument\(index)", local.flatMap { reader.type($0.reference("type"), &output.metadata, &plan.types) })
        }
    }

    /// A function's parameters in its debug information, among its variables.
    private mutating func parameters(_ function: IRFunction) -> [MetadataNode] {
        let subprogram = output.metadata.node(function.debug)
        return (output.metadata.node(subprogram?.reference("retainedNodes"))?.references ?? []).compactMap { output.metadata.node($0) }
    }

    private mutating func lines(of function: IRFunction, scope: Int?, _ position: SourcePosition?) -> [String] {
        var lines: [String] = []
        lines.reserveCapacity(function.body.count)
        for line in function.body {
            let (code, metadata) = IRText.splitMetadata(line[...])
            if code.contains("asm sideeffect \"\", \"n\"") { continue }
            if code.contains("@swift_once(") { continue }
            var text = IRText.cleaned(IRText.withoutSuffixes(code))
            if let call = CallbackCall(text[...]), let callback = call.function.flatMap({ callbacks[Self.key($0, call.helper)] }) {
                text = call.lowered(calling: callback.name)
            }
            if let aligned = StackRoom.aligned(text, in: output) { text = aligned }
            if text.utf8.contains(UInt8(ascii: "@")) { text = rename(in: OverflowingMultiplication.replaced(Trap.replaced(text))) }
            // A switch takes several lines; its location stands at the last.
            let isWithinSwitch = code.hasSuffix("[") || code.hasPrefix("    ")
            if let scope, code.hasPrefix("  "), !isWithinSwitch, let position {
                text +=
                    ", !dbg !\(debug.location(IRText.number(after: "!dbg !", in: metadata), scope: scope, position, &locations, plan.sources, &output.metadata))"
            }
            lines.append(text)
        }
        return lines
    }

    private func rename(in text: String) -> String {
        guard text.utf8.contains(UInt8(ascii: "@")) else { return text }
        // What stands in a text is no name.
        let (code, literal) = IRText.splitLiteral(text[...])
        var result = ""
        var rest = code
        while let at = rest.utf8.firstIndex(of: UInt8(ascii: "@")) {
            result += rest[..<at]
            guard let (name, after) = IRName.read(rest[at...]) else {
                result += "@"
                rest = rest[at...].dropFirst()
                continue
            }
            result += renamed[name].map { "@" + IRName.spelled($0) } ?? String(rest[at..<after.startIndex])
            rest = after
        }
        return result + rest + literal
    }
}
