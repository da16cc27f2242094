// SPDX-License-Identifier: Apache-2.0

extension CPlusPlusParser {
    mutating func type() throws(UnreadableName) -> Int {
        let outer = isReadingName
        isReadingName = false
        defer { isReadingName = outer }
        return try deeper { (parser) throws(UnreadableName) in try parser.anyType() }
    }

    private mutating func anyType() throws(UnreadableName) -> Int {
        if let name = Self.builtins[peek] {
            place += 1
            return try add(.word(name))
        }
        switch peek {
        case UInt8(ascii: "r"), UInt8(ascii: "V"), UInt8(ascii: "K"): return try qualifiedType()
        case UInt8(ascii: "P"):
            place += 1
            return try addSubstitution(.pointer(try type()))
        case UInt8(ascii: "R"), UInt8(ascii: "O"):
            let isRvalue = peek == UInt8(ascii: "O")
            place += 1
            return try addSubstitution(.reference(try type(), isRvalue: isRvalue))
        case UInt8(ascii: "C"), UInt8(ascii: "G"):
            let suffix = peek == UInt8(ascii: "C") ? " _Complex" : " _Imaginary"
            place += 1
            return try addSubstitution(.qualified(try type(), suffix))
        case UInt8(ascii: "F"): return try functionType(suffix: "")
        case UInt8(ascii: "A"): return try arrayType()
        case UInt8(ascii: "M"):
            place += 1
            let owner = try type()
            return try addSubstitution(.memberPointer(class: owner, to: try type()))
        case UInt8(ascii: "T"): return try typeOfArgument()
        case UInt8(ascii: "D"): return try typeWithD()
        case UInt8(ascii: "S") where peekSecond != UInt8(ascii: "t"): return try typeOfSubstitution()
        case UInt8(ascii: "u"):
            place += 1
            return try addSubstitution(.alias(try sourceName()))
        case UInt8(ascii: "U") where peekSecond != UInt8(ascii: "t") && peekSecond != UInt8(ascii: "l"): return try vendorType()
        default:
            var traits = NameTraits()
            return try addSubstitution(.alias(try name(&traits)))
        }
    }

    private static let builtins: [UInt8: String] = [
        UInt8(ascii: "v"): "void", UInt8(ascii: "w"): "wchar_t", UInt8(ascii: "b"): "bool", UInt8(ascii: "c"): "char",
        UInt8(ascii: "a"): "signed char", UInt8(ascii: "h"): "unsigned char", UInt8(ascii: "s"): "short", UInt8(ascii: "t"): "unsigned short",
        UInt8(ascii: "i"): "int", UInt8(ascii: "j"): "unsigned int", UInt8(ascii: "l"): "long", UInt8(ascii: "m"): "unsigned long",
        UInt8(ascii: "x"): "long long", UInt8(ascii: "y"): "unsigned long long", UInt8(ascii: "n"): "__int128",
        UInt8(ascii: "o"): "unsigned __int128", UInt8(ascii: "f"): "float", UInt8(ascii: "d"): "double", UInt8(ascii: "e"): "long double",
        UInt8(ascii: "g"): "__float128", UInt8(ascii: "z"): "...",
    ]

    private mutating func qualifiedType() throws(UnreadableName) -> Int {
        let suffix = qualifiers()
        // Those of a function belong to the object that it is called for.
        if peek == UInt8(ascii: "F") || peek == UInt8(ascii: "D") && "oOwx".utf8.contains(peekSecond) { return try functionType(suffix: suffix) }
        return try addSubstitution(.qualified(try type(), suffix))
    }

    /// `F RESULT PARAMETERS E`, after what it promises not to throw.
    private mutating func functionType(suffix: String) throws(UnreadableName) -> Int {
        var exceptions = ""
        if take("Do") { exceptions = " noexcept" } else if peek == UInt8(ascii: "D"), peekSecond != UInt8(ascii: "x") { throw UnreadableName() }
        if take("Dx") { exceptions += " transaction_safe" }
        try need("F")
        _ = take("Y")  // extern "C"
        let result = try type()
        let types = try parameters()
        var suffix = suffix
        if take("R") { suffix += " &" } else if take("O") { suffix += " &&" }
        try need("E")
        return try addSubstitution(.function(result: result, types, suffix: suffix + exceptions))
    }

