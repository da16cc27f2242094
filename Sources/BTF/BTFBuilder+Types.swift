// SPDX-License-Identifier: Apache-2.0

extension BTFBuilder {
    /// Adds a type, whose references may lie before or behind it.
    ///
    /// - Returns: its number.
    /// - Throws: ``BTFError`` where BTF has no place for a value: more than 65,535 entries (see ``BTFBuilder/allowsManyEntries``), a bitfield that begins beyond 2^24
    ///   bits, an enumerator that 32 bits do not hold in an enumeration of that size, a name with a NUL.
    @discardableResult
    public mutating func add(_ type: BTFType) throws(BTFError) -> TypeID {
        switch type {
        case .void: return .void
        case .integer(let integer): return try add(integer)
        case .pointer(let target): return try append(.pointer, 0, sizeOrType: target.rawValue)
        case .array(let array): return try append(.array, 0, [array.element.rawValue, array.index.rawValue, array.count])
        case .composite(let composite): return try add(composite)
        case .enumeration(let enumeration): return try add(enumeration)
        case .forward(let name, let isUnion): return try append(.forward, string(name), flag: isUnion)
        case .alias(let name, let target): return try append(.alias, string(name), sizeOrType: target.rawValue)
        case .qualified(let kind, let target): return try append(kind, 0, sizeOrType: target.rawValue)
        case .typeTag(let name, let target): return try append(.typeTag, string(name), sizeOrType: target.rawValue)
        case .typeAttribute(let name, let target): return try append(.typeTag, string(name), flag: true, sizeOrType: target.rawValue)
        case .function(let name, let prototype, let linkage):
            return try append(.function, string(name), count: Int(linkage.rawValue), sizeOrType: prototype.rawValue)
        case .prototype(let result, let parameters): return try add(prototype: result, parameters)
        case .variable(let name, let target, let linkage):
            return try append(.variable, string(name), sizeOrType: target.rawValue, [linkage.rawValue])
        case .dataSection(let section): return try add(section)
        case .floatingPoint(let name, let byteCount): return try append(.floatingPoint, string(name), sizeOrType: byteCount)
        case .declarationTag(let name, let target, let component):
            return try append(.declarationTag, string(name), sizeOrType: target.rawValue, [UInt32(bitPattern: component)])
        case .declarationAttribute(let name, let target, let component):
            return try append(.declarationTag, string(name), flag: true, sizeOrType: target.rawValue, [UInt32(bitPattern: component)])
        }
    }

    private mutating func add(_ integer: IntegerType) throws(BTFError) -> TypeID {
        var encoding: UInt32 = integer.isSigned ? 1 : 0
        if integer.isCharacter { encoding |= 2 }
        if integer.isBoolean { encoding |= 4 }
        let data = encoding << 24 | UInt32(integer.bitOffset) << 16 | UInt32(integer.bitCount)
        return try append(.integer, string(integer.name), sizeOrType: integer.byteCount, [data])
    }

    private mutating func add(_ composite: CompositeType) throws(BTFError) -> TypeID {
        let hasBitfields = composite.members.contains { $0.bitCount > 0 }
        var words: [UInt32] = []
        words.reserveCapacity(3 * composite.members.count)
        for member in composite.members {
            guard !hasBitfields || member.bitOffset < 1 << 24 else {
                throw BTFError(.malformed, "member '\(member.name)' of '\(composite.name)' begins beyond 2^24 bits, and there are bitfields")
            }
            words.append(try string(member.name))
            words.append(member.type.rawValue)
            words.append(hasBitfields ? UInt32(member.bitCount) << 24 | member.bitOffset : member.bitOffset)
        }
        return try append(
            composite.isUnion ? .union : .structure, string(composite.name), count: composite.members.count, flag: hasBitfields,
            sizeOrType: composite.byteCount, words)
    }

