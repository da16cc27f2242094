// SPDX-License-Identifier: Apache-2.0

import ELF

/// Reads arguments of probes from their text, `SIZE@OPERAND` with spaces between. What is not understood is `nil`, wherever it stands.
struct USDTScanner {
    private let bytes: [UInt8]
    private(set) var position = 0

    init(_ text: String) {
        bytes = Array(text.utf8)
    }

    var isAtEnd: Bool { position >= bytes.count }

    /// The next byte; `nil` at the end.
    var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

    mutating func skipSpaces() {
        while peek == UInt8(ascii: " ") || peek == UInt8(ascii: "\t") { position += 1 }
    }

    /// Takes a character, and spaces in front of it, where it comes next.
    mutating func take(_ character: Unicode.Scalar) -> Bool {
        let start = position
        skipSpaces()
        guard peek == UInt8(ascii: character) else {
            position = start
            return false
        }
        position += 1
        return true
    }

    /// What an argument is called in messages: to the next space outside of brackets, and not too long.
    func excerpt(from start: Int) -> String {
        var depth = 0
        var end = start
        while end < bytes.count, end - start < 64, bytes[end] != UInt8(ascii: " ") || depth > 0 {
            if bytes[end] == UInt8(ascii: "[") || bytes[end] == UInt8(ascii: "(") { depth += 1 }
            if bytes[end] == UInt8(ascii: "]") || bytes[end] == UInt8(ascii: ")") { depth -= 1 }
            end += 1
        }
        return String(decoding: bytes[start..<end], as: UTF8.self)
    }

    /// An argument.
    mutating func argument(for machine: ELFFile.Machine) -> USDTArgument? {
        let isSigned = take("-")
        skipSpaces()
        guard let byteCount = digits(), [1, 2, 4, 8].contains(byteCount) else { return nil }
        let isFloatingPoint = take("f")
        guard !isFloatingPoint || byteCount >= 4, take("@") else { return nil }
        skipSpaces()
        let place: USDTArgument.Place?
        switch machine {
        case .x86_64: place = x86Operand(byteCount: Int(byteCount))
        case .arm64: place = arm64Operand()
        default: place = nil
        }
        guard let place else { return nil }
        return USDTArgument(byteCount: Int(byteCount), isSigned: isSigned, isFloatingPoint: isFloatingPoint, place)
    }

    /// Decimal digits, or behind `0x` hexadecimal ones, of a number of 64 bits.
    private mutating func digits() -> UInt64? {
        var radix: UInt64 = 10
        if peek == UInt8(ascii: "0"), position + 1 < bytes.count, bytes[position + 1] | 0x20 == UInt8(ascii: "x") {
            radix = 16
            position += 2
        }
        var value: UInt64 = 0
        let start = position
        while let byte = peek, let digit = Self.digit(byte), digit < radix {
            let (product, overflow) = value.multipliedReportingOverflow(by: radix)
            let (sum, carry) = product.addingReportingOverflow(digit)
            guard !overflow, !carry else { return nil }
            value = sum
            position += 1
        }
        return position == start ? nil : value
    }

    private static func digit(_ byte: UInt8) -> UInt64? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt64(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt64(byte - UInt8(ascii: "a")) + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt64(byte - UInt8(ascii: "A")) + 10
        default: nil
        }
    }

    /// A number with or without a sign. One that only fits without a sign stands for its bits.
    private mutating func integer() -> Int64? {
        let isNegative = take("-")
        if !isNegative { _ = take("+") }
        skipSpaces()
        return digits().flatMap { Self.signed($0, isNegative: isNegative) }
    }

    private static func signed(_ magnitude: UInt64, isNegative: Bool) -> Int64? {
        guard isNegative else { return Int64(bitPattern: magnitude) }
        return magnitude <= 1 << 63 ? Int64(bitPattern: 0 &- magnitude) : nil
    }

    /// A name of letters, digits, and what else symbols may have.
    private mutating func word() -> String? {
        skipSpaces()
        let start = position
        while let byte = peek, Self.isInWord(byte) { position += 1 }
        return position == start ? nil : String(decoding: bytes[start..<position], as: UTF8.self)
    }

    private static func isInWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        default: byte == UInt8(ascii: "_") || byte == UInt8(ascii: ".")
        }
    }
}

