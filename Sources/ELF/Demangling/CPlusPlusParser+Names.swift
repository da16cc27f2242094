// SPDX-License-Identifier: Apache-2.0

extension CPlusPlusParser {
    mutating func name(_ traits: inout NameTraits) throws(UnreadableName) -> Int {
        var found = traits
        defer { traits = found }
        return try deeper { (parser) throws(UnreadableName) in
            switch parser.peek {
            case UInt8(ascii: "N"): return try parser.nestedName(&found)
            case UInt8(ascii: "Z"): return try parser.localName(&found)
            case UInt8(ascii: "S") where parser.peekSecond != UInt8(ascii: "t"):
                let template = try parser.substitution(isBeforeStructor: false)
                guard parser.peek == UInt8(ascii: "I") else { throw UnreadableName() }
                found.endsWithArguments = true
                return try parser.add(.template(template, try parser.templateArguments(areOfEncoding: true)))
            default:
                let name = try parser.unscopedName(&found)
                guard parser.peek == UInt8(ascii: "I") else { return name }
                parser.substitutions.append(name)
                found.endsWithArguments = true
                return try parser.add(.template(name, try parser.templateArguments(areOfEncoding: true)))
            }
        }
    }

    private mutating func unscopedName(_ traits: inout NameTraits) throws(UnreadableName) -> Int {
        let isStandard = take("St")
        _ = take("L")
        let name = try unqualifiedName(of: nil, &traits)
        return isStandard ? try add(.scoped(try add(.word("std")), name)) : name
    }

    private mutating func nestedName(_ traits: inout NameTraits) throws(UnreadableName) -> Int {
        try need("N")
        let substitutionsBefore = substitutions.count
        traits.suffix = qualifiers()
        if take("R") { traits.suffix += " &" } else if take("O") { traits.suffix += " &&" }
        var name: Int?
        while !take("E") {
            traits.endsWithArguments = false
            _ = take("L")
            if take("M") { continue }  // What follows is an initialiser of the member in front.
            if let known = name, peek == UInt8(ascii: "I") {
                name = try addSubstitution(.template(known, try templateArguments(areOfEncoding: true)))
                traits.endsWithArguments = true
                continue
            }
            if let first = try firstOfNestedName(isFirst: name == nil) {
                name = first
                continue
            }
            let part = try unqualifiedName(of: name, &traits)
            if let outer = name {
                name = try addSubstitution(.scoped(outer, part))
            } else {
                name = part
                substitutions.append(part)
            }
        }
        // The whole is no prefix of anything; as a type it is added by itself.
        guard let name, substitutions.count > substitutionsBefore else { throw UnreadableName() }
        substitutions.removeLast()
        return name
    }

    /// What only stands at the beginning of a nested name: an abbreviation, an argument of a template, a type of an expression.
    private mutating func firstOfNestedName(isFirst: Bool) throws(UnreadableName) -> Int? {
        switch (peek, peekSecond) {
        case (UInt8(ascii: "S"), UInt8(ascii: "t")) where isFirst:
            place += 2
            return try add(.word("std"))
        case (UInt8(ascii: "S"), _):
            guard isFirst else { throw UnreadableName() }
            return try substitution(isBeforeStructor: true)
        case (UInt8(ascii: "T"), _):
            guard isFirst else { throw UnreadableName() }
            let parameter = try templateParameter()
            substitutions.append(parameter)
            return parameter
        case (UInt8(ascii: "D"), UInt8(ascii: "t")), (UInt8(ascii: "D"), UInt8(ascii: "T")):
            guard isFirst else { throw UnreadableName() }
            let type = try decltype()
            substitutions.append(type)
            return type
        default: return nil
        }
    }

    private mutating func localName(_ traits: inout NameTraits) throws(UnreadableName) -> Int {
        try need("Z")
        let function = try encoding(isLocal: true)
        try need("E")
        if take("s") {
            discriminator()
            return try add(.scoped(function, try add(.word("string literal"))))
        }
        if take("d") {
            let number = peek == UInt8(ascii: "_") ? 0 : (number() ?? 0) + 1
            try need("_")
            let scope = try add(.scoped(function, try add(.word("{default arg#\(number + 1)}"))))
            return try add(.scoped(scope, try name(&traits)))
        }
        let entity = try name(&traits)
        discriminator()
        return try add(.scoped(function, entity))
    }

    /// Which of several of one name in a function is meant, which people do not write: `_3`, `__12_`.
    private mutating func discriminator() {
        let start = place
        guard take("_") else { return }
        if take("_") {
            if number() == nil || !take("_") { place = start }
        } else if isAtDigit {
            place += 1
        } else {
            place = start
        }
    }

    /// The cv-qualifiers, as they are written behind.
    mutating func qualifiers() -> String {
        let isRestrict = take("r")
        let isVolatile = take("V")
        let isConst = take("K")
        return (isConst ? " const" : "") + (isVolatile ? " volatile" : "") + (isRestrict ? " restrict" : "")
    }
}

