// SPDX-License-Identifier: Apache-2.0

import Bytes

/// How much work printing may still take.
///
/// Few bytes can ask for a text without end: types nest in one another, gaps are four gigabytes wide, thousands of members share one long
/// name. What compilers write needs a few steps for each of its bytes.
struct PrintingBudget {
    /// In steps: a member, a parameter, a link on the way to another type, sixteen bytes of a name.
    private var left: Int

    init(for btf: BTF) {
        left = 100_000 + 8 * (btf.bytes.count + (btf.base?.bytes.count ?? 0))
    }

    var isSpent: Bool { left <= 0 }

    /// Counts a name; that the budget is spent shows with the next step.
    @inline(__always)
    mutating func charge(bytes count: Int) { left -= count >> 4 }

    /// Counts steps.
    @inline(__always)
    mutating func spend(_ steps: Int = 1) throws(BTFError) {
        left -= steps
        guard left > 0 else {
            throw BTFError(.malformed, "types are nested, or repeat long names, so that printing them would not end")
        }
    }
}
