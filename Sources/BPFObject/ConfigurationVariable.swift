// SPDX-License-Identifier: Apache-2.0

import Bytes

/// An extern variable in section `.kconfig`: the loader gives it a value of the kernel's configuration, which the verifier then knows.
///
///     extern unsigned int LINUX_KERNEL_VERSION __attribute__((section(".kconfig")));
///     extern _Bool CONFIG_BPF_LSM __attribute__((section(".kconfig"), weak));
public struct ConfigurationVariable: Sendable, Hashable {
    /// The name: that of an option, with `CONFIG_`, or one that the loader knows (`LINUX_KERNEL_VERSION`, `LINUX_HAS_BPF_COOKIE`,
    /// `LINUX_HAS_SYSCALL_WRAPPER`).
    public let name: String
    /// Whether it is zero where the kernel has no such option; without that, the object is refused.
    public let isWeak: Bool
    /// What values it takes.
    public let kind: Kind
    /// The offset in the section's map in bytes.
    public internal(set) var offset: Int
    /// The size in bytes.
    public let size: Int

    /// What values a variable takes, by its type.
    public enum Kind: Sendable, Hashable {
        /// `_Bool`: an option that is `y` or not.
        case boolean
        /// `enum libbpf_tristate`: 0 for `n`, 1 for `y`, 2 for `m`.
        case tristate
        /// An integer of one byte: a number, or the letter `y`, `m` or `n`.
        case character(isSigned: Bool)
        /// An integer of 2, 4 or 8 bytes.
        case integer(isSigned: Bool)
        /// An array of characters, that ends with a zero.
        case text
    }

    /// Whether it asks for an option of the build, rather than for something that the loader finds out otherwise.
    public var isOption: Bool { name.hasPrefix("CONFIG_") }
}

extension ConfigurationVariable {
    /// The bytes for a value, in the machine's order and as many as the variable has.
    ///
    /// - Parameter text: as the configuration writes it: `y`, `m`, `n`, `"text"`, or a number that is decimal, hexadecimal (`0x`) or octal (`0`).
    /// - Throws: ``ObjectError`` with ``ObjectError/Code/configuration`` where a variable of this type cannot hold it.
    func bytes(for text: String) throws(ObjectError) -> [UInt8] {
        switch text.utf8.first {
        case UInt8(ascii: "y"), UInt8(ascii: "m"), UInt8(ascii: "n"):
            guard let choice = text.utf8.first, text.utf8.count == 1 else { throw mismatch(text) }
            return try bytes(forChoice: choice)
        case UInt8(ascii: "\""): return try bytes(forQuoted: text)
        default:
            guard let number = WrittenNumber(text) else { throw mismatch(text) }
            // What may be yes or no is never written as a number.
            guard kind != .boolean else { throw mismatch(text) }
            return try bytes(for: number, text)
        }
    }

    /// The bytes for a number that is no option's: one or zero where it says whether the kernel has something.
    func bytes(for number: UInt64) throws(ObjectError) -> [UInt8] {
        try bytes(for: WrittenNumber(bits: number, isNegative: false), String(number))
    }

    private func bytes(forChoice choice: UInt8) throws(ObjectError) -> [UInt8] {
        let isYes = choice == UInt8(ascii: "y")
        let isModule = choice == UInt8(ascii: "m")
        switch kind {
        case .boolean where !isModule: return [isYes ? 1 : 0]
        case .tristate: return stored(isYes ? 1 : isModule ? 2 : 0)
        case .character: return [choice]
        default: throw mismatch(String(UnicodeScalar(choice)))
        }
    }

    /// Longer texts are cut, as libbpf cuts them: whoever declares an array of characters says how many are wanted.
    private func bytes(forQuoted text: String) throws(ObjectError) -> [UInt8] {
        guard kind == .text, text.utf8.count >= 2, text.utf8.last == UInt8(ascii: "\"") else { throw mismatch(text) }
        let content = Array(text.utf8.dropFirst().dropLast().prefix(size - 1))
        return content + [UInt8](repeating: 0, count: size - content.count)
    }

    private func bytes(for number: WrittenNumber, _ text: String) throws(ObjectError) -> [UInt8] {
        let fits: Bool
        switch kind {
        case .boolean: fits = number.bits <= 1
        case .character(let isSigned), .integer(let isSigned): fits = number.fits(byteCount: size, isSigned: isSigned)
        case .tristate, .text: throw mismatch(text)
        }
        guard fits else {
            throw ObjectError(
                .configuration, "the extern variable '\(name)' has \(type), and the kernel's \(text) does not fit in that; declare it larger")
        }
        return stored(number.bits)
    }

    private func stored(_ bits: UInt64) -> [UInt8] {
        var bytes: [UInt8] = []
        switch size {
        case 1: bytes.append(UInt8(truncatingIfNeeded: bits))
        case 2: bytes.append(integer: UInt16(truncatingIfNeeded: bits), order: .native)
        case 4: bytes.append(integer: UInt32(truncatingIfNeeded: bits), order: .native)
        default: bytes.append(integer: bits, order: .native)
        }
        return bytes
    }

    private func mismatch(_ text: String) -> ObjectError {
        // A value that somebody handed in may be anything.
        let value = text.utf8.count <= 80 ? text : String(text.prefix(80)) + "..."
        return ObjectError(.configuration, "the extern variable '\(name)' is \(type), which cannot hold the kernel's value: \(value)")
    }

    /// The type in words.
    private var type: String {
        switch kind {
        case .boolean: "a _Bool (y or n)"
        case .tristate: "an enum libbpf_tristate (y, m or n)"
        case .character(let isSigned), .integer(let isSigned):
            "\(isSigned ? "a signed" : "an unsigned") integer of \(size) byte\(size == 1 ? "" : "s")"
        case .text: "an array of char"
        }
    }
}

/// A number as configurations write it.
private struct WrittenNumber {
    /// The number, or for a negative one its two's complement.
    let bits: UInt64
    let isNegative: Bool

    init(bits: UInt64, isNegative: Bool) {
        self.bits = bits
        self.isNegative = isNegative
    }

    /// What `strtoull` reads of a whole text, as libbpf does; `nil` for anything else.
    init?(_ text: String) {
        var digits = Substring(text).utf8
        let isNegative = digits.first == UInt8(ascii: "-")
        if isNegative || digits.first == UInt8(ascii: "+") { digits = digits.dropFirst() }
        var radix = 10
        if digits.first == UInt8(ascii: "0"), digits.count > 1 {
            digits = digits.dropFirst()
            radix = 8
            if digits.first == UInt8(ascii: "x") || digits.first == UInt8(ascii: "X") {
                digits = digits.dropFirst()
                radix = 16
            }
        }
        guard let first = digits.first, first != UInt8(ascii: "-"), first != UInt8(ascii: "+"),
            let magnitude = UInt64(Substring(digits), radix: radix)
        else { return nil }
        self.init(bits: isNegative ? 0 &- magnitude : magnitude, isNegative: isNegative && magnitude > 0)
    }

    /// Whether an integer holds it. One of eight bytes takes any 64 bits, since addresses are written without a sign.
    func fits(byteCount: Int, isSigned: Bool) -> Bool {
        guard byteCount < 8 else { return true }
        let bitCount = UInt64(byteCount * 8)
        guard isSigned else { return !isNegative && bits >> bitCount == 0 }
        let half = Int64(1) << Int64(bitCount - 1)
        // A negative one that its own 64 bits cannot hold is none that fits.
        let value = Int64(bitPattern: bits)
        return isNegative == (value < 0) && (-half..<half).contains(value)
    }
}
