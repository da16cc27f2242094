// SPDX-License-Identifier: Apache-2.0

import BPFAssembly
import BPFObject
import EBPF
import Tooling

extension FeaturesReport {
    /// Appends all answers for people to read, by subject; what is not supported with its reason.
    func appendText(to output: inout LineOutput) {
        let version = facts.version.map { " (built from \($0))" } ?? ""
        output.append("Linux \(facts.release)\(version), \(facts.architecture)\n")
        facts.appendText(to: &output)
        appendPrograms(to: &output)
        appendAnswers("Maps", maps, to: &output)
        appendAnswers("Links", links, to: &output)
        appendAnswers("Instructions (ISA v\(instructionSet) as a whole)", instructions, to: &output)
        appendAnswers("Types in the kernel's BTF format", types, to: &output)
        appendAnswers("Other", facilities, to: &output)
        appendHelpers(to: &output)
        appendFunctions(to: &output)
    }

    /// Those that are supported in lines of names, and each of the others in a line with its reason.
    private func appendAnswers(_ title: String, _ answers: [Answer], to output: inout LineOutput) {
        output.append("\n\(title)\n")
        output.append(wrapped: answers.filter(\.support.isYes).map(\.name), behind: "  yes      ")
        for answer in answers where !answer.support.isYes { output.append(answer.support, of: answer.name) }
    }

    /// One line for each type, with the attach types behind it, since a type may be supported for some of them only.
    private func appendPrograms(to output: inout LineOutput) {
        output.append("\nPrograms, by what they are attached to (.s: those that may wait)\n")
        for type in ProgramType.all {
            let kinds = programs.filter { $0.kind.type == type }
            let supported = kinds.filter(\.support.isYes).map(\.kind.shortName)
            output.append(wrapped: supported, behind: "  yes      \(type)  ")
            // Several for one reason stand in one line.
            var reasons: [(support: Support, names: [String])] = []
            for (kind, support) in kinds where !support.isYes {
                if let index = reasons.firstIndex(where: { $0.support == support }) {
                    reasons[index].names.append(kind.shortName)
                } else {
                    reasons.append((support, [kind.shortName]))
                }
            }
            for (support, names) in reasons { output.append(support, of: "\(type)  \(names.joined(separator: " "))") }
        }
    }

    /// What all kinds of programs may call once, and behind each kind what it may call beyond that.
    private func appendHelpers(to output: inout LineOutput) {
        output.append("\nHelpers\n")
        let known = helpers.filter { $0.unknown == nil }
        guard let first = known.first else { return output.append("  no program can be loaded that would call one\n" as StaticString) }
        let common = known.dropFirst().reduce(Set(first.helpers)) { $0.intersection($1.helpers) }
        output.append(wrapped: Helper.all.filter(common.contains).map(\.name), behind: "  in every kind of program: ")
        var shown: [(kinds: [String], helpers: [Helper])] = []
        for row in known {
            if let index = shown.firstIndex(where: { $0.helpers == row.helpers }) {
                shown[index].kinds.append(row.kind.description)
            } else {
                shown.append(([row.kind.description], row.helpers))
            }
        }
        for row in shown {
            output.append(wrapped: row.kinds, behind: "  ")
            output.append(wrapped: row.helpers.filter { !common.contains($0) }.map(\.name), behind: "    \(row.helpers.count), of these also ")
        }
        let none = Helper.all.filter { helper in !helpers.contains { $0.helpers.contains(helper) } }
        if !none.isEmpty { output.append(wrapped: none.map(\.name), behind: "  in no kind of program: ") }
        for row in helpers { row.unknown.map { output.append(.unknown($0), of: row.kind.description) } }
    }

    private func appendFunctions(to output: inout LineOutput) {
        output.append("\nFunctions of the kernel that programs may call (kfuncs)\n" as StaticString)
        guard let functions else { return output.append("  the kernel's types do not mark them (Linux 6.9 and newer do)\n" as StaticString) }
        output.append(wrapped: functions.map { function in function.module.map { "\($0):\(function.name)" } ?? function.name }, behind: "  ")
    }
}

extension ProgramKind {
    /// What it is attached to; `.s` behind it for those that may wait, a dash where there is no choice.
    fileprivate var shortName: String { (attachType?.description ?? "-") + (isSleepable ? ".s" : "") }
}

extension SystemFacts {
    fileprivate func appendText(to output: inout LineOutput) {
        output.append("\nSystem\n" as StaticString)
        func line(_ name: String, _ value: String?) -> String { "  \(name): \(value ?? "cannot be read")\n" }
        func words(_ number: Int?, _ words: [String]) -> String? { number.map { words.indices.contains($0) ? "\($0), \(words[$0])" : "\($0)" } }
        func places(_ places: [String]) -> String { places.isEmpty ? "mounted nowhere" : places.joined(separator: " ") }
        output.append(line("JIT compiler", words(translation, ["off", "on", "on, with traces"])))
        output.append(line("JIT hardening", words(hardening, ["off", "for processes without privileges", "for all"])))
        output.append(line("bpf(2) without privileges", words(unprivilegedDisabled, ["allowed", "off until the next boot", "off"])))
        output.append(line("lockdown", lockdown))
        output.append(line("security modules", securityModules?.joined(separator: " ")))
        output.append(line("addresses of the kernel (kptr_restrict)", words(pointerRestriction, ["shown", "for CAP_SYSLOG", "hidden"])))
        output.append(line("perf_event_paranoid", perfEventParanoia.map(String.init)))
        output.append(line("counting of runs", words(statistics, ["off", "on"])))
        output.append(line("types of the kernel (BTF)", typesByteCount.map { "\($0) bytes, and of \(modulesWithTypes) modules" } ?? "none"))
        output.append(line("cgroup v2", places(cgroupMounts)))
        output.append(line("tracefs", places(traceMounts)))
        output.append(line("bpffs", places(programMounts)))
        if let lockedMemoryLimit { output.append(line("limit of locked memory", "\(lockedMemoryLimit) bytes")) }
        if !isInInitialUserNamespace {
            output.append("  this process runs in a user namespace, where its capabilities do not count for eBPF\n" as StaticString)
        }
        if !missingCapabilities.isEmpty { output.append("  this process lacks \(missingCapabilities.joined(separator: ", "))\n") }
        guard let options else { return output.append("  configuration: cannot be read\n" as StaticString) }
        output.append(wrapped: Self.relevantOptions.compactMap { name in options[name].map { "\(name)=\($0)" } }, behind: "  set: ")
        output.append(wrapped: Self.relevantOptions.filter { options[$0] == nil }, behind: "  not set: ")
    }
}

extension LineOutput {
    /// A line with an answer that is not yes.
    fileprivate mutating func append(_ support: Support, of name: String) {
        let start = position
        append("  \(support.word)")
        pad(from: start, to: 10)
        append("\(name): \(support.reason ?? "")\n")
    }

    /// Words in lines of some 120 columns; the first line begins with a text, the others with spaces.
    fileprivate mutating func append(wrapped words: [String], behind text: String) {
        guard !words.isEmpty else { return }
        append(text)
        var column = text.count
        for (index, word) in words.enumerated() {
            if index > 0, column + word.count > 120 {
                append("\n           " as StaticString)
                column = 11
            } else if index > 0 {
                append(byte: UInt8(ascii: " "))
                column += 1
            }
            append(word)
            column += word.count
        }
        newLine()
    }
}
