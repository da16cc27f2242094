// SPDX-License-Identifier: Apache-2.0

import BPFAssembly
import BPFObject
import EBPF
import Tooling

extension FeaturesReport {
    /// Appends all answers as one object; its keys are documented with the command.
    func appendJSON(to output: inout LineOutput) {
        output.beginObject()
        output.member("kernel", isFirst: true)
        appendKernel(to: &output)
        output.member("system")
        facts.appendJSON(to: &output)
        output.member("programs")
        output.array(programs) { program, output in
            output.append("{")
            Self.append(program.kind, to: &output)
            Self.append(program.support, to: &output)
            output.append("}")
        }
        output.member("maps")
        Self.append(maps, key: "type", to: &output)
        output.member("helpers")
        output.array(helpers) { row, output in
            output.append("{")
            Self.append(row.kind, to: &output)
            output.member("helpers")
            output.array(row.helpers) { helper, output in output.append(jsonString: helper.name) }
            if let unknown = row.unknown {
                output.member("unknown")
                output.append(jsonString: unknown)
            }
            output.append("}")
        }
        output.member("kfuncs")
        output.append(functions.map { Array(Set($0.map(\.name))).sorted() })
        output.member("instructions")
        Self.append(instructions, to: &output)
        output.member("isa")
        output.append(number: instructionSet)
        output.member("btf")
        Self.append(types, to: &output)
        output.member("links")
        Self.append(links, to: &output)
        output.member("facilities")
        Self.append(facilities, to: &output)
        output.endObject()
    }

    private func appendKernel(to output: inout LineOutput) {
        output.append("{")
        output.member("release", isFirst: true)
        output.append(jsonString: facts.release)
        output.member("version")
        output.append(facts.version?.description)
        output.member("architecture")
        output.append(jsonString: facts.architecture)
        output.append("}")
    }

    /// Appends the first members of an object.
    private static func append(_ kind: ProgramKind, to output: inout LineOutput) {
        output.member("type", isFirst: true)
        output.append(jsonString: kind.type.description)
        output.member("attach_type")
        output.append(kind.attachType?.description)
        output.member("sleepable")
        output.append(kind.isSleepable ? "true" : "false")
    }

    /// Appends further members of an object.
    private static func append(_ support: Support, to output: inout LineOutput) {
        output.member("support")
        output.append(jsonString: support.word)
        guard let reason = support.reason else { return }
        output.member("reason")
        output.append(jsonString: reason)
    }

    private static func append(_ answers: [Answer], key: StaticString = "name", to output: inout LineOutput) {
        output.array(answers) { answer, output in
            output.append("{")
            output.member(key, isFirst: true)
            output.append(jsonString: answer.name)
            append(answer.support, to: &output)
            output.append("}")
        }
    }
}

extension SystemFacts {
    fileprivate func appendJSON(to output: inout LineOutput) {
        output.append("{")
        output.member("jit", isFirst: true)
        output.append(translation)
        output.member("jit_harden")
        output.append(hardening)
        output.member("jit_kallsyms")
        output.append(programSymbols)
        output.member("jit_limit")
        output.append(translationLimit)
        output.member("unprivileged_bpf_disabled")
        output.append(unprivilegedDisabled)
        output.member("kptr_restrict")
        output.append(pointerRestriction)
        output.member("perf_event_paranoid")
        output.append(perfEventParanoia)
        output.member("bpf_stats_enabled")
        output.append(statistics)
        output.member("lockdown")
        output.append(lockdown)
        output.member("security_modules")
        output.append(securityModules)
        output.member("btf_bytes")
        output.append(typesByteCount)
        output.member("btf_modules")
        output.append(number: modulesWithTypes)
        output.member("cgroup2")
        output.append(cgroupMounts)
        output.member("tracefs")
        output.append(traceMounts)
        output.member("bpffs")
        output.append(programMounts)
        output.member("memlock_limit")
        output.append(lockedMemoryLimit)
        output.member("initial_user_namespace")
        output.append(isInInitialUserNamespace ? "true" : "false")
        output.member("missing_capabilities")
        output.append(missingCapabilities)
        output.member("options")
        appendOptions(to: &output)
        output.append("}")
    }

    private func appendOptions(to output: inout LineOutput) {
        guard let options else { return output.append("null") }
        output.append("{")
        var isFirst = true
        for name in Self.relevantOptions {
            guard let value = options[name] else { continue }
            if !isFirst { output.append(",") }
            isFirst = false
            output.append(jsonString: name)
            output.append(":")
            output.append(jsonString: value)
        }
        output.append("}")
    }
}

extension LineOutput {
    /// A number, or null.
    fileprivate mutating func append(_ number: (some FixedWidthInteger)?) {
        guard let number else { return append("null") }
        append(number: number)
    }

    /// A string, or null.
    fileprivate mutating func append(_ text: String?) {
        guard let text else { return append("null" as StaticString) }
        append(jsonString: text)
    }

    /// An array of strings, or null.
    fileprivate mutating func append(_ texts: [String]?) {
        guard let texts else { return append("null" as StaticString) }
        array(texts) { text, output in output.append(jsonString: text) }
    }
}
