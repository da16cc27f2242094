// SPDX-License-Identifier: Apache-2.0

/// A name that is none of C++, or of a form that is not read here.
struct UnreadableName: Error {}

/// Reads names that are mangled as the Itanium C++ ABI says ("External Names", "Mangling").
///
/// Each call of a function consumes bytes or fails, and calls in calls are counted, so that hostile names end soon.
struct CPlusPlusParser {
    let text: [UInt8]
    var place: Int
    private(set) var nodes: [CPlusPlusNode] = []
    /// For each, whether what it means depends on where it stands: an argument of a template is a part.
    private var isDependent: [Bool] = []
    /// What `S_`, `S0_`, … stand for.
    var substitutions: [Int] = []
    /// What `T_`, `T0_`, … stand for.
    var arguments: [Int] = []
    /// Uses of arguments that come later, in the names of conversions.
    var forwards: [(node: Int, index: Int)] = []
    var admitsForwards = false
    /// Whether parameters of a lambda are read, whose own arguments are `auto`.
    var isInClosure = false
    /// Whether the name of a function is read, and not one of its types: arguments that stand there are those that `T_` means.
    var isReadingName = false
    private var depth = 0
    /// How often it may yet be read once more from an earlier place: each time within another doubles the work.
    private var attemptsLeft = 32

    static let depthLimit = 96
    static let nodeLimit = 1 << 16

    init(_ text: [UInt8], at place: Int) {
        self.text = text
        self.place = place
    }

    /// What the name ends on without its suffixes, and what it says.
    mutating func read() throws(UnreadableName) -> Int {
        let node = try encoding(isLocal: false)
        guard place == text.count || peek == UInt8(ascii: ".") else { throw UnreadableName() }
        return node
    }
}

// Bytes.
extension CPlusPlusParser {
    /// The next byte; 0 at the end, which is in no name.
    var peek: UInt8 { place < text.count ? text[place] : 0 }
    var peekSecond: UInt8 { place + 1 < text.count ? text[place + 1] : 0 }

    var isAtDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(peek) }

    mutating func take(_ prefix: StaticString) -> Bool {
        let count = prefix.utf8CodeUnitCount
        guard text.count - place >= count else { return false }
        for index in 0..<count where prefix.utf8Start[index] != text[place + index] { return false }
        place += count
        return true
    }

    mutating func need(_ prefix: StaticString) throws(UnreadableName) {
        guard take(prefix) else { throw UnreadableName() }
    }

    /// A number in decimal digits; `nil` where there are none, or too many.
    mutating func number() -> Int? {
        var number: Int?
        while isAtDigit, (number ?? 0) < 1 << 24 {
            number = (number ?? 0) * 10 + Int(peek - UInt8(ascii: "0"))
            place += 1
        }
        return number
    }

    /// `_` for 0, and a number and `_` for one more than the number.
    mutating func sequenceNumber(base: Int = 10) throws(UnreadableName) -> Int {
        if take("_") { return 0 }
        var number = 0
        var hasDigits = false
        while number < 1 << 24 {
            let digit: Int
            switch peek {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = Int(peek - UInt8(ascii: "0"))
            case UInt8(ascii: "A")...UInt8(ascii: "Z") where base == 36: digit = Int(peek - UInt8(ascii: "A")) + 10
            case UInt8(ascii: "_") where hasDigits:
                place += 1
                return number + 1
            default: throw UnreadableName()
            }
            number = number * base + digit
            hasDigits = true
            place += 1
        }
        throw UnreadableName()
    }

    mutating func add(_ node: CPlusPlusNode) throws(UnreadableName) -> Int {
        guard nodes.count < Self.nodeLimit else { throw UnreadableName() }
        nodes.append(node)
        if case .argument = node { isDependent.append(true) } else { isDependent.append(node.parts.contains { isDependent[$0] }) }
        return nodes.count - 1
    }

    /// Reads once more from where it was, with all as it was then.
    mutating func goBack(to earlier: CPlusPlusParser) throws(UnreadableName) {
        guard attemptsLeft > 0 else { throw UnreadableName() }
        let left = attemptsLeft - 1
        self = earlier
        attemptsLeft = left
    }

    /// What an earlier part means here, where the arguments of templates may be others than there.
    mutating func instance(of node: Int) throws(UnreadableName) -> Int {
        guard isDependent[node] else { return node }
        return try deeper(atEnd: true) { (parser) throws(UnreadableName) in
            if case .argument(let index, let value) = parser.nodes[node] {
                return try parser.argument(at: index) ?? parser.add(.argument(index: index, value))
            }
            var parts: [Int] = []
            for part in parser.nodes[node].parts { parts.append(try parser.instance(of: part)) }
            return try parser.add(parser.nodes[node].replacingParts(parts))
        }
    }

    /// An argument of the template around; `nil` where that has not so many yet.
    mutating func argument(at index: Int) throws(UnreadableName) -> Int? {
        if isInClosure { return try add(.argument(index: index, try add(.word("auto:\(index + 1)")))) }
        guard !admitsForwards else {
            // Conversions are named before their arguments.
            let node = try add(.argument(index: index, try add(.word("auto"))))
            forwards.append((node, index))
            return node
        }
        return arguments.indices.contains(index) ? try add(.argument(index: index, arguments[index])) : nil
    }

    /// Adds a part that later ones may refer to.
    mutating func addSubstitution(_ node: CPlusPlusNode) throws(UnreadableName) -> Int {
        let node = try add(node)
        substitutions.append(node)
        return node
    }

    /// Reads something that may hold others of its kind.
    mutating func deeper(atEnd: Bool = false, _ body: (inout Self) throws(UnreadableName) -> Int) throws(UnreadableName) -> Int {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.depthLimit, atEnd || place < text.count else { throw UnreadableName() }
        return try body(&self)
    }
}

