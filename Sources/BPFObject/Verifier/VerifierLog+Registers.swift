// SPDX-License-Identifier: Apache-2.0

import Bytes

extension VerifierLog {
    /// What the verifier knew, when it gave up, of the registers that matter: those that the reason names or else those that the last instruction
    /// reads. Up to Linux 5.17 logs say that of few.
    ///
    /// They are looked for from the end on backwards, up to where the way through the program begins that led there.
    public var registers: [VerifierRegister] {
        guard let place = ending.place else { return [] }
        var wanted = wantedRegisters
        var found: [VerifierRegister] = []
        func take(_ state: Substring) {
            for register in VerifierRegister.read(state) {
                guard let index = wanted.firstIndex(where: { "R\($0)" == register.name }) else { continue }
                wanted.remove(at: index)
                found.append(register)
            }
        }
        var lines = VerifierLogLines.Backwards(bytes, before: bytes.count)
        var isParents = false
        for _ in 0..<Self.farthestState {
            guard !wanted.isEmpty, let (line, start) = lines.next() else { break }
            // What is printed in front of such a line is a state from which the way came.
            defer { isParents = line.hasPrefix("parent ") }
            switch VerifierLine(line) {
            case .state where isParents: break
            case .instruction where start == place, .branch where start == place, .refused: break
            case .instruction(_, _, let text, let after):
                take(after)
                let written = Self.registersWritten(by: text)
                wanted.removeAll { written.contains($0) }
            case .state(let state, let isWhole):
                take(state)
                if isWhole { wanted = [] }
            case .branch(_, _, _, let next):
                take(next)
                wanted = []
            case .source, .statistics, .chatter, .words: break
            }
        }
        return found.sorted { VerifierRegister.numbers(in: $0.name[...])[...].lexicographicallyPrecedes(VerifierRegister.numbers(in: $1.name[...])) }
    }

    /// How many lines are looked at: as many as a long function has.
    static let farthestState = 4096

    private var wantedRegisters: [Int] { candidates.filter { $0 != 10 } }

    /// Among them may be register 10, which always holds the frame's address.
    private var candidates: [Int] {
        let named = ending.reasons.flatMap { VerifierRegister.numbers(in: $0[...]) }
        guard named.isEmpty else { return Array(Set(named)) }
        let text = ending.instruction
        if text.hasPrefix("call") { return [1, 2, 3, 4, 5] }
        // The result matters where the reason says so.
        if text.hasPrefix("exit") { return [] }
        // What is only assigned to had a value that does not matter.
        guard let place = text.range(of: " = "), text[..<place.lowerBound].utf8.count <= 3 else { return VerifierRegister.numbers(in: text) }
        return VerifierRegister.numbers(in: text[place.upperBound...])
    }

    private static func registersWritten(by text: Substring) -> [Int] {
        if text.hasPrefix("call") { return [0, 1, 2, 3, 4, 5] }
        guard let place = text.range(of: "= "), case let front = text[..<place.lowerBound], front.utf8.count <= 6 else { return [] }
        return VerifierRegister.numbers(in: front)
    }
}
