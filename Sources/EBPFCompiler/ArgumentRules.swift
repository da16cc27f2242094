// SPDX-License-Identifier: Apache-2.0

import BPFObject
import BTF
import Bytes

/// Compares what programs take with what a kernel's types say is passed there: a number that is read as a pointer is no mistake that a verifier finds.
struct ArgumentRules {
    let kernel: BTF
    let types: KernelHalfTypes
    private let sets: [KernelHalfPlan.OperationsGlobal]
    /// The structures whose fields are found by name in the kernel that runs.
    let found: Set<KernelHalfTypes.ID>

    /// - Throws: ``CompilerError`` where a program takes what is not passed: all such mistakes, a line each.
    static func compare(_ plan: KernelHalfPlan, withTypesAt path: String) throws(CompilerError) {
        let programs = plan.programs.filter { !$0.arguments.isEmpty || $0.answersNothing || $0.record != nil }
        // That the types cannot be read is said where structures are compared.
        guard !programs.isEmpty || !plan.declaredFunctions.isEmpty, let kernel = try? BTF(ByteView(FileAccess.read(path))) else { return }
        let rules = ArgumentRules(kernel: kernel, types: plan.types, sets: plan.operations, found: plan.structuresOfTheKernel)
        let complaints =
            programs.compactMap { program in
                // What cannot be followed in the kernel's types is no mistake of the program's.
                (try? rules.complaint(about: program)).flatMap { $0 }.map { program.position.message($0) }
            }
            + plan.declaredFunctions.compactMap { function in
                (try? rules.complaint(about: function)).flatMap { $0 }.map { function.position.message($0) }
            }
        guard complaints.isEmpty else { throw CompilerError(.source, complaints.joined(separator: "\n")) }
    }

    /// What is to be said of targets that a kernel's types do not have: warnings and notes.
    static func remarks(on plan: KernelHalfPlan, withTypesAt path: String) -> String {
        guard let kernel = try? BTF(ByteView(FileAccess.read(path))) else { return "" }
        let rules = ArgumentRules(kernel: kernel, types: plan.types, sets: plan.operations, found: [])
        return plan.programs.compactMap { program in
            rules.remark(aboutTargetOf: program).map { program.attribute.message($0.text, $0.severity) + "\n" }
        }.joined()
    }

    private func complaint(about program: KernelHalfPlan.Program) throws -> String? {
        if let record = program.record { return try complaint(aboutRecord: record, of: program) }
        guard let target = try target(of: program) else { return nil }
        if let complaint = try complaint(aboutAnswerOf: program) { return complaint }
        for (index, argument) in program.arguments.enumerated() {
            guard target.passed.indices.contains(index) else {
                let list = try target.passed.map { try described($0) }.joined(separator: ", ")
                return "'\(program.name)' takes \(program.arguments.count) arguments, and '\(target.name)' passes \(target.passed.count): (\(list))"
            }
            if let complaint = try complaint(about: argument, target.passed[index]) {
                return "'\(program.name)' \(complaint); \(target.name) has it as \(try described(target.passed[index]))"
                    + advice(about: argument, at: index, target.passed)
            }
        }
        return nil
    }

    /// What to write where an argument's name is that of a later one.
    private func advice(about argument: KernelHalfPlan.Argument, at index: Int, _ passed: [Passed]) -> String {
        guard let place = passed.dropFirst(index + 1).firstIndex(where: { $0.name == argument.name }) else { return "" }
        let before = passed[index..<place].map { _ in "_: UInt" }.joined(separator: ", ")
        return "; '\(argument.name)' comes behind: take those before it as well, as \(before)"
    }

    // MARK: What is passed

    /// Something that the kernel passes.
    struct Passed {
        var name: String
        var type: TypeID
    }

    /// What a program is attached to, with what it is passed there; `nil` where the kernel's types do not tell.
    private func target(of program: KernelHalfPlan.Program) throws -> (name: String, passed: [Passed])? {
        guard let definition = SectionName.definition(of: program.section), let slash = program.section.utf8.firstIndex(of: UInt8(ascii: "/"))
        else { return nil }
        let name = String(program.section[program.section.index(after: slash)...])
        let isOfTracepoint = definition.type == .rawTracepoint || definition.type == .rawTracepointWritable || definition.prefix.hasPrefix("tp_btf")
        if definition.type == .structOps { return try prototype(ofMember: name).map { (name, $0.passed) } }
        if isOfTracepoint { return try prototype(ofTracepoint: name).map { (name, $0) } }
        let function =
            definition.type == .lsm
            ? "bpf_lsm_\(name)"
            : definition.prefix.hasPrefix("iter")
                ? "bpf_iter_\(name)"
                : ArgumentSource.of(program.section) == .systemCall ? "__do_sys_\(name)" : name
        guard let (all, result) = try prototype(ofFunction: function) else { return nil }
        let parameters = try all.flatMap { try words(of: $0) }
        let answer = try isVoid(result) ? [] : [Passed(name: "result", type: result)]
        switch definition.prefix.prefix(while: { $0 != "." }) {
        case "fexit", "fmod_ret", "lsm", "lsm_cgroup": return (name, parameters + answer)
        case "kretprobe", "kretsyscall": return (name, answer)
        case "uprobe", "uretprobe": return nil
        default: return (name, parameters)
        }
    }