// Encodings.
extension CPlusPlusParser {
    /// What is known of a name when it was read.
    struct NameTraits {
        var endsWithArguments = false
        /// Constructors, destructors and conversions have no result, also where they are templates.
        var lacksResult = false
        /// Of member functions: ` const &`
        var suffix = ""
    }

    mutating func encoding(isLocal: Bool) throws(UnreadableName) -> Int {
        try deeper { (parser) throws(UnreadableName) in
            // Arguments are those of the innermost function.
            let outer = (parser.arguments, parser.forwards, parser.isReadingName)
            defer { (parser.arguments, parser.forwards, parser.isReadingName) = outer }
            (parser.forwards, parser.isReadingName) = ([], true)
            if parser.peek == UInt8(ascii: "T") || parser.peek == UInt8(ascii: "G") { return try parser.specialName() }
            var traits = NameTraits()
            let name = try parser.name(&traits)
            for forward in parser.forwards {
                guard parser.arguments.indices.contains(forward.index) else { throw UnreadableName() }
                parser.nodes[forward.node] = .argument(index: forward.index, parser.arguments[forward.index])
            }
            (parser.forwards, parser.isReadingName) = ([], false)
            if parser.isAtEndOfEncoding { return name }
            let hasResult = traits.endsWithArguments && !traits.lacksResult
            let result = hasResult ? try parser.type() : nil
            return try parser.add(.encoding(name, result: isLocal ? nil : result, try parser.parameters(), suffix: traits.suffix))
        }
    }

    private var isAtEndOfEncoding: Bool { place == text.count || peek == UInt8(ascii: "E") || peek == UInt8(ascii: ".") }

    /// The types of parameters, to the end of the function's type; `v` stands for none.
    mutating func parameters() throws(UnreadableName) -> [Int] {
        if take("v") { return [] }
        var types: [Int] = []
        repeat { types.append(try type()) } while !isAtEndOfEncoding && !isAtReferenceQualifier
        return types
    }

    private var isAtReferenceQualifier: Bool {
        (peek == UInt8(ascii: "R") || peek == UInt8(ascii: "O")) && peekSecond == UInt8(ascii: "E")
    }

    private static let specialNames: [(StaticString, String)] = [
        ("TV", "vtable for "), ("TT", "VTT for "), ("TI", "typeinfo for "), ("TS", "typeinfo name for "), ("TH", "TLS init function for "),
        ("TW", "TLS wrapper function for "), ("TA", "template parameter object for "), ("GV", "guard variable for "),
    ]

    private mutating func specialName() throws(UnreadableName) -> Int {
        for (prefix, words) in Self.specialNames where take(prefix) {
            let isType = prefix.utf8Start[0] == UInt8(ascii: "T") && "VTIS".utf8.contains(prefix.utf8Start[1])
            if prefix.utf8Start[1] == UInt8(ascii: "A") { return try add(.special(words, try argument())) }
            return try add(.special(words, isType ? try type() : try plainName()))
        }
        if take("TC") {
            let derived = try type()
            guard number() != nil else { throw UnreadableName() }
            try need("_")
            return try add(.constructionTable(of: try type(), in: derived))
        }
        if take("Tc") {
            try callOffset()
            try callOffset()
            return try add(.special("covariant return thunk to ", try encoding(isLocal: false)))
        }
        if take("GR") {
            let name = try plainName()
            let number = peek == 0 ? 0 : try sequenceNumber(base: 36)
            return try add(.special("reference temporary #\(number) for ", name))
        }
        if take("GTt") { return try add(.special("transaction clone for ", try encoding(isLocal: false))) }
        guard peek == UInt8(ascii: "T") else { throw UnreadableName() }
        place += 1
        let words = peek == UInt8(ascii: "v") ? "virtual thunk to " : "non-virtual thunk to "
        try callOffset()
        return try add(.special(words, try encoding(isLocal: false)))
    }

    /// How far thunks move their object: `h NUMBER _`, or `v NUMBER _ NUMBER _`.
    private mutating func callOffset() throws(UnreadableName) {
        let isVirtual = take("v")
        if !isVirtual { try need("h") }
        for _ in 0..<(isVirtual ? 2 : 1) {
            _ = take("n")
            guard number() != nil else { throw UnreadableName() }
            try need("_")
        }
    }

    private mutating func plainName() throws(UnreadableName) -> Int {
        var traits = NameTraits()
        return try name(&traits)
    }
}
