// SPDX-License-Identifier: Apache-2.0

import BPFAssembly
import BPFObject
import Glibc

extension FeatureAttempts {
    /// Whether programs of a kind may call a helper: one that calls it without arguments is refused in any case, and the question is why.
    ///
    /// EACCES says that the verifier has missed the arguments, so that it knows the helper. For all else its log is read.
    mutating func tryHelper(_ number: Int32, _ kind: ProgramKind) -> Support {
        if kind.type == .freplace { return .unknown("a program that replaces a function may call what the program may that has the function") }
        if kind.type == .structOps, case .taken(let attempt) = smallestProgram(kind), targets.isForTests(attempt.target) {
            return .unknown("the only set of functions here that programs of this kind may belong to is one for tests, which may call no helpers")
        }
        let call = Instruction(opcode: 0x85, immediate: number)
        // That a number is none holds for all kinds of programs.
        if let answer = absentHelpers[number] { return answer }
        var isAbsent = false
        let answer = calling(kind, call, allowedBy: [EACCES], since: Helper.numbered(number)?.since) { log in
            isAbsent = log.containsText("invalid func")
            return Self.refuses(helper: log)
        }
        if isAbsent, case .no = answer { absentHelpers[number] = answer }
        return answer
    }

    /// Whether programs of a kind may call each of all helpers.
    mutating func answerForHelpers(in kind: ProgramKind) -> [Support] {
        // As long as one program is there, the kernel keeps what it has made for its target (a trampoline), which takes it longest.
        let kept = load(kind)
        return withExtendedLifetime(kept) {
            var answers: [Support] = []
            for helper in Helper.all { answers.append(answer(.helper(helper.number, kind))) }
            return answers
        }
    }

    /// Whether programs of a kind may call a function of the kernel, which is found in its types.
    mutating func tryKernelFunction(_ name: String, _ kind: ProgramKind) -> Support {
        guard let id = targets.function(name) else { return .no("the kernel's types have no function '\(name)'") }
        let call = Instruction(
            opcode: 0x85, source: Instruction.PseudoSource.kernelFunctionCall, immediate: Int32(truncatingIfNeeded: id.rawValue))
        // EACCES also says that calling it is not allowed, so that the log is always read.
        return calling(kind, call, allowedBy: [], since: "5.13") { Self.refuses(kernelFunction: $0) }
    }

    /// Loads a program of a kind that calls something.
    ///
    /// - Parameters:
    ///   - errors: error numbers which say that it may be called, only not like this.
    ///   - since: the release in which it appeared.
    ///   - refuses: whether the verifier's log says that such programs may not call it.
    private mutating func calling(
        _ kind: ProgramKind, _ call: Instruction, allowedBy errors: Set<Int32>, since: KernelVersion?, _ refuses: (String) -> Bool
    ) -> Support {
        let base = smallestProgram(kind)
        guard case .taken(var attempt) = base else {
            if case .refused(let support) = base { return support }
            return .unknown("no program of this kind can be tried")
        }
        attempt.code.insert(call, at: 0)
        let (number, log) = withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 8) { buffer in
            buffer.storeBytes(of: 0, as: UInt8.self)
            let number = attempt.load(log: buffer)
            return (number, String(decoding: buffer.prefix { $0 != 0 }, as: UTF8.self))
        }
        if number >= 0 {
            close(number)
            return .yes
        }
        if errors.contains(-number) { return .yes }
        guard refuses(log) || log.isEmpty else { return .yes }
        return refusal(-number, needs: kind.type.neededCapabilities + (kind.type.neededCapabilities.contains(.perfmon) ? [] : [.perfmon])) {
            if let since, let running = KernelVersion.running, running < since { return Self.absence(-number, since: since) }
            let verdict = ProgramAttempt.Outcome(program: nil, errno: -number, log: log).verdict
            return verdict.map { "the verifier: \($0)" } ?? Self.text(-number)
        }
    }

    /// What verifiers say of helpers that they do not let a program call: "unknown func" and "invalid func" (to 6.10), "program of this type cannot use
    /// helper" (since then), and that a helper might wait.
    private static func refuses(helper log: String) -> Bool {
        ["unknown func", "invalid func", "cannot use helper", "might sleep", "sleepable helper"].contains { log.containsText($0) }
    }

    /// Functions are refused before the verifier comes to the call, or there: because calling it is not allowed, because it waits, or because such calls
    /// have a field that must be zero (before 5.13).
    private static func refuses(kernelFunction log: String) -> Bool {
        !log.containsText("0: (85) call") || ["is not allowed", "must be sleepable", "reserved fields"].contains { log.containsText($0) }
    }
}

extension String {
    /// Whether a text of ASCII stands in this one. Some ten thousand logs are searched.
    func containsText(_ text: StaticString) -> Bool {
        var copy = self
        return copy.withUTF8 { bytes in
            guard let start = bytes.baseAddress else { return false }
            let count = text.utf8CodeUnitCount
            var index = 0
            while index + count <= bytes.count {
                if memcmp(start + index, text.utf8Start, count) == 0 { return true }
                index += 1
            }
            return false
        }
    }
}
