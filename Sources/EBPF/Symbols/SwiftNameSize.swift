// SPDX-License-Identifier: Apache-2.0

/// How long a mangled name of Swift may become at most when it is demangled, roughly.
///
/// Names refer to their earlier parts (`A` and letters), and those to earlier ones: 200 bytes that a process has in its symbols can stand for more
/// than memory holds, and the runtime's demangler has no bound. So this is asked first. A part that is referred to is taken to be as long as all in
/// front of the first reference to it (docs/ABI/Mangling.rst of Swift, "Substitutions").
struct SwiftNameSize {
    private let name: [UInt8]
    private var place = 0
    /// In bytes.
    private var total = 0
    /// By the numbers of parts, what they are long at most.
    private var parts: [Int: Int] = [:]
    /// Whether digits that come next are the length of an identifier, whatever follows.
    private var isAtOperator = true

    /// What an operator is written as, in bytes: few are longer.
    private static let operatorSize = 12
    /// More than this counts as this.
    private static let most = 1 << 40

    /// - Parameter name: behind its prefix.
    static func bound(of name: ArraySlice<UInt8>) -> Int {
        var size = SwiftNameSize(name: Array(name))
        while size.place < size.name.count, size.total < most { size.step() }
        return size.total
    }

    private init(name: [UInt8]) { self.name = name }

    private var byte: UInt8 { place < name.count ? name[place] : 0 }
    private var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
    private var isLowercase: Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) }
    private var isUppercase: Bool { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) }

    private mutating func add(_ size: Int, times: Int = 1) {
        let (product, overflow) = size.multipliedReportingOverflow(by: max(1, times))
        total = min(Self.most, total + min(Self.most, overflow ? Self.most : product))
    }

    private mutating func number() -> Int {
        var number = 0
        while isDigit {
            number = min(1 << 20, number * 10 + Int(byte - UInt8(ascii: "0")))
            place += 1
        }
        return number
    }

    private mutating func step() {
        add(Self.operatorSize)
        switch byte {
        case UInt8(ascii: "A"): substitution()
        case UInt8(ascii: "S"): standardType()
        case UInt8(ascii: "0")...UInt8(ascii: "9"): identifier()
        default:
            // Kinds of types take no number.
            isAtOperator = "VCO".utf8.contains(byte)
            place += 1
        }
    }

    /// References to parts: a number of times each, lower-case letters but for the last, or a number and `_`.
    private mutating func substitution() {
        place += 1
        isAtOperator = true
        while place < name.count {
            let number = number()
            if isLowercase || isUppercase {
                let isLast = isUppercase
                refer(to: Int(byte | 0x20) - 97, times: number)
                place += 1
                if isLast { return }
            } else {
                if byte == UInt8(ascii: "_") { refer(to: number + 26, times: 1) }
                place += 1
                return
            }
        }
    }

    private mutating func refer(to part: Int, times: Int) {
        let size = parts[part] ?? total
        parts[part] = size
        add(size, times: times)
    }

    /// `S` and a letter, a number of times.
    private mutating func standardType() {
        place += 1
        add(Self.operatorSize, times: number())
        place += 1
        isAtOperator = true
    }

    private mutating func identifier() {
        let start = place
        let isSure = isAtOperator
        var hasWords = false
        if byte == UInt8(ascii: "0") {
            place += 1
            if byte == UInt8(ascii: "0") { place += 1 } else { hasWords = true }
        }
        repeat {
            while hasWords, isLowercase || isUppercase {
                if isUppercase { hasWords = false }
                add(32)
                place += 1
            }
            if byte == UInt8(ascii: "0") {
                place += 1
                break
            }
            guard isDigit else { break }
            let count = number()
            // Behind some operators a number is none of an identifier; then what follows is read as operators, which makes the bound larger.
            guard isSure || byte != UInt8(ascii: "_") && !isBehindPass(start) else {
                isAtOperator = false
                return
            }
            add(count)
            place = min(name.count, place + count)
        } while hasWords && place < name.count
        isAtOperator = true
    }

    /// Behind what names a pass of the optimizer there is a digit: `Tg5`.
    private func isBehindPass(_ place: Int) -> Bool { place >= 2 && name[place - 2] == UInt8(ascii: "T") }
}
