// SPDX-License-Identifier: Apache-2.0

import BPFAssembly

/// A call of one of the kernel's helpers: `%5 = call ptr inttoptr (i64 131 to ptr)(ptr ...)`.
struct HelperCall {
    /// `BPF_FUNC_...`.
    let number: Int
    /// `nil` for a number that no kernel knows.
    var helper: Helper? { Int32(exactly: number).flatMap(Helper.numbered) }
    /// The name of what it answers.
    let value: String?
    /// With their types.
    let arguments: [Substring]

    /// - Parameter code: a line without metadata and the spaces before it.
    init?(_ code: Substring) {
        guard let place = code.range(of: "inttoptr (i64 "), code.contains("call "),
            let number = Int(code[place.upperBound...].prefix { $0.isNumber }),
            let open = code[place.upperBound...].range(of: "to ptr)(")
        else { return nil }
        let list = code[code.index(before: open.upperBound)...]
        guard let close = IRText.closing(list) else { return nil }
        self.number = number
        arguments = IRText.split(list[list.index(after: list.startIndex)..<close])
        value = code.range(of: " = ").map { String(code[..<$0.lowerBound]) }
    }
}
