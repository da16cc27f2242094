// SPDX-License-Identifier: Apache-2.0

/// The first pass: what Swift compiled for a machine without operating system becomes a module that clang can optimize for eBPF.
///
/// Programs keep their names and sections; all else becomes internal and is inlined, except the functions of the kernel half that say `@inline(never)`: these
/// become subprograms. The parts of Swift's runtime become declarations, so that what needs them is seen. Debug information is written anew: C's
/// types, and locations in the kernel half's own sources.
struct Preparation {
    var input: IRModule
    var output = IRModule()
    var plan = KernelHalfPlan()
    var reader = SwiftTypeReader()
    var locations: SourceLocations
    let alwaysInlined: Set<String>
    var renamed: [String: String] = [:]
    var debug = DebugUnit()
    /// What the programs that take arguments take, by the names that Swift gives them.
    var entries: [String: (source: ArgumentSource, hasContext: Bool)] = [:]
    /// The subprograms that the kernel calls for closures, by the closure's function and the helper.
    var callbacks: [String: CallbackFunction] = [:]

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

    mutating func run() throws(CompilerError) {
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
    mutating func subprogram(_ function: IRFunction) -> (name: String?, position: SourcePosition?) {
        guard let node = output.metadata.node(function.debug) else { return (nil, nil) }
        let source = locations.source(of: function.debug, &output.metadata)
        let position = source.map { SourcePosition(file: plan.sources[$0].path, line: node.number("line") ?? 1) }
        return (node.text("name"), position)
    }

    // MARK: What is reached

    func reachable() -> Set<String> {
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
    func isCutOff(_ name: String) -> Bool {
        SwiftRuntime.isPart(name) || renamed[name].map { $0.hasPrefix("ebpf.core.") || plan.kernelFunctions.contains($0) } ?? false
            || CallbackHelper.standing(for: name) != nil
    }

    /// Swift sets a global when it is first asked for; in the object it has its value from the start, which is read off the function that would set it.
    mutating func findInitializers(_ reached: Set<String>) {
        for function in input.functions where reached.contains(function.name) && !isCutOff(function.name) {
            for line in function.body where line.contains("@swift_once(") {
                let names = IRName.globals(in: line)
                if names.count == 3 { plan.initializers.insert(names[2]) }
            }
        }
    }

    // MARK: Writing

    func prepared(_ global: IRGlobal) -> IRGlobal {
        var global = global
        global.debug = nil
        global.definition = rename(in: global.definition)
        if let name = renamed[global.name] {
            global.name = name
            // Nothing may be concluded from what it is at first: user space sets it.
            global.definition =
                "dso_local global " + (global.definition[...].range(of: "global ").map { String(global.definition[$0.upperBound...]) } ?? "")
        } else if !global.definition.hasPrefix("private"), !global.definition.hasPrefix("external ") {
            let rest = global.definition[...].range(of: "constant ") ?? global.definition[...].range(of: "global ")
            global.definition = "internal " + (rest.map { String(global.definition[$0.lowerBound...]) } ?? global.definition)
        }
        return global
    }

    mutating func add(_ function: IRFunction) throws(CompilerError) {
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
        result = ArenaAccess.run(CountedLoops.run(result))
        if let position { plan.positions[result.name] = position }
        output.functions.append(result)
        if let entry, let name = renamed[function.name], let position { addEntry(entry, name, calling: result, function.section, position) }
    }

    /// Adds what the kernel calls in place of a program.
    mutating func addEntry(
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

    func isProgram(_ function: IRFunction) -> Bool {
        function.section != nil && function.section != KernelFunctions.section && renamed[function.name] != nil
    }

    func isSubprogram(_ function: IRFunction) -> Bool {
        !isCutOff(function.name) && !isProgram(function) && plan.positions[function.name] != nil && isKept(function)
    }

    /// Whether the function that stands there is public: a global function, which the verifier looks at once, by itself, and which `freplace` replaces. What
    /// Swift compiled does not tell any more.
    func isPublic(_ position: SourcePosition) -> Bool {
        let lines = plan.sources.first { $0.path == position.file }?.text.lines ?? []
        guard lines.indices.contains(position.line - 1) else { return false }
        let words = lines[position.line - 1].split(separator: " ").prefix { $0 != "func" }
        return words.contains("public")
    }

    /// Gives a subprogram the name that it has in the sources.
    mutating func nameSubprogram(_ function: IRFunction) {
        guard renamed[function.name] == nil, let plain = subprogram(function).name.map({ String($0.prefix { $0 != "(" }) }) else { return }
        renamed[function.name] = uniqueName(SwiftTypeReader.identifier(plain))
    }

    func isKept(_ function: IRFunction) -> Bool {
        guard let group = function.attributes, let words = input.attributes[group], !alwaysInlined.contains(function.name) else { return false }
        return words.split(separator: " ").contains("noinline")
    }

    func uniqueName(_ name: String) -> String {
        let taken = Set(renamed.values)
        guard taken.contains(name) else { return name }
        return (2...).lazy.map { "\(name)_\($0)" }.first { !taken.contains($0) } ?? name
    }

    /// The names and types of a function's parameters, as its debug information has them.
    mutating func parameterTypes(_ function: IRFunction) -> [(name: String, type: KernelHalfTypes.ID?)] {
        let locals = parameters(function)
        let count = max(function.parameters.count, locals.compactMap { $0.number("arg") }.max() ?? 0)
        return (0..<count).map { index in
            let local = locals.first { $0.number("arg") == index + 1 }
            return (local?.text("name") ?? "argument\(index)", local.flatMap { reader.type($0.reference("type"), &output.metadata, &plan.types) })
        }
    }

    /// A function's parameters in its debug information, among its variables.
    mutating func parameters(_ function: IRFunction) -> [MetadataNode] {
        let subprogram = output.metadata.node(function.debug)
        return (output.metadata.node(subprogram?.reference("retainedNodes"))?.references ?? []).compactMap { output.metadata.node($0) }
    }

    mutating func lines(of function: IRFunction, scope: Int?, _ position: SourcePosition?) -> [String] {
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

    func rename(in text: String) -> String {
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
