// SPDX-License-Identifier: Apache-2.0

import BPFAssembly

/// What the kernel cannot run, refused before it is asked: at the line where it stands.
enum KernelRules {
    static func check(_ module: inout IRModule, plan: KernelHalfPlan) throws(CompilerError) {
        let defined = Set(module.functions.map(\.name))
        for function in module.functions {
            try checkParameters(function, plan)
            try checkResult(function, plan)
            try checkPlaces(function, &module, plan)
            if let (line, reason) = LockRules.complaint(about: function) { throw refuse(reason, line, in: function, &module, plan) }
            if let (line, reason) = HeldRules.complaint(about: function) { throw refuse(reason, line, in: function, &module, plan) }
            for line in function.body { try checkLine(line, in: function, defined, &module, plan) }
            try checkEnd(function, &module, plan)
        }
        try LockedValues.check(&module, plan: plan)
        try checkRecursion(module, plan)
        // Boxes and closures that are kept have tables of addresses too, and more is said of them above.
        try checkConstants(module, plan)
    }

    /// What is read from while the program runs must be in the object. Only what the sources declare is judged: an array that never changes has the address of its
    /// type in front of its elements, which nobody reads.
    private static func checkConstants(_ module: IRModule, _ plan: KernelHalfPlan) throws(CompilerError) {
        let known = Set(plan.maps.map(\.name) + plan.variables.map(\.name) + plan.operations.map(\.name))
        for global in module.globals where !known.contains(global.name) {
            guard let declared = plan.constants[global.name],
                let complaint = GlobalRules.complaint(aboutConstant: global.definition, declared.name)
            else { continue }
            throw CompilerError(.source, declared.position.message(complaint))
        }
    }

    private static func refuse(_ reason: String, _ line: String, in function: IRFunction, _ module: inout IRModule, _ plan: KernelHalfPlan)
        -> CompilerError
    {
        let position = position(of: line, in: function, &module, plan)
        return CompilerError(.source, position.message(reason))
    }

    /// The place of an instruction: that of the innermost call which stands in the sources.
    static func position(of line: String, in function: IRFunction, _ module: inout IRModule, _ plan: KernelHalfPlan) -> SourcePosition {
        let fallback = plan.positions[function.name] ?? SourcePosition(file: plan.sources.first?.path ?? "", line: 1)
        guard let node = module.metadata.node(IRText.number(after: "!dbg !", in: line[...])) else { return fallback }
        var scope = module.metadata.node(node.reference("scope"))
        while let current = scope, current["file"] == nil { scope = module.metadata.node(current.reference("scope")) }
        let name = module.metadata.node(scope?.reference("file"))?.text("filename")
        let path = plan.sources.first { $0.name == name }?.path ?? fallback.file
        return SourcePosition(file: path, line: node.number("line") ?? fallback.line, column: node.number("column") ?? 0)
    }

    private static func checkParameters(_ function: IRFunction, _ plan: KernelHalfPlan) throws(CompilerError) {
        guard function.parameters.count > 5 else { return }
        let position = plan.positions[function.name] ?? SourcePosition(file: "", line: 1)
        throw CompilerError(
            .source,
            position.message(
                "'\(plan.name(of: function.name))' takes \(function.parameters.count) values, and eBPF functions at most 5; leave out @inline(never), or pass a structure by its address"
            ))
    }

    /// LLVM's back end takes no structure as an answer, not even one that two registers hold.
    private static func checkResult(_ function: IRFunction, _ plan: KernelHalfPlan) throws(CompilerError) {
        guard let position = plan.positions[function.name], let first = function.result.first, "{[<%".contains(first) else { return }
        throw CompilerError(
            .source,
            position.message(
                "'\(plan.name(of: function.name))' answers more than one register holds, which eBPF functions cannot; leave out @inline(never), or write the answer through an inout parameter"
            ))
    }

