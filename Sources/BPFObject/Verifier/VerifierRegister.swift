// SPDX-License-Identifier: Apache-2.0

/// What the verifier knows of a register or of a place in the stack.
public struct VerifierRegister: Sendable, Hashable, CustomStringConvertible {
    /// `R0`, or `fp-8` for a place in the stack; without what the verifier marks at names (`R0_w`).
    public let name: String
    /// What it holds, in the verifier's words: `map_value_or_null(id=1,map=counts,ks=4,vs=8)`; those of older kernels differ.
    public let value: String

    /// As the verifier writes it: `R0=scalar()`.
    public var description: String { "\(name)=\(value)" }

    /// Whether a text begins with registers: `R1=...`, `R1_w=...`, `frame1: R1=...`.
    static func begins(_ text: Substring) -> Bool {
        if text.hasPrefix("frame") { return text.dropFirst(5).first?.isNumber == true }
        guard text.hasPrefix("R") else { return false }
        let digits = text.dropFirst().prefix { $0.isASCII && $0.isNumber }
        guard !digits.isEmpty else { return false }
        let rest = text.dropFirst(1 + digits.count)
        return rest.hasPrefix("=") || rest.hasPrefix("_")
    }

    /// Reads registers that are separated by spaces. Values have spaces of their own within parentheses.
    static func read(_ text: Substring) -> [VerifierRegister] {
        var registers: [VerifierRegister] = []
        for word in words(text) {
            guard let place = word.utf8.firstIndex(of: UInt8(ascii: "=")) else { continue }
            let name = word[..<place].prefix { $0 != "_" }
            guard name.hasPrefix("R") || name.hasPrefix("fp") else { continue }
            registers.append(VerifierRegister(name: String(name), value: String(word[word.utf8.index(after: place)...])))
        }
        return registers
    }

    private static func words(_ text: Substring) -> [Substring] {
        var words: [Substring] = []
        var start = text.utf8.startIndex
        var depth = 0
        for index in text.utf8.indices {
            switch text.utf8[index] {
            case UInt8(ascii: "("), UInt8(ascii: "{"): depth += 1
            case UInt8(ascii: ")"), UInt8(ascii: "}"): depth -= 1
            case UInt8(ascii: " ") where depth <= 0:
                if start < index { words.append(text[start..<index]) }
                start = text.utf8.index(after: index)
            default: break
            }
        }
        if start < text.endIndex { words.append(text[start...]) }
        return words
    }

    /// The numbers of the registers in a text: `r0` and `w0` of instructions, `R0` of reasons.
    static func numbers(in text: Substring) -> [Int] {
        var numbers: [Int] = []
        let bytes = Array(text.utf8)
        for index in bytes.indices.dropLast() {
            guard [UInt8(ascii: "r"), UInt8(ascii: "w"), UInt8(ascii: "R")].contains(bytes[index]), index == 0 || !isLetterOrDigit(bytes[index - 1]),
                let digits = String(bytes: bytes[(index + 1)...].prefix(3).prefix { isLetterOrDigit($0) }), let number = Int(digits),
                (0...10).contains(number), !numbers.contains(number)
            else { continue }
            numbers.append(number)
        }
        return numbers
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}

extension String {
    fileprivate init?(bytes: some Sequence<UInt8>) {
        self.init(validating: Array(bytes), as: UTF8.self)
    }
}
