// SPDX-License-Identifier: Apache-2.0

import Bytes

/// How much work printing may still take, and how much text.
///
/// Few bytes can ask for a text without end: types nest in one another, gaps are four gigabytes wide, thousands of members share one long
/// name. What compilers write needs a few steps for each of its bytes, and a few bytes of text.
struct PrintingBudget {
    /// In steps: a member, a parameter, a link on the way to another type, sixteen bytes of a name.
    private var steps: Int
    /// In bytes of text.
    private var text: Int
    /// In bytes of names that are kept to the end.
    private var names = Self.largestText
    /// How many bytes may be held before the next are taken away.
    private var room = 0

    /// The most bytes of text, or of names, that are held in memory at once, however large the file is.
    private static let largestText = 64 << 20

    init(for btf: BTF) {
        let byteCount = btf.bytes.count + (btf.base?.bytes.count ?? 0)
        steps = 100_000 + 8 * byteCount
        // Constants in JSON, the most wordy of what is common, take ten times the bytes that they have in the file.
        text = 1 << 20 + 64 * byteCount
        room = min(text, Self.largestText)
    }

    var isSpent: Bool { steps <= 0 || room <= 0 }

    /// Counts a name; that the budget is spent shows with the next step.
    @inline(__always)
    mutating func charge(bytes count: Int) { steps -= count >> 4 }

    /// Counts text that was taken away.
    mutating func take(bytes count: Int) {
        text -= count
        room = min(room, text)
    }

    /// Counts names that are kept.
    mutating func keep(bytes count: Int) {
        names -= count
        if names <= 0 { room = 0 }
    }

    /// Counts steps.
    ///
    /// - Parameter count: the bytes of text, and of what it is made from, that are in memory.
    @inline(__always)
    mutating func spend(_ number: Int = 1, holding count: Int) throws(BTFError) {
        steps -= number
        guard steps > 0, count < room else { throw refusal(count) }
    }

    @inline(never)
    private func refusal(_ count: Int) -> BTFError {
        guard steps > 0, count < text else {
            return BTFError(.malformed, "types are nested, or repeat long names, so that printing them would not end")
        }
        return BTFError(
            .malformed, "types are nested, or repeat long names, so that one of them needs more than \(Self.largestText >> 20) MiB of text")
    }
}
