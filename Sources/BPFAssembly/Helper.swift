// SPDX-License-Identifier: Apache-2.0

/// A helper: a function of the kernel that programs call by number.
///
/// ``all`` is the one table of helpers. The C headers for kernel halves derive from it (``cDeclarations``).
public struct Helper: Sendable, Hashable {
    /// The number that a call instruction holds.
    public let number: Int32
    /// The name without `bpf_`.
    public let name: String
    /// The C type of the result.
    public let result: String
    /// The C parameters, comma separated; `void` where there are none.
    public let parameters: String
    /// The first release that has it.
    public let since: KernelVersion
    /// Whether only programs under a licence compatible with the GPL may call it.
    public let requiresGPL: Bool

    init(_ number: Int32, _ name: String, _ result: String, _ parameters: String, since: KernelVersion, gpl: Bool = false) {
        self.number = number
        self.name = name
        self.result = result
        self.parameters = parameters
        self.since = since
        requiresGPL = gpl
    }

    /// The C header that declares every helper as `bpf_NAME`, for kernel halves in C.
    ///
    /// A call through a constant pointer is how clang spells a call instruction with a number.
    public static var cDeclarations: String {
        let names = Set(all.flatMap { structures(in: $0.result + " " + $0.parameters) }).sorted()
        let forward = names.map { "struct \($0);\n" }.joined()
        let functions = all.map { helper in
            """
            // Linux \(helper.since)\(helper.requiresGPL ? ", GPL only" : "")
            static \(helper.result)\(helper.result.hasSuffix("*") ? "" : " ")(*const bpf_\(helper.name))(\(helper.parameters)) = (void *)\(helper.number);

            """
        }.joined()
        return """
            // SPDX-License-Identifier: GPL-2.0-only OR MIT
            #pragma once
            #include <ebpf/types.h>

            \(forward)
            \(functions)
            """
    }

    /// The names behind each `struct` of a declaration.
    private static func structures(in declaration: String) -> [String] {
        let words = declaration.split { " *,()".contains($0) }
        return zip(words, words.dropFirst()).filter { $0.0 == "struct" }.map { String($0.1) }
    }
}
