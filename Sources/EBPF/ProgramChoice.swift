// SPDX-License-Identifier: Apache-2.0

import BPFObject
import BTF

/// Which of several programs that do the same was chosen, since not every kernel has every way to attach.
public struct ProgramChoice: Sendable, CustomStringConvertible {
    /// What the alternatives have in common: their name up to three underscores.
    public let name: String
    /// The name of the program that is loaded; `nil` where this kernel takes none of them, and none is.
    public let chosen: String?
    /// Those that were tried before, each with the reason.
    public let refused: [(program: String, reason: EBPFError)]

    /// `opened: opened___kprobe; not opened___fentry, because ...`
    public var description: String {
        "\(name): \(chosen ?? "none")" + refused.map { "; not \($0.program), because \($0.reason.cause)" }.joined()
    }
}

extension ObjectFile {
    /// Chooses among programs that are alternatives: their names differ only behind three underscores, as in `opened___fentry`, `opened___kprobe` and
    /// `opened___tracepoint`. Of each, the first in the object's order is loaded that this kernel verifies and, for tracepoints and probes of the kernel,
    /// that has the place which its section names; the others are not.
    ///
    ///     var object = try Watch.object()
    ///     for choice in try object.chooseAlternatives() { print(choice) }
    ///     let loaded = try object.load()
    ///
    /// To find out, the programs are loaded once and let go; nothing is attached, and no map is pinned. Programs that are not to be loaded
    /// (``ProgramDefinition/isLoaded``) are no alternatives.
    ///
    /// - Returns: the choices, in the order of the first of each; no program without three underscores in its name is among them.
    /// - Throws: ``EBPFError`` where it comes to no program: types, maps or what else all of them need.
    public mutating func chooseAlternatives(_ options: LoadOptions = LoadOptions()) throws(EBPFError) -> [ProgramChoice] {
        var names: [String] = []
        for program in programs where program.isLoaded && essentialName(program.name) != program.name {
            let name = essentialName(program.name)
            if !names.contains(name) { names.append(name) }
        }
        guard !names.isEmpty else { return [] }
        // Only these are tried: the others may be many.
        var tried = self
        for index in tried.programs.indices {
            let program = tried.programs[index]
            tried.programs[index].isLoaded = program.isLoaded && essentialName(program.name) != program.name
        }
        let verdicts = try tried.verify(options)
        return names.map { choose($0, among: verdicts) }
    }

    private mutating func choose(_ name: String, among verdicts: [Verdict]) -> ProgramChoice {
        var chosen: String?
        var refused: [(program: String, reason: EBPFError)] = []
        for verdict in verdicts where essentialName(verdict.program.name) == name && chosen == nil {
            if let reason = verdict.error ?? verdict.program.absence {
                refused.append((verdict.program.name, reason))
            } else {
                chosen = verdict.program.name
            }
        }
        for index in programs.indices {
            let program = programs[index].name
            if program != name, essentialName(program) == name, program != chosen { programs[index].isLoaded = false }
        }
        return ProgramChoice(name: name, chosen: chosen, refused: refused)
    }
}

extension ProgramDefinition {
    /// Why what the section names is not there, where the kernel does not look at that when the program is loaded: probes and tracepoints.
    fileprivate var absence: EBPFError? {
        let operation = "attach program '\(name)' (\(type))"
        do throws(EBPFError) {
            switch hook {
            case .tracepoint(let category, let tracepoint):
                _ = try TraceFileSystem(for: operation).identifier(category: category, tracepoint: tracepoint, for: operation)
            case .kprobe(let function, _, let isReturn): try Self.checkProbe(function, isReturn: isReturn, operation)
            case .systemCall(let name, let isReturn): try Self.checkProbe(Program.functionPrefix + name, isReturn: isReturn, operation)
            default: break
            }
            return nil
        } catch { return error }
    }

    private static func checkProbe(_ function: String, isReturn: Bool, _ operation: String) throws(EBPFError) {
        _ = try ProbeSource.find(.kprobe, for: operation) { Program.withoutKprobes(function, isReturn: isReturn, operation) }
        let names = try KernelSymbolNames.running()
        guard names.firstMissing(of: [function]) != nil else { return }
        let near = names.near(function)
        throw EBPFError(
            .noSuchTarget, operation,
            cause: "this kernel has no function '\(function)'\(near.isEmpty ? "" : "; it has \(near.joined(separator: ", "))")",
            remedy: "name one of /proc/kallsyms")
    }
}
