// SPDX-License-Identifier: Apache-2.0

// Expressions stand in the arguments of templates and in types. Those of names that are seen in programs are read; others make the name unreadable.
extension CPlusPlusParser {
    mutating func expression() throws(UnreadableName) -> Int {
        let outer = isReadingName
        isReadingName = false
        defer { isReadingName = outer }
        return try deeper { (parser) throws(UnreadableName) in try parser.anyExpression() }
    }

    private mutating func anyExpression() throws(UnreadableName) -> Int {
        switch peek {
        case UInt8(ascii: "L"): return try literal()
        case UInt8(ascii: "T"): return try templateParameter()
        case UInt8(ascii: "f") where "pL".utf8.contains(peekSecond): return try functionParameter()
        case UInt8(ascii: "0")...UInt8(ascii: "9"): return try simpleName()
        default: break
        }
        if let special = try keyword() { return special }
        _ = take("gs")
        guard let found = CPlusPlusOperator.named(peek, peekSecond), found.operands > 0 else { throw UnreadableName() }
        place += 2
        if found.operands == 1 {
            // What stands behind its operand has no underscore in front.
            let isPrefix = found.text != "++" && found.text != "--" || take("_")
            let operand = try expression()
            return isPrefix ? try add(.unary(found.text, operand)) : try add(.binary(operand, found.text, try add(.word(""))))
        }
        let left = try expression()
        return try add(.binary(left, found.text, try expression()))
    }

    private mutating func keyword() throws(UnreadableName) -> Int? {
        if take("cl") {
            let callee = try expression()
            return try add(.call(callee, try expressions()))
        }
        if take("cv") {
            let type = try type()
            if take("_") { return try add(.conversionCall(type, try expressions())) }
            return try add(.conversionCall(type, [try expression()]))
        }
        for (letters, word) in [("sc", "static_cast"), ("cc", "const_cast"), ("rc", "reinterpret_cast"), ("dc", "dynamic_cast")]
            as [(StaticString, String)]
        where take(letters) {
            let type = try type()
            return try add(.cast(word, to: type, of: try expression()))
        }
        for (letters, word) in [("st", "sizeof "), ("at", "alignof "), ("ti", "typeid ")] as [(StaticString, String)] where take(letters) {
            return try add(.applied(word, try type()))
        }
        for (letters, word) in [("sz", "sizeof "), ("az", "alignof "), ("nx", "noexcept "), ("te", "typeid ")] as [(StaticString, String)]
        where take(letters) {
            return try add(.applied(word, try expression()))
        }
        if take("sZ") { return try add(.applied("sizeof...", peek == UInt8(ascii: "T") ? try templateParameter() : try functionParameter())) }
        if take("sp") { return try add(.expansion(try expression())) }
        if take("sr") { return try unresolvedName() }
        if take("on") { return try simpleName() }
        if take("il") { return try add(.braces(nil, try expressions())) }
        if take("tl") {
            let type = try type()
            return try add(.braces(type, try expressions()))
        }
        for (letters, text) in [("dt", "."), ("pt", "->")] as [(StaticString, String)] where take(letters) {
            let object = try expression()
            return try add(.member(object, text, peek == UInt8(ascii: "s") ? try expression() : try simpleName()))
        }
        if take("qu") {
            let condition = try expression()
            let first = try expression()
            return try add(.ternary(condition, first, try expression()))
        }
        if take("ix") {
            let base = try expression()
            let index = try expression()
            return try add(.binary(base, "[", try add(.qualified(index, "]"))))
        }
        return nil
    }

    private mutating func expressions() throws(UnreadableName) -> [Int] {
        var found: [Int] = []
        while !take("E") { found.append(try expression()) }
        return found
    }

    /// `fp_`, `fp0_`: a parameter by its number; `fL` counts the functions around.
    private mutating func functionParameter() throws(UnreadableName) -> Int {
        if take("fpT") { return try add(.word("this")) }
        if take("fL") {
            guard number() != nil else { throw UnreadableName() }
            try need("p")
        } else {
            try need("fp")
        }
        _ = qualifiers()
        return try add(.parameter("{parm#\(try sequenceNumber() + 1)}"))
    }

    /// A name whose meaning depends on the template's arguments.
    private mutating func simpleName() throws(UnreadableName) -> Int {
        var traits = NameTraits()
        let name = try unqualifiedName(of: nil, &traits)
        guard peek == UInt8(ascii: "I") else { return name }
        return try add(.template(name, try templateArguments(areOfEncoding: false)))
    }

    /// What follows `sr`: a type, or names with an end, and a name in it.
    private mutating func unresolvedName() throws(UnreadableName) -> Int {
        var scope: Int
        if isAtDigit {
            scope = try simpleName()
            while !take("E") { scope = try add(.scoped(scope, try simpleName())) }
        } else if peek == UInt8(ascii: "N") {
            // A type and names in it; a nested name has the same beginning.
            let start = self
            do {
                scope = try type()
            } catch {
                try goBack(to: start)
                try need("N")
                scope = try type()
                while !take("E") { scope = try add(.scoped(scope, try simpleName())) }
            }
        } else {
            scope = try type()
        }
        _ = take("on")
        return try add(.scoped(scope, peek == UInt8(ascii: "d") ? try destructorName() : try simpleName()))
    }

    private mutating func destructorName() throws(UnreadableName) -> Int {
        try need("dn")
        return try add(.unary("~", isAtDigit ? try simpleName() : try type()))
    }

    /// `L TYPE VALUE E`, or `L_Z ENCODING E`.
    mutating func literal() throws(UnreadableName) -> Int {
        try need("L")
        if take("_Z") || take("Z") {
            let function = try encoding(isLocal: false)
            try need("E")
            return function
        }
        let type = try type()
        let isNegative = take("n")
        let start = place
        while place < text.count, peek != UInt8(ascii: "E") {
            guard isAtDigit || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(peek) || peek == UInt8(ascii: "_") else { throw UnreadableName() }
            place += 1
        }
        let range = start..<place
        try need("E")
        return try add(.literal(type: type, range, isNegative: isNegative))
    }
}