    private static func checkLine(
        _ line: String, in function: IRFunction, _ defined: Set<String>, _ module: inout IRModule, _ plan: KernelHalfPlan
    ) throws(CompilerError) {
        let (code, _) = IRText.splitMetadata(line[...])
        if usesFloatingPoint(code) {
            throw refuse(noFloatingPoint, line, in: function, &module, plan)
        }
        if let reason = reason(againstTextsAndAtomics: code) { throw refuse(reason, line, in: function, &module, plan) }
        guard code.utf8.contains(UInt8(ascii: "@")), let call = code.range(of: "call ")?.upperBound ?? code.range(of: "invoke ")?.upperBound,
            let name = IRName.globals(in: String(code[call...])).first, !defined.contains(name), !plan.kernelFunctions.contains(name)
        else { return }
        if name.hasPrefix("llvm.") {
            if let reason = unsupportedIntrinsic(name, code) { throw refuse(reason, line, in: function, &module, plan) }
            return
        }
        // The name stands where a function is called, not among its arguments.
        guard let open = code[call...].utf8.firstIndex(of: UInt8(ascii: "(")), code[call..<open].utf8.contains(UInt8(ascii: "@")) else { return }
        let position = position(of: line, in: function, &module, plan)
        throw CompilerError(.source, position.message(explanation(name, plan)), needsRuntime: SwiftRuntime.isPart(name))
    }

    /// Without a return, a function is a loop that nothing leaves.
    private static func checkEnd(_ function: IRFunction, _ module: inout IRModule, _ plan: KernelHalfPlan) throws(CompilerError) {
        guard !function.body.contains(where: { $0.hasPrefix("  ret ") || $0.hasPrefix("  unreachable") }) else { return }
        let loop = function.body.last { $0.hasPrefix("  br ") } ?? function.body.last ?? ""
        throw refuse("this loop never ends, and the kernel takes only programs that do; give it a bound", loop, in: function, &module, plan)
    }

    static let noFloatingPoint = "the kernel has no floating point for eBPF; use integers, as in thousandths"

    static func usesFloatingPoint(_ code: Substring) -> Bool {
        guard code.contains("float") || code.contains("double") || code.contains(" half ") else { return false }
        return code.split(whereSeparator: { " ,()[]<>{}".contains($0) }).contains { $0 == "float" || $0 == "double" || $0 == "half" }
    }

    /// What of Swift's library compiles and is nothing that eBPF has.
    ///
    /// LLVM's back end selects no instruction for loads and stores that are atomic (`BPFInstrInfo.td`, for `-mcpu=v3`), and says so by a crash.
    private static func reason(againstTextsAndAtomics code: Substring) -> String? {
        if code.contains("@_swift_stdlib_") {
            return
                "compares or searches texts (String, Character) by the rules of Unicode, whose tables the kernel does not have; use CString, whose bytes can be "
                + "compared, or StaticString"
        }
        guard ["load atomic ", "store atomic ", "fence "].contains(where: { code.contains($0) }), !code.contains("fence syncscope(\"singlethread\")")
        else {
            return nil
        }
        return
            "uses an atomic of Swift's (Atomic), for which eBPF has no instruction; use Variable, whose add(_:) and the like are atomic, or a map's value"
    }

    private static func unsupportedIntrinsic(_ name: String, _ code: Substring) -> String? {
        guard name.hasPrefix("llvm.mem"), let open = code.utf8.firstIndex(of: UInt8(ascii: "(")), let close = IRText.closing(code[open...]) else {
            return nil
        }
        let arguments = IRText.split(code[code.index(after: open)..<close])
        guard arguments.count >= 3, arguments[2].contains("%") else { return nil }
        return
            "copies or fills a number of bytes that is not known when it is compiled; use a fixed number, or a helper such as bpf_probe_read_kernel"
    }

    /// A map that is no global is nothing that the kernel could create; locks and timers have places of their own.
    private static func checkPlaces(_ function: IRFunction, _ module: inout IRModule, _ plan: KernelHalfPlan) throws(CompilerError) {
        let calls = function.body.filter { $0.contains("inttoptr (i64 ") }
        guard !calls.isEmpty else { return }
        let flow = ControlFlow(function)
        for line in calls {
            guard let call = HelperCall(IRText.trimmed(IRText.splitMetadata(line[...]).code)) else { continue }
            if let complaint = LockedValues.complaint(about: call, flow) { throw refuse(complaint, line, in: function, &module, plan) }
            guard let place = call.helper?.mapParameter, call.arguments.indices.contains(place),
                let map = call.arguments[place].split(separator: " ").last,
                flow.meaning(of: map)?.hasPrefix("alloca ") ?? false
            else { continue }
            throw refuse(
                "uses a map that is a local variable, or a copy of one; a map is a global, which the object knows by its name", line, in: function,
                &module,
                plan)
        }
    }

