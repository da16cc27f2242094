// SPDX-License-Identifier: Apache-2.0

import Bytes

extension VerifierLog {
    /// What the last lines of a log say, read from its end.
    struct Ending: Sendable {
        /// What the verifier said behind the last instruction, in its order.
        private(set) var reasons: [String] = []
        private(set) var statistics: Statistics?
        /// The last instruction: its slot, and where its line begins.
        private(set) var slot: Int?
        private(set) var place: Int?
        private(set) var instruction: Substring = ""

        /// Reasons have a few lines. Up to Linux 6.0 the verifier's own work stands between them and the instruction, a line for each
        /// instruction that it looked back at.
        private static let longestEnding = 20_000
        private static let longestReason = 4

        /// - Parameter cut: where something is missing. The instructions in front of it are not those that lead to the reason.
        init(of bytes: ByteView, behind cut: Int) {
            var words: [String] = []
            var lines = VerifierLogLines(bytes).reversed()
            for _ in 0..<Self.longestEnding {
                guard let (line, start) = lines.next(), start >= cut else { break }
                switch VerifierLine(line) {
                case .words: if words.count < Self.longestReason { words.append(String(line)) }
                case .statistics: statistics = statistics ?? Statistics(line)
                case .instruction(let slot, _, let text, _), .branch(let slot, _, let text, _):
                    (self.slot, place, instruction) = (slot, start, text)
                case .refused(let slot, _, let text, let reason):
                    words.append(String(reason))
                    (self.slot, place, instruction) = (slot, start, text)
                case .state, .source, .chatter: break
                }
                if slot != nil { break }
            }
            reasons = words.reversed()
        }

        /// The instruction that the reason names: `jump out of range from insn 0 to 101`, `unreachable insn 2`.
        var namedSlot: Int? { number(behind: "insn ") }

        /// `Unreleased reference id=2 alloc_insn=5`
        var acquiringSlot: Int? { number(behind: "alloc_insn=") }

        private func number(behind text: StaticString) -> Int? {
            for reason in reasons {
                guard let place = reason[...].range(of: text) else { continue }
                if let number = Int(reason[place.upperBound...].prefix { $0.isASCII && $0.isNumber }) { return number }
            }
            return nil
        }
    }

    /// What the verifier counted. Some numbers are missing in some kernels.
    public struct Statistics: Sendable, Hashable {
        /// How many instructions it visited, along all ways through the program.
        public let instructionCount: Int
        /// How many it visits at most: 1,000,000 for who may load programs (Linux 5.2).
        public let limit: Int?
        /// How many states of registers it compared with, in all and at the end.
        public let totalStates: Int?
        /// How many of these it kept at a time.
        public let peakStates: Int?

        /// `processed 7 insns (limit 1000000) max_states_per_insn 0 total_states 0 peak_states 0 mark_read 0`
        init?(_ line: Substring) {
            let words = line.split(separator: " ", maxSplits: 20)
            guard words.first == "processed", words.count > 1, let count = Int(words[1]) else { return nil }
            func number(behind word: Substring) -> Int? {
                guard let place = words.firstIndex(of: word), words.indices.contains(place + 1) else { return nil }
                return Int(words[place + 1].prefix { $0.isASCII && $0.isNumber })
            }
            instructionCount = count
            limit = number(behind: "(limit")
            totalStates = number(behind: "total_states")
            peakStates = number(behind: "peak_states")
        }
    }
}
