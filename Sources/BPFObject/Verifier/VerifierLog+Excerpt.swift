// SPDX-License-Identifier: Apache-2.0

import Bytes

extension VerifierLog {
    /// What a person needs first: the reason, the source line, the last instructions with their lines, and the registers that matter.
    ///
    /// It costs the same for a log of a million lines.
    public var excerpt: String { (ending.reasons.map { "  " + Self.shortened($0) } + [context]).filter { !$0.isEmpty }.joined(separator: "\n") }

    /// The excerpt without the reason, for a message that begins with it.
    public var context: String {
        var parts: [String] = []
        if let line { parts.append("  at \(Self.place(of: line))") }
        if let acquisition { parts.append("  acquired at \(Self.place(of: acquisition))") }
        parts += lastLines.map { "  | " + Self.shortened($0) }
        let registers = registers
        if !registers.isEmpty { parts.append("  with " + Self.shortened(registers.map(\.description).joined(separator: ", "))) }
        switch truncation {
        case .beginning(let missing): parts.append("  (the first \(missing) bytes of the log are missing: the kernel had no room for them)")
        case .middle(let offset):
            parts.append(
                "  (the log is cut behind its first \(offset) bytes: this kernel, older than Linux 6.4, keeps no more; the reason was asked for apart)"
            )
        case nil: break
        }
        return parts.joined(separator: "\n")
    }

    private static let shownInstructions = 8
    private static let shownCharacters = 200

    /// The last instructions and what stands between them, but for what is said elsewhere.
    private var lastLines: [String] {
        guard let place = ending.place else { return [] }
        var shown: [String] = []
        var instructions = 0
        var source: Substring?
        for (line, start) in VerifierLogLines.Backwards(bytes, before: bytes.count) where start <= place {
            switch VerifierLine(line) {
            case .instruction, .branch:
                if instructions == Self.shownInstructions { return shown.reversed() }
                instructions += 1
                shown.append(String(line))
            case .refused(let slot, let opcode, let text, _):
                // The reason stands in front of all.
                instructions += 1
                let digits = String(opcode, radix: 16)
                shown.append("\(slot): (\(digits.utf8.count < 2 ? "0" : "")\(digits)) \(text)")
            case .source(let text):
                // Older kernels repeat the line at each of its statements: the first of the same lines is shown.
                if text == source, let last = shown.lastIndex(where: { $0 == "; \(text)" }) { shown.remove(at: last) }
                source = text
                shown.append("; \(text)")
            // What of a state matters is said in the end.
            case .state, .statistics, .chatter, .words: break
            }
            if shown.count > 3 * Self.shownInstructions { break }
        }
        return shown.reversed()
    }

    private static func place(of line: SourceLine) -> String {
        "\(line.fileName):\(line.line):\(line.column): \(shortened(String(line.text[...].trimmed)))"
    }

    private static func shortened(_ text: String) -> String {
        // Where spaces stand between an instruction and its registers, two suffice.
        var text = text[...]
        while let place = text.range(of: "   ") { text = (text[..<place.lowerBound] + "  " + text[place.upperBound...].trimmed)[...] }
        return text.count > shownCharacters ? text.prefix(shownCharacters) + "..." : String(text)
    }
}
