// SPDX-License-Identifier: Apache-2.0

import BPFObject
import BTF

/// Looks for what programs are attached to in a kernel's types: a name that is mistyped there would be found when the object is loaded.
///
/// It is no mistake: another kernel may have it, or a module of this one.
extension ArgumentRules {
    /// The kinds of programs whose targets the kernel finds by its types.
    private static let prefixes: Set<Substring> = ["fentry", "fexit", "fmod_ret", "fsession", "tp_btf", "lsm", "lsm_cgroup", "iter"]

    /// What is to be said of a program's target, and how loudly; `nil` where these types have it.
    func remark(aboutTargetOf program: KernelHalfPlan.Program) -> (text: String, severity: String)? {
        guard let definition = SectionName.definition(of: program.section), let attachType = definition.attachType,
            Self.prefixes.contains(definition.prefix.prefix { $0 != "." && $0 != "/" }[...]), let slash = program.section.firstIndex(of: "/")
        else { return nil }
        let name = String(program.section[program.section.index(after: slash)...])
        // A module's, and what stands for several functions.
        guard !name.isEmpty, !name.contains(where: { ":*?,".contains($0) }) else { return nil }
        let prefix = attachType.targetPrefix
        let kinds: Set<BTFKind> = attachType == .traceRawTracepoint ? [.alias] : [.function]
        guard kernel.types(named: prefix + name, kinds: kinds).isEmpty else { return nil }
        let missing = "this kernel's types have no \(Self.word(for: prefix, kinds)) '\(name)'"
        let near = kernel.names(like: prefix + name, kinds: kinds).filter { $0.hasPrefix(prefix) }.map { "'\($0.dropFirst(prefix.utf8.count))'" }
        return near.isEmpty ? ("\(missing); is it a module's?", "note") : ("\(missing); they have \(near.joined(separator: ", "))", "warning")
    }

    private static func word(for prefix: String, _ kinds: Set<BTFKind>) -> String {
        guard kinds == [.function] else { return "tracepoint" }
        return prefix == "bpf_lsm_" ? "hook of the LSM" : prefix == "bpf_iter_" ? "iterator" : "function"
    }
}
