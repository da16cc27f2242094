// SPDX-License-Identifier: Apache-2.0

import BPFAssembly
import BPFObject

/// Which programs may call which helpers: what no kernel allows is refused before one is asked.
enum CallerRules {
    /// Why a program may not call a helper; `nil` where some kernel lets it.
    static func complaint(about helper: Helper, in program: ProgramDefinition) -> String? {
        guard helper.isCallable(by: program.type, program.attachType) else {
            return "programs of section '\(program.sectionName)' may not call bpf_\(helper.name), which is for \(callers(of: helper))"
        }
        guard helper.sleeps, program.type != .structOps, program.type != .freplace, !program.traits.contains(.sleepable) else { return nil }
        let sleepable = sleepableSection(program.sectionName).map { ": it is one in section '\($0)'\(release(of: program))" } ?? ""
        return "bpf_\(helper.name) may wait, and '\(program.name)' is no program that may\(sleepable)"
    }

    /// Of programs of tracepoints, no kernel up to this one lets any wait.
    private static func release(of program: ProgramDefinition) -> String {
        let isTracepoint = [.tracepoint, .rawTracepoint].contains(program.type) || program.attachType == .traceRawTracepoint
        return isTracepoint ? ", on kernels newer than Linux 6.18" : ""
    }

    private static func callers(of helper: Helper) -> String {
        let names = (helper.callers ?? []).map(\.description).sorted()
        guard let last = names.last else { return "members of sets of functions" }
        return names.count == 1 ? "programs of type \(last)" : "programs of types \(names.dropLast().joined(separator: ", ")) and \(last)"
    }

    /// The section whose programs are of the same kind and may wait; `nil` where there is none.
    private static func sleepableSection(_ name: String) -> String? {
        let slash = name.firstIndex(of: "/") ?? name.endIndex
        let sleepable = name[..<slash] + ".s" + name[slash...]
        guard let definition = SectionName.definition(of: String(sleepable)), definition.traits.contains(.sleepable) else { return nil }
        return String(sleepable)
    }
}
