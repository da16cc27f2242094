// SPDX-License-Identifier: Apache-2.0

import BPFAssembly

/// A call of something that the kernel has: a helper by its number, or a function by its name.
struct KernelCall {
    enum Callee: Hashable {
        /// `BPF_FUNC_...`.
        case helper(Int)
        /// A function of section `.ksyms`.
        case function(String)

        /// The helper; `nil` where it is none, or no kernel has it.
        var helper: Helper? {
            guard case .helper(let number) = self else { return nil }
            return Int32(exactly: number).flatMap(Helper.numbered)
        }

        /// A helper by its name, without `bpf_`. One that no kernel has is no helper that is called anywhere.
        static func helper(_ name: String) -> Callee { .helper(Helper.named(name).map { Int($0.number) } ?? 0) }
    }

    let callee: Callee
    /// The name of what it answers.
    let value: String?
    /// `ptr`, `i64` or `void`.
    let result: Substring
    /// With their types.
    let arguments: [Substring]

    /// - Parameter code: a line without metadata and the spaces before it.
    init?(_ code: Substring) {
        guard let place = code.range(of: "call ") else { return nil }
        if let helper = HelperCall(code) {
            result =
                code[place.upperBound...].prefix(upTo: code.range(of: "inttoptr (i64 ")?.lowerBound ?? code.endIndex).split(separator: " ").last ?? ""
            (callee, value, arguments) = (.helper(helper.number), helper.value, helper.arguments)
            return
        }
        guard let at = code[place.upperBound...].utf8.firstIndex(of: UInt8(ascii: "@")),
            let (name, behind) = IRName.read(code[at...]), behind.first == "(", let close = IRText.closing(behind)
        else { return nil }
        callee = .function(name)
        result = code[place.upperBound..<at].split(separator: " ").last ?? ""
        value = code.range(of: " = ").map { String(code[..<$0.lowerBound]) }
        arguments = IRText.split(behind[behind.index(after: behind.startIndex)..<close])
    }

    /// An argument as a name or number; `nil` for an expression.
    func argument(_ index: Int) -> String? {
        guard arguments.indices.contains(index), !arguments[index].contains("(") || arguments[index].contains("captures(") else { return nil }
        return arguments[index].split(separator: " ").last.map(String.init)
    }
}
