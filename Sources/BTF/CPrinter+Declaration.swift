// SPDX-License-Identifier: Apache-2.0

import Bytes

/// Declarations in C's inside-out spelling: `int (*name[3])(void)`.
extension CPrinter {
    /// One link of the way from a declared thing to its base type.
    struct Link {
        let kind: BTFKind
        let header: BTF.Header
    }

    /// Prints a thing of a type: the base type, what is left of the name, the name, and what is right of it.
    mutating func printDeclaration(
        of type: TypeID, name: UInt32, number: Int? = nil, indent: Int, depth: Int = 0
    ) throws(BTFError) {
        try spend(depth: depth)
        // The links of all declarations that are under way stand one behind the other: no memory is asked for anew.
        let start = links.count
        let base = try follow(type, depth: depth)
        let own = start..<links.count
        printQualifiers(ofBase: own)
        try printBase(base, indent: indent, depth: depth)
        printAttributes(ofBase: own)
        let isNamed = name != 0
        if isNamed || own.contains(where: { links[$0].isDerivation }) { put(" ") }
        printLeft(own)
        if isNamed {
            put(identifier: name)
            put(suffix: number)
        }
        try printRight(own, indent: indent, depth: depth)
        links.removeSubrange(start...)
    }

    /// Follows pointers, arrays, functions and qualifiers down to what C names by itself, which is the answer.
    private mutating func follow(_ type: TypeID, depth: Int) throws(BTFError) -> TypeID {
        var current = type
        while current != .void {
            try spend(depth: depth)
            let header = try btf.header(of: current)
            switch header.kind {
            case .pointer, .constant, .volatile, .restrict, .prototype: links.append(Link(kind: header.kind, header: header))
            case .alias where header.nameIs(Self.argumentList, in: btf): break
            // A type tag says something about the pointer that C has no word for; other attributes C has.
            case .typeTag: if header.flag, header.nameOffset != 0 { links.append(Link(kind: .typeTag, header: header)) }
            case .array:
                links.append(Link(kind: .array, header: header))
                current = TypeID(btf.word(header, 0))
                continue
            default: return current
            }
            current = TypeID(header.sizeOrType)
        }
        return .void
    }

    /// Qualifiers of the base stand in front of it, each once. Those of an array are those of its elements.
    private mutating func printQualifiers(ofBase range: Range<Int>) {
        var isConstant = false
        var isVolatile = false
        for index in range.reversed() where links[index].kind != .array {
            guard !links[index].isDerivation else { break }
            isConstant = isConstant || links[index].kind == .constant
            isVolatile = isVolatile || links[index].kind == .volatile
        }
        if isConstant { put("const ") }
        if isVolatile { put("volatile ") }
    }

    /// Attributes of the base stand behind it, as libbpf prints them: `void __attribute__((address_space(1))) *`.
    private mutating func printAttributes(ofBase range: Range<Int>) {
        for index in range.reversed() where links[index].kind != .array {
            guard !links[index].isDerivation else { break }
            if links[index].kind == .typeTag { put(attribute: links[index].header.nameOffset) }
        }
    }

    private mutating func put(attribute name: UInt32) {
        put(" __attribute__((")
        put(string: name)
        put("))")
    }

    private mutating func printLeft(_ range: Range<Int>) {
        // What the next qualifier outwards qualifies. Those of what is no pointer stand elsewhere.
        var inner: BTFKind?
        for index in range.reversed() {
            let kind = links[index].kind
            switch kind {
            case .pointer:
                if inner == .array || inner == .prototype { put("(") }
                put("*")
            case .constant where inner == .pointer: put(" const ")
            case .volatile where inner == .pointer: put(" volatile ")
            case .restrict where inner == .pointer: put(" __restrict ")
            case .typeTag where inner == .pointer:
                put(attribute: links[index].header.nameOffset)
                put(" ")
            default: break
            }
            if links[index].isDerivation { inner = kind }
        }
    }

    private mutating func printRight(_ range: Range<Int>, indent: Int, depth: Int) throws(BTFError) {
        for index in range {
            switch links[index].kind {
            case .pointer:
                if needsParentheses(index, range) { put(")") }
            case .array:
                put("[")
                put(number: UInt64(btf.word(links[index].header, 2)))
                put("]")
            case .prototype: try printParameters(links[index].header, indent: indent, depth: depth)
            default: break
            }
        }
    }

    /// The kind of the next link inwards that is no qualifier.
    private func next(_ index: Int, _ range: Range<Int>) -> BTFKind? {
        var index = index + 1
        while index < range.upperBound, !links[index].isDerivation { index += 1 }
        return index < range.upperBound ? links[index].kind : nil
    }

    private func needsParentheses(_ index: Int, _ range: Range<Int>) -> Bool {
        let kind = next(index, range)
        return kind == .array || kind == .prototype
    }

    private mutating func printParameters(_ header: BTF.Header, indent: Int, depth: Int) throws(BTFError) {
        put("(")
        if header.count == 0 { put("void") }
        for index in 0..<header.count {
            if index > 0 { put(", ") }
            let type = TypeID(btf.word(header, 2 * index + 1))
            if type == .void, index == header.count - 1, index > 0 {
                put("...")
            } else {
                try printDeclaration(of: type, name: btf.word(header, 2 * index), indent: indent, depth: depth + 1)
            }
        }
        put(")")
    }

    /// Prints a type that C names by itself, or the whole of one that has no name.
    private mutating func printBase(_ id: TypeID, indent: Int, depth: Int) throws(BTFError) {
        guard id != .void else { return put("void") }
        let header = try btf.header(of: id)
        switch header.kind {
        case .integer, .floatingPoint: put(string: header.nameOffset)
        case .alias:
            nameIdentifier(id, header.nameOffset)
            put(identifier: header.nameOffset)
            put(suffix: numbers[id])
        case .forward:
            put(header.flag ? "union " : "struct ")
            putTag(id, header)
        case .structure, .union:
            if header.nameOffset == 0 { return try printComposite(id, header, indent: indent, depth: depth + 1) }
            put(header.kind == .union ? "union " : "struct ")
            putTag(id, header)
        case .enumeration, .enumeration64:
            if header.nameOffset == 0 { return try printEnumeration(id, header, indent: indent) }
            put("enum ")
            putTag(id, header)
        case .void: throw btf.unknownKind(of: id)
        default: throw BTFError(.malformed, "type \(id.rawValue) of kind \(header.kind) cannot be declared")
        }
    }
}

extension CPrinter.Link {
    /// Whether it makes another type of what is inside of it, rather than qualify it.
    var isDerivation: Bool { kind == .pointer || kind == .array || kind == .prototype }
}