    private static func explanation(_ name: String, _ plan: KernelHalfPlan) -> String {
        if case .enumerator? = plan.markers[name] {
            return
                "asks for the kernel's value of a case that is not known when it is compiled; write a switch, with kernelValue of the case in each branch"
        }
        switch name {
        case _ where name.hasPrefix("swift_alloc") || name == "malloc" || name == "posix_memalign":
            return
                "needs memory from a heap, which the kernel does not give to eBPF programs; use structures and maps, no classes, arrays or closures that are kept"
        case "swift_bridgeObjectRetain", "swift_bridgeObjectRelease":
            return
                "hands on a text (String, Character), which may lie on a heap, and eBPF programs have none; use StaticString for what the source says, and CString "
                + "for what is read"
        case "swift_retain", "swift_release":
            return "counts references to an object on a heap, which eBPF programs do not have; use structures, no classes or arrays"
        case _ where SwiftRuntime.isPart(name): return "needs Swift's runtime (\(name)), which the kernel does not have"
        case "putchar", "puts", "printf", "write":
            return "prints to a standard output, which the kernel does not have; use log(\"...\"), or send a record"
        case _ where name.hasPrefix("ebpf.core."):
            return
                "reads a field or an element whose place is not known when it is compiled; name it by a key path and numbers that are written there, or use pointer(to:)"
        case _ where name.hasPrefix("ebpf_"): return "asks about a map or a name that is not known when it is compiled; name the global itself"
        default: return "calls '\(name)', which is no function of this kernel half and no helper"
        }
    }

    // MARK: Between functions

    private static func checkRecursion(_ module: IRModule, _ plan: KernelHalfPlan) throws(CompilerError) {
        let defined = Set(module.functions.map(\.name))
        var calls: [String: [String]] = [:]
        for function in module.functions {
            calls[function.name] = function.body.filter { $0.contains("call ") }.flatMap { IRName.globals(in: $0) }.filter(defined.contains)
        }
        var finished: Set<String> = []
        for function in module.functions {
            if let path = cycle(from: function.name, calls, path: [], &finished) {
                let position = plan.positions[path[0]] ?? SourcePosition(file: plan.sources.first?.path ?? "", line: 1)
                let calls = path.map(plan.name).joined(separator: " -> ")
                throw CompilerError(
                    .source,
                    position.message(
                        "'\(plan.name(of: path[0]))' calls itself (\(calls)), and the kernel has no room for that; use a loop with a bound"))
            }
        }
    }

    private static func cycle(from name: String, _ calls: [String: [String]], path: [String], _ finished: inout Set<String>) -> [String]? {
        if let start = path.firstIndex(of: name) { return path[start...] + [name] }
        guard !finished.contains(name) else { return nil }
        for other in calls[name] ?? [] {
            if let found = cycle(from: other, calls, path: path + [name], &finished) { return found }
        }
        finished.insert(name)
        return nil
    }

    /// A program that ends early whatever happens is a mistake of whoever wrote it.
    static func checkCertainTraps(_ module: inout IRModule, _ plan: KernelHalfPlan) throws(CompilerError) {
        let programs = Set(plan.programs.map(\.name))
        for function in module.functions where programs.contains(function.name) {
            for line in function.body {
                let code = IRText.trimmed(IRText.splitMetadata(line[...]).code)
                if code.contains("@\(Trap.name)(") {
                    throw refuse(
                        "'\(function.name)' always ends here: a number that is too large or negative, an index that is out of range, or something that is nil",
                        line, in: function, &module, plan)
                }
                if code.hasPrefix("br ") || code.hasPrefix("ret ") || code.hasPrefix("switch ") { break }
            }
        }
    }
}
