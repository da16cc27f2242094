// SPDX-License-Identifier: Apache-2.0

/// What one line of a verifier's log says. Kernels from 5.10 on are read; what is not known counts as words.
enum VerifierLine {
    /// `7: (79) r1 = *(u64 *)(r0 +0)`, and from Linux 5.18 on the registers behind it: `; R1=scalar()`.
    case instruction(slot: Int, opcode: UInt8, text: Substring, after: Substring)
    /// Registers: ` R0_w=inv0 R10=fp0` (to 5.17), `0: R1=ctx() R10=fp0`, `from 10 to 14: R0=...`, ` frame1: R1=...`.
    /// `isWhole` says that registers which are not named hold nothing.
    case state(Substring, isWhole: Bool)
    /// An instruction, behind which the next way through the program begins: `10: (15) if r1 == 0x7 goto pc+3 14: R0=...`.
    case branch(slot: Int, opcode: UInt8, text: Substring, next: Substring)
    /// An instruction, and behind it in the same line why the verifier goes no further: `8: (cd) if r2 s< r1 goto pc-4 BPF program is too large. Processed ...`. Some
    /// kernels have taken the line's end off to write registers behind it when they begin with the next instruction, and then give up.
    case refused(slot: Int, opcode: UInt8, text: Substring, reason: Substring)
    /// `; return *value == 1;`, and from Linux 6.9 on where that stands: ` @ Rejected.bpf.c:18`.
    case source(Substring)
    /// `processed 7 insns (limit 1000000) ...`, `verification time 157 usec`, `stack depth 8`.
    case statistics
    /// What the verifier says about its own work, and what says nothing about why a program is refused.
    case chatter
    /// Anything else: behind the last instruction, the reason.
    case words

    init(_ line: Substring) {
        guard let first = line.utf8.first else {
            self = .chatter
            return
        }
        switch first {
        case UInt8(ascii: ";"): self = .source(line.dropFirst().trimmed)
        case UInt8(ascii: "0")...UInt8(ascii: "9"): self = Self.numbered(line) ?? .words
        case UInt8(ascii: " "): self = Self.indented(line)
        default: self = Self.plain(line)
        }
    }

    private static func plain(_ line: Substring) -> VerifierLine {
        if line.hasPrefix("from "), let colon = line.utf8.firstIndex(of: UInt8(ascii: ":")) {
            let rest = line[line.utf8.index(after: colon)...].trimmed
            return VerifierRegister.begins(rest) ? .state(rest, isWhole: true) : .chatter
        }
        if countings.contains(where: { line.hasPrefix($0) }) { return .statistics }
        return openings.contains { line.hasPrefix($0) } ? .chatter : .words
    }

    private static func indented(_ line: Substring) -> VerifierLine {
        let rest = line.trimmed
        if VerifierRegister.begins(rest) { return .state(rest, isWhole: true) }
        // The table of live registers stands in front of all instructions of a log with more detail.
        return rest.utf8.first.map { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } == true || rest.isEmpty ? .chatter : .words
    }

    /// Lines that begin with a slot's number.
    private static func numbered(_ line: Substring) -> VerifierLine? {
        let digits = line.prefix { $0.isASCII && $0.isNumber }
        let rest = line.dropFirst(digits.count)
        guard let slot = Int(digits), rest.hasPrefix(": ") else { return nil }
        let body = rest.dropFirst(2)
        if VerifierRegister.begins(body) { return .state(body, isWhole: false) }
        guard body.hasPrefix("("), let opcode = UInt8(body.dropFirst().prefix(2), radix: 16), body.dropFirst(3).hasPrefix(")")
        else { return body == "safe" ? .chatter : nil }
        let text = body.dropFirst(4).trimmed
        if let place = text.range(of: " ; ") ?? text.endingRange(of: " ;") {
            return .instruction(slot: slot, opcode: opcode, text: text[..<place.lowerBound].trimmedEnd, after: text[place.upperBound...].trimmed)
        }
        if let (text, next) = split(branch: text) { return .branch(slot: slot, opcode: opcode, text: text, next: next) }
        if let (text, reason) = split(refusal: text) { return .refused(slot: slot, opcode: opcode, text: text, reason: reason) }
        return .instruction(slot: slot, opcode: opcode, text: text.trimmedEnd, after: "")
    }

    /// `if r2 s< r1 goto pc-4 BPF program is too large. Processed 1000001 insn` in its two parts: of a jump, whatever stands in words behind where it leads.
    private static func split(refusal text: Substring) -> (Substring, Substring)? {
        for words in [" BPF program is too large", " infinite loop detected", " The sequence of "] as [StaticString] {
            guard let place = text.range(of: words) else { continue }
            return (text[..<place.lowerBound].trimmedEnd, text[place.lowerBound...].trimmed)
        }
        guard let place = text.range(of: "goto pc") else { return nil }
        let target = text[place.upperBound...].prefix { $0 == "+" || $0 == "-" || $0.isASCII && $0.isNumber }
        let rest = text[target.endIndex...]
        guard rest.first == " ", case let reason = rest.trimmed, reason.first?.isLetter == true else { return nil }
        return (text[..<target.endIndex], reason)
    }

    /// `if r1 == 0x7 goto pc+3 14: R0=...` in its two parts.
    private static func split(branch text: Substring) -> (Substring, Substring)? {
        guard let place = text.range(of: ": ") else { return nil }
        let next = text[place.upperBound...]
        guard VerifierRegister.begins(next) else { return nil }
        let front = text[..<place.lowerBound]
        guard let space = front.lastIndex(of: " ") else { return nil }
        return (front[..<space], next)
    }

    private static let countings = ["processed ", "verification time ", "stack depth ", "insns processed "]

    private static let openings = [
        "old state:", "cur state:", "mark_precise:", "last_idx ", "regs=", "parent ", "propagating ", "caller:", "callee:", "returning from callee",
        "to caller at ", "func#", "Live regs before insn", "Validating ", "Func#", "Unrecognized arg#", "reg type unsupported for arg#",
        "arg#0 reference type('UNKNOWN ')", "arg#0 type is not a struct", "hidden frame:", "stack state:", "updating ", "widening ", "falling back ",
        "Program contains ",
    ]
}

extension Substring {
    /// Without spaces and tabs in front.
    var trimmed: Substring { drop { $0 == " " || $0 == "\t" } }

    /// Without spaces behind.
    var trimmedEnd: Substring {
        var text = self
        while text.utf8.last == UInt8(ascii: " ") { text = text.dropLast() }
        return text
    }

    /// Where a text of ASCII stands in this one first.
    func range(of text: StaticString) -> Range<Index>? {
        let wanted = Array(text.description.utf8)
        guard let first = wanted.first else { return nil }
        var place = startIndex
        while let start = self[place...].utf8.firstIndex(of: first) {
            if self[start...].utf8.starts(with: wanted) { return start..<utf8.index(start, offsetBy: wanted.count) }
            place = utf8.index(after: start)
        }
        return nil
    }

    /// Where a text of ASCII ends this one.
    func endingRange(of text: StaticString) -> Range<Index>? {
        let count = text.utf8CodeUnitCount
        guard utf8.count >= count, utf8.suffix(count).elementsEqual(text.description.utf8) else { return nil }
        return utf8.index(endIndex, offsetBy: -count)..<endIndex
    }
}
