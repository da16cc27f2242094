// SPDX-License-Identifier: Apache-2.0

import BPFObject

/// What a program takes and answers, beside what the kernel passes to programs of its section and reads from them.
struct ProgramShape {
    let name: String
    let section: String
    let source: ArgumentSource
    /// The type of what it answers, as LLVM writes it.
    let result: String
    /// The types of its parameters, as LLVM writes them: one for each register.
    let types: [String]
    /// How many parameters it has besides the context.
    let parameters: Int
    let hasContext: Bool
    /// Whether a parameter has more than 8 bytes.
    let isWide: Bool

    /// Whether the kernel cannot call it as it is.
    var needsEntry: Bool {
        guard source != .own else { return false }
        return result == "void" || (source != .none && parameters > 0)
    }

    /// What is wrong with it, and what to write.
    var complaint: String? {
        if let odd = types.first(where: { $0 != "ptr" && !($0.hasPrefix("i") && Int($0.dropFirst()) ?? 128 <= 64) }) {
            let reason =
                odd == "float" || odd == "double" ? KernelRules.noFloatingPoint : "its arguments are integers, Bool, and pointers of the kernel"
            return "the program '\(name)' takes what no register holds; \(reason)"
        }
        if source == .none, parameters + (hasContext ? 1 : 0) > 1 {
            let contexts = SectionName.definition(of: section).map { ContextRules.contexts(of: $0) } ?? []
            return
                "the program '\(name)' takes \(parameters + (hasContext ? 1 : 0)) values, and the kernel passes one: its context"
                + (contexts.isEmpty ? "" : ", \(contexts.joined(separator: " or "))")
        }
        if let most = ProgramEntry.mostArguments(source), source != .none, parameters > most {
            let what = source == .result ? "what the function answers" : "\(most) at most"
            return "the program '\(name)' takes \(parameters) arguments, and programs of section '\(section)' get \(what)"
        }
        if source != .none, isWide || types.count != parameters + (hasContext ? 1 : 0) {
            return "the program '\(name)' takes what no register holds; its arguments are integers, Bool, and pointers of the kernel"
        }
        if result == "void" {
            guard !ArgumentSource.watchesOnly(section) else { return nil }
            return "the program '\(name)' answers nothing, and the kernel does what programs of section '\(section)' answer"
        }
        guard result == "i32" || result == "i64" else { return "the program '\(name)' must answer a number, which the kernel reads: -> Int32" }
        return nil
    }
}
