// SPDX-License-Identifier: Apache-2.0

/// Reads all that bytes of a format offer, and checks what must hold whatever the bytes.
///
/// Each function throws the error of its module where the bytes as a whole are refused; questions about a part may be refused without that.
/// Anything else (a trap, memory or time without bounds) is a finding.
public enum Reading {
    /// How many things of one kind are asked one by one where each answer may take time in proportion to the whole.
    static let sample = 32

    /// Asks a question that may be refused; a refusal must say something.
    ///
    /// - Returns: the answer, or `nil` where there is none.
    @discardableResult
    static func ask<Answer, Failure: Error & CustomStringConvertible>(_ question: () throws(Failure) -> Answer) -> Answer? {
        do throws(Failure) { return try question() } catch {
            check(!error.description.isEmpty, "an error says nothing")
            return nil
        }
    }

    /// Ends the process where something does not hold, which fuzzers and tests see as a finding.
    static func check(_ holds: Bool, _ rule: StaticString) {
        guard holds else { fatalError("\(rule)") }
    }
}
