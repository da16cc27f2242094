// SPDX-License-Identifier: Apache-2.0

import BPFObject

/// The programs of a kernel half: what they are called, where they are attached, and what they take.
extension Preparation {
    mutating func findPrograms() throws(CompilerError) {
        var names: [String: SourcePosition] = [:]
        for function in input.functions {
            let (name, position) = subprogram(function)
            let plain = name.map { String($0.prefix { $0 != "(" }) } ?? KernelFunctions.name(ofMangled: function.name)
            if function.section == KernelFunctions.section {
                // The library has some, which stand in none of the sources.
                let attributes = function.attributes.flatMap { input.attributes[$0] }
                if let complaint = KernelFunctions.complaint(aboutDeclaration: plain, attributes: attributes),
                    let position = position ?? declaration(ofFunction: plain)
                {
                    throw CompilerError(.source, position.message(complaint))
                }
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
            plan.programs.append(
                .init(
                    name: plain, section: section, position: position, attribute: attribute(section, before: position), arguments: arguments,
                    record: record(of: function),
                    answersNothing: function.result == "void"))
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

    /// Where the sources declare a function, of which Swift has made one of its own that stands nowhere.
    private func declaration(ofFunction name: String) -> SourcePosition? {
        for source in plan.sources {
            guard let line = source.text.lines.firstIndex(where: { $0.contains("func \(name)(") }) else { continue }
            return SourcePosition(file: source.path, line: line + 1)
        }
        return nil
    }

    /// What a program is called with besides its context; notes how it gets that. What the kernel calls gets one thing, and answers a number.
    ///
    /// - Throws: ``CompilerError`` where the programs of the section get no such arguments, or do not answer nothing.
    mutating func arguments(
        of function: IRFunction, _ name: String, _ section: String, _ position: SourcePosition
    ) throws(CompilerError) -> [KernelHalfPlan.Argument] {
        if let type = type(around: function) {
            throw CompilerError(
                .source,
                position.message(
                    "'\(name)' is a method of '\(type)', and a program is a function at file level, which the kernel calls by its name; maps and variables may be static "
                        + "members"))
        }
        let source = ArgumentSource.of(section)
        let parameters = parameterTypes(function)
        let context = context(of: function)
        if let context, let complaint = ContextRules.complaint(about: context, of: name, in: section) {
            throw CompilerError(.source, position.message(complaint))
        }
        for argument in trustedArguments(of: function) {
            guard let complaint = ContextRules.complaint(aboutTrusted: argument, of: name, in: section) else { continue }
            throw CompilerError(.source, position.message(complaint))
        }
        if let answer = answer(of: function), let complaint = AnswerRules.complaint(about: answer, of: name, in: section) {
            throw CompilerError(.source, position.message(complaint))
        }
        let hasContext = context != nil
        let shape = ProgramShape(
            name: name, section: section, source: source, result: function.result,
            types: function.parameters.map { $0.split(separator: " ").first.map(String.init) ?? "" },
            parameters: max(signature(function).count - 1, 0) - (hasContext ? 1 : 0), hasContext: hasContext,
            isWide: parameters.contains { $0.type.map { !isOneWord($0) } ?? false })
        if let complaint = shape.complaint { throw CompilerError(.source, position.message(complaint)) }
        guard shape.needsEntry else { return [] }
        // Where there are no arguments, all that is passed is the context, whatever it is taken for.
        entries[function.name] = (source, hasContext || source == .none)
        guard source != .none else { return [] }
        return parameters.dropFirst(hasContext ? 1 : 0).map { .init(name: $0.name, type: $0.type) }
    }

    /// The name of the type whose method a function is.
    private mutating func type(around function: IRFunction) -> String? {
        let scope = output.metadata.node(output.metadata.node(function.debug)?.reference("scope"))
        guard scope?.kind == "DICompositeType" else { return nil }
        return scope?.text("name")
    }

    /// The types of what a function answers and takes, in its debug information.
    private mutating func signature(_ function: IRFunction) -> [String] {
        let type = output.metadata.node(output.metadata.node(function.debug)?.reference("type"))
        return output.metadata.node(type?.reference("types"))?.elements ?? []
    }

    /// Whether an argument of a type can lie in one register: no array, whose size debug information may not even tell.
    private func isOneWord(_ type: KernelHalfTypes.ID) -> Bool {
        if case .array = plan.types[type] { return false }
        return plan.types.byteCount(type) <= 8
    }

    /// The name of the type of what a function answers, where it is one of the kernel half's library, or an integer: `$e10EBPFKernel9XDPActionVD`, `$es5Int32VD`.
    private mutating func answer(of function: IRFunction) -> String? {
        guard let first = signature(function).first.flatMap({ Int($0.dropFirst()) }), let node = output.metadata.node(first) else { return nil }
        let mangled = node.text("identifier") ?? ""
        if mangled.hasPrefix("$es") || mangled.hasPrefix("$eS"), let name = node.text("name"), AnswerRules.integers.contains(name) { return name }
        return mangled.hasPrefix("$e10EBPFKernel") ? KernelFunctions.name(ofMangled: mangled) : nil
    }

    /// The name of the type of a function's first parameter, where it is one of the contexts of the kernel half's library.
    mutating func context(of function: IRFunction) -> String? {
        guard let first = parameters(function).first(where: { $0.number("arg") == 1 }), let type = unqualified(first.reference("type")) else {
            return nil
        }
        let generic = output.metadata.node(type.reference("specification")) ?? type
        guard output.metadata.node(generic.reference("scope"))?.text("name") == "EBPFKernel", let name = generic.text("name"),
            name.hasSuffix("Context")
        else { return nil }
        return name
    }

    /// The type for whose records a program of a tracepoint was made.
    private mutating func record(of function: IRFunction) -> KernelHalfTypes.ID? {
        guard context(of: function) == "TracepointContext", let type = parameterTypes(function).first?.type,
            case .pointer(let record) = plan.types[type]
        else { return nil }
        return record
    }

    /// The parameters of a function that are a `TrustedPointer`, and what each points to.
    private mutating func trustedArguments(of function: IRFunction) -> [(name: String, pointee: String)] {
        var found: [(name: String, pointee: String)] = []
        for local in parameters(function) {
            guard local.number("arg") != nil, let type = unqualified(local.reference("type")),
                (output.metadata.node(type.reference("specification")) ?? type).text("name") == "TrustedPointer"
            else { continue }
            let pointee = output.metadata.node(reader.argumentNode(0, type, &output.metadata))?.text("name")
            found.append((local.text("name") ?? "", pointee ?? "STRUCTURE"))
        }
        return found
    }

    /// The line that names a function's section, which may stand above the function.
    func attribute(_ section: String, before position: SourcePosition) -> SourcePosition {
        let lines = plan.sources.first { $0.path == position.file }?.text.lines ?? []
        for number in stride(from: min(position.line, lines.count), to: 0, by: -1) {
            guard let place = lines[number - 1].range(of: "@section(\"\(section)\")") else { continue }
            return SourcePosition(
                file: position.file, line: number,
                column: lines[number - 1].utf8.distance(from: lines[number - 1].startIndex, to: place.lowerBound) + 1)
        }
        return position
    }
}
