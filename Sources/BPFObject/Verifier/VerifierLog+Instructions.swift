// SPDX-License-Identifier: Apache-2.0

import Bytes

extension VerifierLog {
    /// A visit of the verifier to an instruction. It visits one several times where several ways lead to it.
    public struct VisitedInstruction: Sendable, Hashable, CustomStringConvertible {
        /// The place of the instruction in the program, in slots: a wide load takes two.
        public let slot: Int
        /// The first byte of the instruction.
        public let opcode: UInt8
        /// The instruction as the kernel prints it: `r1 = *(u64 *)(r0 +0)`.
        public let text: String
        /// The source line that the verifier printed last before it, where the object has lines.
        public let source: Source?
        /// Registers as the verifier printed them on a line before the instruction: where it begins, where it takes up another way, and up to
        /// Linux 5.17 where it changes its mind.
        public let before: [VerifierRegister]
        /// The registers that the instruction changed or used, as it left them: Linux 5.18 and newer.
        public let after: [VerifierRegister]

        /// As a log has it: `7: (79) r1 = *(u64 *)(r0 +0)`.
        public var description: String {
            let digits = String(opcode, radix: 16)
            return "\(slot): (\(digits.count == 1 ? "0" : "")\(digits)) \(text)"
        }
    }

    /// A source line as a log names it.
    public struct Source: Sendable, Hashable {
        /// The text of the line without its indentation.
        public let text: String
        /// The name of the file without directories: Linux 6.9 and newer.
        public let fileName: String?
        /// The number of the line: Linux 6.9 and newer.
        public let line: Int?

        /// `return *value == 1; @ Rejected.bpf.c:18`
        init(_ text: Substring) {
            let bytes = text.utf8
            if let at = bytes.indices.last(where: { text[$0...].hasPrefix(" @ ") }),
                case let place = text[at...].dropFirst(3), let colon = place.lastIndex(of: ":"), let line = Int(place[place.index(after: colon)...])
            {
                (self.text, fileName, self.line) = (String(text[..<at]), String(place[..<colon]), line)
            } else {
                (self.text, fileName, line) = (String(text), nil, nil)
            }
        }
    }

    /// All visits, in the order of the log, each read when it is asked for.
    public var instructions: Instructions { Instructions(lines: VerifierLogLines(bytes)) }

    /// The visits of a log, one after the other.
    public struct Instructions: Sequence, IteratorProtocol, Sendable {
        private var lines: VerifierLogLines
        private var source: Source?
        private var before: [VerifierRegister] = []

        init(lines: VerifierLogLines, source: Source? = nil) {
            self.lines = lines
            self.source = source
        }

        /// The next visit; `nil` behind the last.
        public mutating func next() -> VisitedInstruction? {
            while let (line, _) = lines.next() {
                switch VerifierLine(line) {
                case .source(let text): source = Source(text)
                case .state(let text, _): before = VerifierRegister.read(text)
                case .instruction(let slot, let opcode, let text, let after):
                    defer { before = [] }
                    return VisitedInstruction(
                        slot: slot, opcode: opcode, text: String(text), source: source, before: before, after: VerifierRegister.read(after))
                case .branch(let slot, let opcode, let text, let next):
                    let visited = VisitedInstruction(slot: slot, opcode: opcode, text: String(text), source: source, before: before, after: [])
                    before = VerifierRegister.read(next)
                    return visited
                case .refused(let slot, let opcode, let text, _):
                    return VisitedInstruction(slot: slot, opcode: opcode, text: String(text), source: source, before: before, after: [])
                case .chatter:
                    // The state in front of such a line is one from which the way came.
                    if line.hasPrefix("parent ") { before = [] }
                case .statistics, .words: break
                }
            }
            return nil
        }
    }

    /// The last visit: to the instruction at which the verifier gave up, where it did not refuse the program as a whole, and the log
    /// is not cut in front of it.
    public var lastInstruction: VisitedInstruction? {
        guard let place = ending.place else { return nil }
        var instructions = Instructions(lines: VerifierLogLines(bytes, from: place), source: source(before: place))
        return instructions.next()
    }

    /// The source line that stands in front of an offset, not too far away.
    private func source(before place: Int) -> Source? {
        var lines = VerifierLogLines.Backwards(bytes, before: place)
        for _ in 0..<Self.farthestState {
            guard let (line, _) = lines.next() else { break }
            if case .source(let text) = VerifierLine(line) { return Source(text) }
        }
        return nil
    }
}