    func prototype(ofFunction name: String) throws -> (parameters: [Passed], result: TypeID)? {
        guard let id = kernel.types(named: name, kinds: [.function]).first, case .function(_, let prototype, _) = try kernel.type(id),
            case .prototype(let result, let parameters) = try kernel.type(prototype)
        else { return nil }
        return (parameters.map { Passed(name: $0.name, type: $0.type) }, result)
    }

    /// The first parameter of what the kernel calls for a tracepoint is its own.
    private func prototype(ofTracepoint name: String) throws -> [Passed]? {
        guard let id = kernel.types(named: "btf_trace_\(name)", kinds: [.alias]).first, case .pointer(let target) = try kernel.resolve(id).type,
            case .prototype(_, let parameters) = try kernel.type(target)
        else { return nil }
        return parameters.dropFirst().map { Passed(name: $0.name, type: $0.type) }
    }

    /// What a member of a set of functions is called with: `steady.ssthresh`.
    private func prototype(ofMember place: String) throws -> (passed: [Passed], result: TypeID)? {
        guard let (set, member) = OperationsShape.place(place), let global = sets.first(where: { $0.name == set }),
            case .structure(let structure, _, _) = types[global.members],
            let id = kernel.types(named: essentialName(structure), kinds: [.structure]).first, case .composite(let composite) = try kernel.type(id),
            let type = composite.members.first(where: { $0.name == member })?.type, case .pointer(let target) = try kernel.resolve(type).type,
            case .prototype(let result, let parameters) = try kernel.resolve(target).type
        else { return nil }
        return (parameters.map { Passed(name: $0.name, type: $0.type) }, result)
    }

    func isVoid(_ type: TypeID) throws -> Bool {
        if case .void = try kernel.resolve(type).type { return true }
        return false
    }

    /// What lies in the words of a parameter: a structure of 9 to 16 bytes takes two, of which none is one argument.
    private func words(of parameter: Passed) throws -> [Passed] {
        guard case .composite(let structure) = try kernel.resolve(parameter.type).type, structure.byteCount > 8 else { return [parameter] }
        return [parameter, parameter]
    }

    /// A member that answers, in a program that does not.
    private func complaint(aboutAnswerOf program: KernelHalfPlan.Program) throws -> String? {
        guard program.answersNothing, SectionName.definition(of: program.section)?.type == .structOps,
            let place = program.section.split(separator: "/", maxSplits: 1).last, let member = try prototype(ofMember: String(place)),
            try !isVoid(member.result)
        else { return nil }
        return "'\(program.name)' answers nothing, and the kernel asks \(place) for a number"
    }

    // MARK: One argument

    /// What is wrong with an argument, after the name of the program.
    func complaint(about argument: KernelHalfPlan.Argument, _ passed: Passed) throws -> String? {
        guard let type = argument.type else { return nil }
        let name = argument.name
        switch (types[type], try kernel.resolve(passed.type).type) {
        case (.pointer(let target), .pointer(let pointee)):
            guard let target, case .structure(let own, _, _) = types[target], let other = try structureName(pointee), essentialName(own) != other
            else {
                return nil
            }
            return "takes '\(name)' as a pointer to '\(own)'"
        case (.integer(_, 8, _), .pointer): return nil
        case (.pointer, _): return "takes '\(name)' as a pointer"
        case (_, .pointer): return "takes '\(name)' as a number of \(types.byteCount(type)) bytes"
        case (_, .composite(let structure)) where structure.byteCount > 8:
            return "takes '\(name)', half of a structure, which no argument can be; leave it out: _: UInt"
        default:
            guard try kernel.byteCount(of: passed.type) != types.byteCount(type) else { return nil }
            return "takes '\(name)' as a number of \(types.byteCount(type)) bytes"
        }
    }

    private func structureName(_ type: TypeID) throws -> String? {
        switch try kernel.resolve(type).type {
        case .composite(let structure): structure.name
        case .forward(let name, _): name
        default: nil
        }
    }

    /// `'dfd', 4 bytes`, `'name', a pointer to 'filename'`.
    func described(_ passed: Passed) throws -> String {
        let type: String
        switch try kernel.resolve(passed.type).type {
        case .pointer(let target): type = "a pointer" + (try structureName(target).map { " to '\($0)'" } ?? "")
        case .composite(let structure): type = "a structure '\(structure.name)'"
        default: type = "\(try kernel.byteCount(of: passed.type)) bytes"
        }
        // Those of tracepoints have no names there.
        return passed.name.isEmpty ? type : "'\(passed.name)', \(type)"
    }
}
