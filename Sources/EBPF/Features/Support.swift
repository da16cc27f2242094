// SPDX-License-Identifier: Apache-2.0

/// Whether the running kernel supports something, as trying it out has shown.
public enum Support: Sendable, Hashable, CustomStringConvertible {
    /// It was tried, and worked.
    case yes
    /// It was tried with all privileges that it takes, and the kernel refused. The reason: the kernel's words, or its error number and what that means here.
    case no(String)
    /// Nobody can tell: the reason is what stood in the way of trying, as a missing privilege.
    case unknown(String)

    /// Whether it was tried, and worked.
    public var isYes: Bool { self == .yes }

    /// Why it is not supported, or why nobody can tell; `nil` where it is supported.
    public var reason: String? {
        switch self {
        case .yes: nil
        case .no(let reason), .unknown(let reason): reason
        }
    }

    /// The answer as one word: `yes`, `no`, `unknown`.
    public var word: String {
        switch self {
        case .yes: "yes"
        case .no: "no"
        case .unknown: "unknown"
        }
    }

    /// The word, and the reason behind it.
    public var description: String { reason.map { "\(word): \($0)" } ?? word }

    /// Of several ways to have something one is enough: the first answer that is yes, or else that leaves it open, or else the first.
    static func any(_ answers: some Sequence<Support>) -> Support {
        var best: Support?
        for answer in answers {
            if answer.isYes { return answer }
            if case .unknown = answer, case .no? = best { best = answer }
            if best == nil { best = answer }
        }
        return best ?? .no("there is no such thing")
    }
}