    private mutating func add(_ enumeration: EnumerationType) throws(BTFError) -> TypeID {
        var words: [UInt32] = []
        for value in enumeration.values {
            words.append(try string(value.name))
            let low = UInt32(truncatingIfNeeded: value.bits)
            words.append(low)
            if enumeration.is64Bit {
                words.append(UInt32(truncatingIfNeeded: value.bits >> 32))
            } else {
                let extended = enumeration.isSigned ? UInt64(bitPattern: Int64(Int32(bitPattern: low))) : UInt64(low)
                guard extended == value.bits else {
                    throw BTFError(.malformed, "32 bits do not hold '\(value.name)' of '\(enumeration.name)'")
                }
            }
        }
        return try append(
            enumeration.is64Bit ? .enumeration64 : .enumeration, string(enumeration.name), count: enumeration.values.count,
            flag: enumeration.isSigned, sizeOrType: enumeration.byteCount, words)
    }

    private mutating func add(prototype result: TypeID, _ parameters: [BTFType.Parameter]) throws(BTFError) -> TypeID {
        var words: [UInt32] = []
        for parameter in parameters {
            words.append(try string(parameter.name))
            words.append(parameter.type.rawValue)
        }
        return try append(.prototype, 0, count: parameters.count, sizeOrType: result.rawValue, words)
    }

    private mutating func add(_ section: DataSectionType) throws(BTFError) -> TypeID {
        let words = section.variables.flatMap { [$0.type.rawValue, $0.byteOffset, $0.byteCount] }
        return try append(.dataSection, string(section.name), count: section.variables.count, sizeOrType: section.byteCount, words)
    }
}

/// The kinds one by one, for whoever writes types by hand. Each answers the number of the new type; each throws as
/// ``BTFBuilder/add(_:)`` does.
extension BTFBuilder {
    /// Adds an integer of `byteCount` bytes, all of whose bits count.
    @discardableResult
    public mutating func addInteger(
        _ name: String, byteCount: UInt8, isSigned: Bool = false, isCharacter: Bool = false, isBoolean: Bool = false
    ) throws(BTFError) -> TypeID {
        try add(
            .integer(
                IntegerType(
                    name: name, byteCount: UInt32(byteCount), bitCount: UInt8(truncatingIfNeeded: 8 * Int(byteCount)), isSigned: isSigned,
                    isCharacter: isCharacter, isBoolean: isBoolean)))
    }

    /// Adds a pointer.
    @discardableResult
    public mutating func addPointer(to target: TypeID) throws(BTFError) -> TypeID { try add(.pointer(to: target)) }

    /// Adds an array of `count` elements.
    @discardableResult
    public mutating func addArray(of element: TypeID, count: UInt32, index: TypeID) throws(BTFError) -> TypeID {
        try add(.array(ArrayType(element: element, index: index, count: count)))
    }

    /// Adds a struct of `byteCount` bytes.
    @discardableResult
    public mutating func addStructure(_ name: String, byteCount: UInt32, members: [CompositeType.Member]) throws(BTFError) -> TypeID {
        try add(.composite(CompositeType(name: name, byteCount: byteCount, members: members)))
    }

    /// Adds a union of `byteCount` bytes.
    @discardableResult
    public mutating func addUnion(_ name: String, byteCount: UInt32, members: [CompositeType.Member]) throws(BTFError) -> TypeID {
        try add(.composite(CompositeType(name: name, isUnion: true, byteCount: byteCount, members: members)))
    }

    /// Adds a typedef.
    @discardableResult
    public mutating func addAlias(_ name: String, of target: TypeID) throws(BTFError) -> TypeID { try add(.alias(name: name, target)) }

    /// Adds a function, which needs a type of kind ``BTFKind/prototype``. Linkages other than static: from Linux 5.6 on.
    @discardableResult
    public mutating func addFunction(
        _ name: String, prototype: TypeID, linkage: BTFType.Linkage = .global
    ) throws(BTFError) -> TypeID {
        try add(.function(name: name, prototype: prototype, linkage: linkage))
    }

    /// Adds what a function takes and answers.
    @discardableResult
    public mutating func addPrototype(result: TypeID, parameters: [BTFType.Parameter]) throws(BTFError) -> TypeID {
        try add(.prototype(result: result, parameters: parameters))
    }

    /// Adds a variable.
    @discardableResult
    public mutating func addVariable(_ name: String, _ type: TypeID, linkage: BTFType.Linkage = .global) throws(BTFError) -> TypeID {
        try add(.variable(name: name, type, linkage: linkage))
    }
}
