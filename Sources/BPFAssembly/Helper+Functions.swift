// SPDX-License-Identifier: Apache-2.0

extension Helper {
    /// The C header that declares every helper as an inline function, which is what Swift can import and inline: for kernel halves
    /// in Swift. They appear there as `Helpers.ktimeGetNs()` and under the name that the kernel's documentation has, `bpf_ktime_get_ns`
    /// in this case. Structures are untyped pointers.
    ///
    /// The header stands in the sources (`Sources/CEBPFHelpers`), since the kernel half compiles natively too; a test holds it to the table.
    public static var inlineFunctions: String {
        let functions = all.filter { !$0.parameters.hasSuffix("...") }.map(\.inlineFunction).joined(separator: "\n")
        return """
            // SPDX-License-Identifier: GPL-2.0-only OR MIT
            // Generated from the table of helpers (Helper.all); a test holds it to the table.
            #pragma once
            #include <ebpf_types.h>

            // What the helpers are called in Swift is a member of this.
            struct Helpers { u8 unused; };

            \(functions)
            """
    }

    private var inlineFunction: String {
        let parameters = self.parameters == "void" ? [] : self.parameters.split(separator: ",").map { Self.untyped(parameter: $0) }
        let declared = parameters.map { $0.type + ($0.type.hasSuffix("*") ? "" : " ") + $0.name }
        let list = declared.isEmpty ? "void" : declared.joined(separator: ", ")
        let types = parameters.isEmpty ? "void" : parameters.map(\.type).joined(separator: ", ")
        let result = Self.untyped(type: Substring(self.result))
        let space = result.hasSuffix("*") ? "" : " "
        let labels = String(repeating: "_:", count: parameters.count)
        let call = "((\(result) (*)(\(types)))\(number))(\(parameters.map(\.name).joined(separator: ", ")))"
        return """
            // Linux \(since)\(requiresGPL ? ", GPL only" : "")
            EBPF_INLINE \(result)\(space)bpf_\(name)(\(list)) {
                EBPF_IN_KERNEL(return \(call));
            }
            EBPF_NAMED("Helpers.\(swiftName)(\(labels))") \(result)\(space)ebpf_helper_\(name)(\(list)) {
                EBPF_IN_KERNEL(return \(call));
            }

            """
    }

    /// The name in Swift's spelling: `ktimeGetNs` for `ktime_get_ns`.
    private var swiftName: String {
        let words = name.split(separator: "_")
        return words.prefix(1).joined() + words.dropFirst().map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    }

    private static func untyped(parameter: Substring) -> (type: String, name: String) {
        let end = parameter.lastIndex { $0 == " " || $0 == "*" } ?? parameter.startIndex
        return (untyped(type: parameter[...end]), String(parameter[parameter.index(after: end)...]))
    }

    /// A pointer to a structure as an untyped one: the structure would have to be declared.
    private static func untyped(type: Substring) -> String {
        let words = type.split(separator: " ").map(String.init)
        guard let place = words.firstIndex(of: "struct") else { return words.joined(separator: " ") }
        return (words[..<place] + ["void *"]).joined(separator: " ")
    }
}
