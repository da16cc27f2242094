// SPDX-License-Identifier: Apache-2.0

/// The globals of a kernel half: maps, variables, sets of functions; and what stands for relocations.
extension Preparation {
    mutating func findGlobals() throws(CompilerError) {
        for global in input.globals {
            guard let variable = output.metadata.node(output.metadata.node(global.debug)?.reference("var")), let name = variable.text("name"),
                let source = locations.source(
                    of: variable.reference("file").map { _ in output.metadata.node(global.debug)?.reference("var") } ?? nil, &output.metadata)
            else { continue }
            let position = SourcePosition(file: plan.sources[source].path, line: variable.number("line") ?? 1)
            if let complaint = GlobalRules.complaint(about: global, name, type: variable.reference("type"), &output.metadata) {
                throw CompilerError(.source, position.message(complaint))
            }
            plan.constants[global.name] = (name, position)
            if try addGlobal(name, type: variable.reference("type"), position, isConstant: global.definition.contains(" constant ")) {
                renamed[global.name] = name
            }
        }
    }

    /// Whatever the object has a name for has one of its own.
    func checkNames() throws(CompilerError) {
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
            guard !USDTMaps.isName(name) else {
                throw CompilerError(.source, position.message("'\(name)' is the map in which loaders say where arguments are; take another name"))
            }
            names[name] = position
        }
        if let name = plan.kernelFunctions.sorted().first(where: { names[$0] != nil }), let position = names[name] {
            throw CompilerError(.source, position.message("'\(name)' is a function of the kernel that is called here; take another name"))
        }
        if let (program, complaint) = OperationsShape.stray(plan) { throw CompilerError(.source, program.position.message(complaint)) }
        for map in plan.maps {
            for derived in [MapShape.droppedName(map.name), MapShape.isPerfName(map.name)] {
                guard let position = names[derived] else { continue }
                throw CompilerError(.source, position.message("'\(derived)' is what belongs to '\(map.name)' in the object; take another name"))
            }
        }
    }

    /// Whether a global is one that the object has under its name: a map or a variable.
    mutating func addGlobal(_ name: String, type: Int?, _ position: SourcePosition, isConstant: Bool) throws(CompilerError) -> Bool {
        guard let node = unqualified(type) else { return false }
        let generic = output.metadata.node(node.reference("specification"))
        let typeName = (generic ?? node).text("name") ?? ""
        let module = output.metadata.node((generic ?? node).reference("scope"))?.text("name")
        func argument(_ index: Int) -> KernelHalfTypes.ID? { reader.argument(index, node, &output.metadata, &plan.types) }
        if module == "EBPFKernel" {
            switch typeName {
            case "Variable", "Constant", "ArenaVariable":
                guard let value = argument(0) else { return false }
                plan.variables.append(
                    .init(
                        name: name, type: value, isConstant: typeName == "Constant", isInArena: typeName == "ArenaVariable", position: position))
                return true
            case "StructOperations":
                guard let members = argument(0) else { return false }
                plan.operations.append(.init(name: name, members: members, position: position))
                return true
            default: break
            }
            if let entries = mapEntries(node) {
                if let complaint = pointerComplaint(about: node) { throw CompilerError(.source, position.message("'\(name)' \(complaint)")) }
                plan.maps.append(.init(name: name, entries: entries, position: position))
                return true
            }
        }
        // An ordinary variable of the kernel half. What never changes needs no place in the object.
        guard !isConstant, let plain = reader.type(type, &output.metadata, &plan.types) else { return false }
        plan.variables.append(.init(name: name, type: plain, isConstant: false, position: position))
        if let warning = GlobalRules.warning(aboutVariable: name, typeName, declaredIn: declaration(position)) {
            plan.warnings.append(position.message(warning, "warning"))
        }
        return true
    }

    /// The line of a source that a position names, with those before it that have only its attributes and modifiers.
    private func declaration(_ position: SourcePosition) -> String {
        let lines = plan.sources.first { $0.path == position.file }?.text.lines ?? []
        guard lines.indices.contains(position.line - 1) else { return "" }
        var first = position.line - 1
        while first > 0, isOnlyOfNext(lines[first - 1]) { first -= 1 }
        return lines[first..<position.line].joined(separator: " ")
    }

    private func isOnlyOfNext(_ line: Substring) -> Bool {
        let words = line.split(separator: " ")
        return !words.isEmpty
            && words.allSatisfy { $0.hasPrefix("@") || ["nonisolated(unsafe)", "public", "private", "fileprivate", "static"].contains($0) }
    }

    /// What the keys and values of a map are; `nil` for what is no map.
    mutating func mapEntries(_ node: MetadataNode) -> KernelHalfPlan.MapEntries? {
        guard let types = GlobalRules.mapName(node, &output.metadata).flatMap({ MapTypes.all[$0] }) else { return nil }
        let inner = types.inner.flatMap { unqualified(reader.argumentNode($0, node, &output.metadata)) }.flatMap { mapEntries($0) }
        let record = types.record.flatMap { reader.argument($0, node, &output.metadata, &plan.types) }
        return .init(
            key: mapPart(types.key, of: node), value: mapPart(types.value, of: node), record: record, inner: inner.map { [$0] } ?? [],
            arePrograms: types.arePrograms, hasExtra: types.hasExtra)
    }

    /// What is wrong with a map that keeps pointers.
    private mutating func pointerComplaint(about node: MetadataNode) -> String? {
        guard let types = GlobalRules.mapName(node, &output.metadata).flatMap({ MapTypes.all[$0] }) else { return nil }
        var parts: [(word: String, index: Int)] = []
        if case .argument(let index) = types.key { parts.append(("keys", index)) }
        if case .argument(let index) = types.value { parts.append(("values", index)) }
        if let index = types.record { parts.append(("records", index)) }
        for (word, index) in parts {
            let type = reader.argumentNode(index, node, &output.metadata)
            if let complaint = KeptPointers.complaint(about: type, word, reader, &output.metadata) { return complaint }
        }
        return nil
    }

    mutating func mapPart(_ part: MapTypes.Part, of node: MetadataNode) -> MapPart {
        switch part {
        case .none: .none
        case .argument(let index): reader.argument(index, node, &output.metadata, &plan.types).map { .type($0) } ?? .none
        case .unsigned32: .type(plan.types.unsigned32)
        case .int: .type(plan.types.int)
        case .byteCount(let count): .byteCount(count)
        }
    }

    mutating func unqualified(_ type: Int?) -> MetadataNode? { GlobalRules.unqualified(type, &output.metadata) }

    /// The functions of the library that stand for CO-RE relocations, one for each combination of types that is used.
    mutating func findMarkers() {
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
}
