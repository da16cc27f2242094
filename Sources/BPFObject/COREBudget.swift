// SPDX-License-Identifier: Apache-2.0

import BTF

/// How much may still be looked at: anonymous members, prototypes and candidates can be arranged so that there are exponentially many.
///
/// One step is a member looked at, or sixteen bytes of a name compared: some nanoseconds.
struct COREBudget {
    private var left: Int
    /// What must be left for the next questions.
    private var floor = 0
    private let stepsOfQuestion: Int

    init(steps: Int, stepsOfQuestion: Int) {
        left = steps
        self.stepsOfQuestion = stepsOfQuestion
    }

    /// Answering all relocations of an object. Those of 1,000 programs that compilers made take less than a hundredth of it, and the largest
    /// structures of the kernel, matched as a whole, less than a tenth of what one question may.
    static var answers: COREBudget { COREBudget(steps: 50_000_000, stepsOfQuestion: 1_000_000) }
    /// Finding names that are like those which are missing, which is worth less.
    static var advice: COREBudget { COREBudget(steps: 2_000_000, stepsOfQuestion: 2_000_000) }

    /// From here on another question is answered.
    mutating func beginQuestion() { floor = max(0, left - stepsOfQuestion) }

    /// Takes steps off.
    ///
    /// - Throws: ``BTFError`` when there are none left.
    @inline(__always)
    mutating func spend(_ steps: Int = 1) throws(BTFError) {
        left -= steps
        guard left > floor else { throw BTFError(.malformed, "the types nest, or repeat, so that comparing them would not end") }
    }
}
