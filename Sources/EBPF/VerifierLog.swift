// SPDX-License-Identifier: Apache-2.0

public import BPFObject

/// What the verifier said about a program that it refused.
public struct VerifierLog: Sendable {
    /// The whole log.
    public let text: String
    /// The instruction at which the verifier gave up, in slots, where the log names one.
    public let slot: Int?
    /// The source line of that instruction, where the object has lines.
    public let line: SourceLine?
    /// Why an instruction was made unusable before it was loaded, where that is the reason.
    public let missing: String?

    init(text: String, assembly: ProgramAssembly) {
        self.text = text
        let slot = Self.lastSlot(in: text)
        self.slot = slot
        line = slot.flatMap { assembly.line(at: $0) }
        missing = slot.flatMap { assembly.poisoned[$0] }
    }

    /// The verifier's own words for the reason, where it gave one: the last line that is neither statistics nor a state of registers.
    public var reason: String? {
        lines.last { !Self.isStatistics($0) }
    }

    /// The source line, and the end of the log: what a message shows of it.
    public var excerpt: String {
        var parts: [String] = []
        if let line { parts.append("  at \(line.fileName):\(line.line):\(line.column): \(line.text.trimmed)") }
        parts += lines.suffix(Self.shownLines).map { "  | " + $0 }
        return parts.joined(separator: "\n")
    }

    private static let shownLines = 16

    private var lines: [String] {
        text.split(separator: "\n", omittingEmptySubsequences: true).map(String.init)
    }

    private static func isStatistics(_ line: String) -> Bool {
        ["processed ", "verification time", "stack depth", "old state:", "cur state:", "mark_precise:"].contains { line.hasPrefix($0) }
    }

    /// The number of the last instruction in the log: lines of the form `12: (85) call ...`.
    private static func lastSlot(in text: String) -> Int? {
        for line in text.split(separator: "\n").reversed() {
            let digits = line.prefix { $0.isASCII && $0.isNumber }
            if !digits.isEmpty, line.dropFirst(digits.count).hasPrefix(": ("), let slot = Int(digits) { return slot }
        }
        return nil
    }
}

extension String {
    fileprivate var trimmed: Substring {
        drop { $0 == " " || $0 == "\t" }
    }
}
