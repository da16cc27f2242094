// SPDX-License-Identifier: Apache-2.0

import ELF

/// Reads arguments of probes from their text, `SIZE@OPERAND` with spaces between. What is not understood is `nil`, wherever it stands.
struct USDTScanner {
    private let bytes: [UInt8]
    private(set) var position = 0
    /// Why the form that was met last is not understood, where it is one that compilers write.
    private(set) var refusal: Refusal?

    /// Forms that programs cannot be told of (`enum __bpf_usdt_arg_type` of libbpf's `usdt.bpf.h`).
    enum Refusal: String {
        case segment = "it is in the memory of each thread, behind %fs or %gs, which programs are not told"
        case vector = "it is in a register for vectors or floating-point numbers, which the kernel does not hand over"
        case symbolAddress = "it is the address of a symbol, which is known only when the program runs"
        case threeParts = "it is found by a symbol and two registers, and programs can be told of two of these"
        case halfRegister = "half a register is extended (sxtw or uxtw), which programs cannot be told"
        case symbolHalf = "it is found by half the address of a symbol"
        case moving = "its register is changed by reading it"
    }

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

    private static func isDecimal(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

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
    /// AT&T's forms: `$7`, `%rax`, `-8(%rbp)`, `-8(%rbp,%rax,4)`, `4+count(%rip)`, `count`, `table(,%rax,8)`, `0x404010`.
    private mutating func x86Operand(byteCount: Int) -> USDTArgument.Place? {
        if take("$") {
            if let peek, Self.isInWord(peek), !Self.isDecimal(peek) { refusal = .symbolAddress }
            return integer().map { .constant($0) }
        }
        if peek == UInt8(ascii: "%") {
            guard let register = register(of: .x86_64) else { return nil }
            // Of what begins at the second byte of a register, no more is known than that byte.
            return register.contextOffset % 8 == 0 || byteCount == 1 ? .register(register) : nil
        }
        let start = position
        guard let (symbol, displacement) = displacement() else { return nil }
        guard take("(") else { return position == start ? nil : Self.place(symbol, nil, shift: 0, displacement) }
        guard !take(",") else {
            guard let (index, shift) = indexAndScale() else { return nil }
            return Self.place(symbol, index, shift: shift, displacement)
        }
        guard let base = memoryRegister() else { return nil }
        if take(")") {
            guard symbol != nil else { return .memory(base: base, displacement: displacement) }
            return Self.place(symbol, base.name == "rip" ? nil : base, shift: 0, displacement)
        }
        guard take(","), let (index, shift) = indexAndScale() else { return nil }
        if symbol != nil { refusal = .threeParts }
        return symbol == nil ? .indexed(base: base, index: index, shift: shift, displacement: displacement) : nil
    }

    /// What is at a symbol or an address, and at a distance in a register from there.
    private static func place(_ symbol: String?, _ index: USDTRegister?, shift: UInt8, _ displacement: Int64) -> USDTArgument.Place? {
        if let symbol {
            // A register without its percent sign is none of the symbols that compilers write.
            guard USDTRegister(symbol, of: .x86_64) == nil else { return nil }
            return index.map { .indexedSymbol(symbol, index: $0, shift: shift, displacement: displacement) }
                ?? .symbol(symbol, displacement: displacement)
        }
        switch (index, shift) {
        // Once and twice a register is what a base, and a base with itself, are as well.
        case (let index?, 0): return .memory(base: index, displacement: displacement)
        case (let index?, 1): return .indexed(base: index, index: index, shift: 0, displacement: displacement)
        default: return .address(displacement, index: index, shift: shift)
        }
    }

    /// The rest of an operand behind the comma: `%rax,8)`, `%rax)`.
    private mutating func indexAndScale() -> (USDTRegister, shift: UInt8)? {
        guard let index = memoryRegister() else { return nil }
        var shift: UInt8 = 0
        if take(",") {
            skipSpaces()
            guard let scale = digits(), let known: Int = [1, 2, 4, 8].firstIndex(of: scale) else { return nil }
            shift = UInt8(known)
        }
        return take(")") ? (index, shift) : nil
    }

    /// A sum of numbers and at most one symbol, each of which may be missing. A sign behind spaces belongs to the next argument.
    private mutating func displacement() -> (symbol: String?, Int64)? {
        var symbol: String?
        var sum: Int64 = 0
        skipSpaces()
        if peek == UInt8(ascii: "(") { return (nil, 0) }
        var isFirst = true
        while isFirst || peek == UInt8(ascii: "+") || peek == UInt8(ascii: "-") {
            let isNegative = take("-")
            if !isNegative { _ = take("+") }
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
        return (symbol, sum)
    }

    /// A register that an address is made of, which is a whole one.
    private mutating func memoryRegister() -> USDTRegister? {
        guard let register = register(of: .x86_64), register.contextOffset % 8 == 0 else { return nil }
        return register
    }

    private mutating func register(of machine: ELFFile.Machine) -> USDTRegister? {
        guard machine != .x86_64 || take("%"), let name = word() else { return nil }
        guard let register = USDTRegister(name, of: machine) else {
            if peek == UInt8(ascii: ":") { refusal = .segment }
            if ["xmm", "ymm", "zmm", "st", "mm"].contains(where: name.hasPrefix) { refusal = .vector }
            return nil
        }
        return register
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
        guard let register = USDTRegister(name, of: .arm64) else {
            if let first = name.utf8.first, "bhsdqv".utf8.contains(first), name.utf8.dropFirst().first.map(Self.isDecimal) == true {
                refusal = .vector
            }
            return nil
        }
        return .register(register)
    }

    private var isNumberNext: Bool {
        guard let peek else { return false }
        return peek == UInt8(ascii: "#") || peek == UInt8(ascii: "-") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(peek)
    }

    private mutating func arm64Memory() -> USDTArgument.Place? {
        guard let base = arm64Address() else { return nil }
        if take("]") { return settled(.memory(base: base, displacement: 0)) }
        guard take(",") else { return nil }
        skipSpaces()
        if peek == UInt8(ascii: ":") || peek == UInt8(ascii: "#") && bytes.dropFirst(position + 1).first == UInt8(ascii: ":") {
            refusal = .symbolHalf
        }
        if isNumberNext {
            _ = take("#")
            guard let displacement = integer(), take("]") else { return nil }
            return settled(.memory(base: base, displacement: displacement))
        }
        guard let index = arm64Address() else { return nil }
        var shift: UInt8 = 0
        if take(",") {
            let change = word()
            if change == "sxtw" || change == "uxtw" { refusal = .halfRegister }
            guard change == "lsl" else { return nil }
            _ = take("#")
            skipSpaces()
            guard let count = digits(), count <= 3 else { return nil }
            shift = UInt8(count)
        }
        return take("]") ? .indexed(base: base, index: index, shift: shift, displacement: 0) : nil
    }

    /// A place in memory, unless its register is moved on: `[sp, 8]!`, `[sp], 8`.
    private mutating func settled(_ place: USDTArgument.Place) -> USDTArgument.Place? {
        guard peek == UInt8(ascii: "!") || peek == UInt8(ascii: ",") else { return place }
        refusal = .moving
        return nil
    }

    /// A register of 64 bits: of one of 32 the upper half would have to be cleared first.
    private mutating func arm64Address() -> USDTRegister? {
        guard let name = word() else { return nil }
        guard !name.hasPrefix("w") else {
            refusal = .halfRegister
            return nil
        }
        return USDTRegister(name, of: .arm64)
    }
}