extension USDTScanner {
    /// AT&T's forms: `$7`, `%rax`, `-8(%rbp)`, `-8(%rbp,%rax,4)`, `4+count(%rip)`.
    private mutating func x86Operand(byteCount: Int) -> USDTArgument.Place? {
        if take("$") { return integer().map { .constant($0) } }
        if peek == UInt8(ascii: "%") {
            guard let register = register(of: .x86_64) else { return nil }
            // Of what begins at the second byte of a register, no more is known than that byte.
            return register.contextOffset % 8 == 0 || byteCount == 1 ? .register(register) : nil
        }
        guard let (symbol, displacement) = displacement(), take("("), let base = memoryRegister() else { return nil }
        if let symbol { return base.name == "rip" && take(")") ? .symbol(symbol, displacement: displacement) : nil }
        if take(")") { return .memory(base: base, displacement: displacement) }
        guard take(","), let index = memoryRegister() else { return nil }
        var shift: UInt8 = 0
        if take(",") {
            skipSpaces()
            guard let scale = digits(), let known: Int = [1, 2, 4, 8].firstIndex(of: scale) else { return nil }
            shift = UInt8(known)
        }
        return take(")") ? .indexed(base: base, index: index, shift: shift, displacement: displacement) : nil
    }

    /// A sum of numbers and at most one symbol, each of which may be missing.
    private mutating func displacement() -> (symbol: String?, Int64)? {
        var symbol: String?
        var sum: Int64 = 0
        var isFirst = true
        while true {
            skipSpaces()
            if peek == UInt8(ascii: "(") { return (symbol, sum) }
            let isNegative = take("-")
            guard isNegative || take("+") || isFirst else { return nil }
            skipSpaces()
            if let byte = peek, Self.digit(byte) != nil, byte <= UInt8(ascii: "9") {
                guard let magnitude = digits(), let number = Self.signed(magnitude, isNegative: isNegative) else { return nil }
                let (next, overflow) = sum.addingReportingOverflow(number)
                guard !overflow else { return nil }
                sum = next
            } else {
                guard !isNegative, symbol == nil, let name = word() else { return nil }
                symbol = name
            }
            isFirst = false
        }
    }

    /// A register that an address is made of, which is a whole one.
    private mutating func memoryRegister() -> USDTRegister? {
        guard let register = register(of: .x86_64), register.contextOffset % 8 == 0 else { return nil }
        return register
    }

    private mutating func register(of machine: ELFFile.Machine) -> USDTRegister? {
        guard machine != .x86_64 || take("%"), let name = word() else { return nil }
        return USDTRegister(name, of: machine)
    }
}

extension USDTScanner {
    /// The forms of arm64: `7`, `x4`, `[sp]`, `[sp, 60]`, `[x1, x2]`, `[x1, x2, lsl 3]`; numbers may have a `#` in front.
    private mutating func arm64Operand() -> USDTArgument.Place? {
        if take("[") { return arm64Memory() }
        if isNumberNext {
            _ = take("#")
            return integer().map { .constant($0) }
        }
        guard let name = word() else { return nil }
        // The register that is always zero.
        if name == "xzr" || name == "wzr" { return .constant(0) }
        return USDTRegister(name, of: .arm64).map { .register($0) }
    }

    private var isNumberNext: Bool {
        guard let peek else { return false }
        return peek == UInt8(ascii: "#") || peek == UInt8(ascii: "-") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(peek)
    }

    private mutating func arm64Memory() -> USDTArgument.Place? {
        guard let base = arm64Address() else { return nil }
        if take("]") { return .memory(base: base, displacement: 0) }
        guard take(",") else { return nil }
        skipSpaces()
        if isNumberNext {
            _ = take("#")
            guard let displacement = integer(), take("]") else { return nil }
            return .memory(base: base, displacement: displacement)
        }
        guard let index = arm64Address() else { return nil }
        var shift: UInt8 = 0
        if take(",") {
            guard word() == "lsl" else { return nil }
            _ = take("#")
            skipSpaces()
            guard let count = digits(), count <= 3 else { return nil }
            shift = UInt8(count)
        }
        return take("]") ? .indexed(base: base, index: index, shift: shift, displacement: 0) : nil
    }

    /// A register of 64 bits: of one of 32 the upper half would have to be cleared first.
    private mutating func arm64Address() -> USDTRegister? {
        guard let name = word(), !name.hasPrefix("w") else { return nil }
        return USDTRegister(name, of: .arm64)
    }
}