extension CPlusPlusParser {
    /// One part of a name.
    ///
    /// - Parameter outer: the class whose constructors are meant.
    mutating func unqualifiedName(of outer: Int?, _ traits: inout NameTraits) throws(UnreadableName) -> Int {
        traits.lacksResult = false
        var name: Int
        switch peek {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): name = try sourceName()
        case UInt8(ascii: "C"), UInt8(ascii: "D"):
            if take("DC") {
                name = try structuredBinding()
            } else {
                guard let outer else { throw UnreadableName() }
                traits.lacksResult = true
                name = try structor(of: outer)
            }
        case UInt8(ascii: "U"): name = try closureOrUnnamed()
        case UInt8(ascii: "a")...UInt8(ascii: "z"): name = try operatorName(&traits)
        default: throw UnreadableName()
        }
        while take("B") { name = try add(.tagged(name, tag: try sourceName())) }
        return name
    }

    /// A number of bytes, and as many.
    mutating func sourceName() throws(UnreadableName) -> Int {
        guard let count = number(), count > 0, count <= text.count - place else { throw UnreadableName() }
        let range = place..<place + count
        place += count
        // GCC's and Clang's name for what has none: _GLOBAL__N_1.
        if count >= 10, text[range].starts(with: "_GLOBAL_".utf8), text[range.lowerBound + 9] == UInt8(ascii: "N"),
            "._$".utf8.contains(text[range.lowerBound + 8])
        {
            return try add(.word("(anonymous namespace)"))
        }
        return try add(.text(range))
    }

    private mutating func structor(of outer: Int) throws(UnreadableName) -> Int {
        let isDestructor = peek == UInt8(ascii: "D")
        place += 1
        let isInherited = !isDestructor && take("I")
        guard (UInt8(ascii: "0")...UInt8(ascii: "5")).contains(peek) else { throw UnreadableName() }
        place += 1
        if isInherited { _ = try type() }
        return try add(.structor(of: outer, isDestructor: isDestructor))
    }

    private mutating func structuredBinding() throws(UnreadableName) -> Int {
        var names = try sourceName()
        while !take("E") { names = try add(.binary(names, ", ", try sourceName())) }
        return try add(.applied("[]", names))
    }

    private mutating func closureOrUnnamed() throws(UnreadableName) -> Int {
        if take("Ut") { return try add(.unnamed(number: try sequenceNumber() + 1)) }
        try need("Ul")
        let outer = isInClosure
        isInClosure = true
        defer { isInClosure = outer }
        var types: [Int] = []
        if !take("v") { repeat { types.append(try type()) } while peek != UInt8(ascii: "E") }
        try need("E")
        return try add(.closure(types, number: try sequenceNumber() + 1))
    }

    private mutating func operatorName(_ traits: inout NameTraits) throws(UnreadableName) -> Int {
        if take("cv") {
            traits.lacksResult = true
            let outer = admitsForwards
            admitsForwards = true
            defer { admitsForwards = outer }
            return try add(.conversion(to: try type()))
        }
        if take("li") { return try add(.literalOperator(try sourceName())) }
        guard let found = CPlusPlusOperator.named(peek, peekSecond) else { throw UnreadableName() }
        place += 2
        return try add(.operation(found.text))
    }
}

extension CPlusPlusParser {
    /// What an earlier part or an abbreviation of the library stands for.
    ///
    /// - Parameter isBeforeStructor: whether a constructor may follow, before which abbreviations are written in full.
    mutating func substitution(isBeforeStructor: Bool) throws(UnreadableName) -> Int {
        try need("S")
        if peek == UInt8(ascii: "_") || isAtDigit || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(peek) {
            let index = try sequenceNumber(base: 36)
            guard substitutions.indices.contains(index) else { throw UnreadableName() }
            return try instance(of: substitutions[index])
        }
        let letter = peek
        place += 1
        let isFull = isBeforeStructor && (peek == UInt8(ascii: "C") || peek == UInt8(ascii: "D"))
        let traits = "char, std::char_traits<char>"
        let (short, base, full): (String, String, String)
        switch letter {
        case UInt8(ascii: "a"): (short, base, full) = ("std::allocator", "allocator", "std::allocator")
        case UInt8(ascii: "b"): (short, base, full) = ("std::basic_string", "basic_string", "std::basic_string")
        case UInt8(ascii: "s"): (short, base, full) = ("std::string", "basic_string", "std::basic_string<\(traits), std::allocator<char> >")
        case UInt8(ascii: "i"): (short, base, full) = ("std::istream", "basic_istream", "std::basic_istream<\(traits) >")
        case UInt8(ascii: "o"): (short, base, full) = ("std::ostream", "basic_ostream", "std::basic_ostream<\(traits) >")
        case UInt8(ascii: "d"): (short, base, full) = ("std::iostream", "basic_iostream", "std::basic_iostream<\(traits) >")
        default: throw UnreadableName()
        }
        var name = try add(.standard(isFull ? full : short, structor: base))
        if peek == UInt8(ascii: "B") {
            while take("B") { name = try add(.tagged(name, tag: try sourceName())) }
            substitutions.append(name)
        }
        return name
    }

    /// An argument of the template around.
    mutating func templateParameter() throws(UnreadableName) -> Int {
        try need("T")
        let index = try sequenceNumber()
        guard let argument = try argument(at: index) else { throw UnreadableName() }
        return argument
    }

    /// - Parameter areOfEncoding: whether these are what later uses of arguments mean: those of the function's own name.
    mutating func templateArguments(areOfEncoding: Bool) throws(UnreadableName) -> [Int] {
        try need("I")
        let isOfEncoding = areOfEncoding && isReadingName
        if isOfEncoding { arguments = [] }
        var found: [Int] = []
        while !take("E") {
            let argument = try argument()
            found.append(argument)
            if isOfEncoding { arguments.append(argument) }
        }
        return found
    }

    mutating func argument() throws(UnreadableName) -> Int {
        try deeper { (parser) throws(UnreadableName) in
            switch parser.peek {
            case UInt8(ascii: "L"): return try parser.literal()
            case UInt8(ascii: "X"):
                parser.place += 1
                let expression = try parser.expression()
                try parser.need("E")
                return expression
            case UInt8(ascii: "J"):
                parser.place += 1
                var arguments: [Int] = []
                while !parser.take("E") { arguments.append(try parser.argument()) }
                return try parser.add(.pack(arguments))
            default: return try parser.type()
            }
        }
    }
}