    private mutating func arrayType() throws(UnreadableName) -> Int {
        try need("A")
        var count: Int?
        if isAtDigit {
            let start = place
            guard number() != nil else { throw UnreadableName() }
            count = try add(.text(start..<place))
        } else if peek != UInt8(ascii: "_") {
            count = try expression()
        }
        try need("_")
        return try addSubstitution(.array(try type(), count: count))
    }

    private mutating func typeOfArgument() throws(UnreadableName) -> Int {
        // `struct`, `union`, `enum` in front of a name.
        if let word = ["s": "struct ", "u": "union ", "e": "enum "][Character(Unicode.Scalar(peekSecond))] {
            place += 2
            var traits = NameTraits()
            return try addSubstitution(.special(word, try name(&traits)))
        }
        let parameter = try templateParameter()
        substitutions.append(parameter)
        guard peek == UInt8(ascii: "I"), !admitsForwards else { return parameter }
        return try addSubstitution(.template(parameter, try templateArguments(areOfEncoding: false)))
    }

    private mutating func typeOfSubstitution() throws(UnreadableName) -> Int {
        let known = try substitution(isBeforeStructor: false)
        guard peek == UInt8(ascii: "I") else { return known }
        return try addSubstitution(.template(known, try templateArguments(areOfEncoding: false)))
    }

    private mutating func vendorType() throws(UnreadableName) -> Int {
        try need("U")
        let qualifier = try sourceName()
        if peek == UInt8(ascii: "I") { _ = try templateArguments(areOfEncoding: false) }
        let type = try type()
        return try addSubstitution(.binary(type, " ", qualifier))
    }

    private static let wordsWithD: [(StaticString, String)] = [
        ("Dn", "decltype(nullptr)"), ("Da", "auto"), ("Dc", "decltype(auto)"), ("Di", "char32_t"), ("Ds", "char16_t"), ("Du", "char8_t"),
        ("Dd", "decimal64"), ("De", "decimal128"), ("Df", "decimal32"), ("Dh", "half"),
    ]

    private mutating func typeWithD() throws(UnreadableName) -> Int {
        for (letters, word) in Self.wordsWithD where take(letters) { return try add(.word(word)) }
        switch peekSecond {
        case UInt8(ascii: "p"):
            place += 2
            return try addSubstitution(.expansion(try type()))
        case UInt8(ascii: "t"), UInt8(ascii: "T"):
            let type = try decltype()
            substitutions.append(type)
            return type
        case UInt8(ascii: "o"), UInt8(ascii: "x"): return try functionType(suffix: "")
        case UInt8(ascii: "F"):
            place += 2
            let start = place
            guard number() != nil else { throw UnreadableName() }
            let bits = try add(.text(start..<place))
            let suffix = take("x") ? "x" : ""
            if suffix.isEmpty { _ = take("b") || take("_") }
            return try add(.binary(try add(.word("_Float")), "", try add(.qualified(bits, suffix))))
        case UInt8(ascii: "v"): return try vectorType()
        default: throw UnreadableName()
        }
    }

    private mutating func vectorType() throws(UnreadableName) -> Int {
        try need("Dv")
        let start = place
        let count: Int
        if take("_") {
            count = try expression()
        } else {
            guard number() != nil else { throw UnreadableName() }
            count = try add(.text(start..<place))
        }
        try need("_")
        let element = try type()
        return try addSubstitution(.binary(element, " ", try add(.applied("__vector", count))))
    }

    /// The type of an expression: `Dt EXPRESSION E`.
    mutating func decltype() throws(UnreadableName) -> Int {
        place += 2
        let value = try expression()
        try need("E")
        return try add(.applied("decltype ", value))
    }
}
