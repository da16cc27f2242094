// SPDX-License-Identifier: Apache-2.0

/// The functions that the kernel calls for closures, and those of the kernel that the kernel half declares.
extension Preparation {
    static func key(_ function: String, _ helper: CallbackHelper) -> String { "\(helper.name) \(function)" }

    /// The closures that are passed to helpers, each of which gets a subprogram named after the function that passes it.
    mutating func findCallbacks(_ reached: Set<String>) throws(CompilerError) {
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
    mutating func withRoom(for call: CallbackCall, in caller: String, _ closure: IRFunction) -> IRFunction? {
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

    mutating func refuse(_ line: String, _ reason: String, _ function: IRFunction) -> CompilerError {
        var position = plan.positions[function.name] ?? SourcePosition(file: plan.sources.first?.path ?? "", line: 1)
        if let place = locations.place(IRText.number(after: "!dbg !", in: IRText.splitMetadata(line[...]).metadata), &output.metadata) {
            position = SourcePosition(file: plan.sources[place.source].path, line: place.line, column: place.column)
        }
        return CompilerError(.source, position.message(reason))
    }

    mutating func addCallback(_ callback: CallbackFunction) {
        let position = plan.positions[callback.name] ?? SourcePosition(file: plan.sources.first?.path ?? "", line: 1)
        let scope = debug.addSubprogram(
            callback.name, parameters: [], isLocal: true, at: position, plan.sources, &plan.types, &output.metadata)
        let location = debug.location(nil, scope: scope, position, &locations, plan.sources, &output.metadata)
        let callee = renamed[callback.function.name] ?? callback.function.name
        output.functions.append(callback.adapter(calling: callee, scope: scope, location: location))
    }

    /// Declares a function of the kernel, with the types that its declaration has.
    mutating func declare(_ name: String, _ function: IRFunction) {
        // The kernel half may declare what its library declares as well.
        guard !output.declarations.contains(where: { $0.name == name }) else { return }
        let parameters = parameterTypes(function)
        let node = output.metadata.node(output.metadata.node(function.debug)?.reference("type"))
        let first = output.metadata.node(node?.reference("types"))?.elements.first.flatMap { Int($0.dropFirst()) }
        let mangled = output.metadata.node(first)?.text("identifier") ?? ""
        let result =
            function.result == "void"
            ? nil : KernelFunctions.pointer(mangled, &plan.types) ?? reader.type(first, &output.metadata, &plan.types)
        if let position = subprogram(function).position {
            plan.declaredFunctions.append(
                .init(
                    name: name, parameters: parameters.map { .init(name: $0.name, type: $0.type) }, hasAnswer: function.result != "void",
                    result: result, position: position))
        }
        let scope = debug.addDeclaration(name, result: result, parameters: parameters.map(\.type), &plan.types, &output.metadata)
        output.declarations.append((name, KernelFunctions.declaration(name, of: function, scope: scope)))
    }
}
