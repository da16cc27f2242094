// SPDX-License-Identifier: Apache-2.0

import Bytes

/// What has to be printed before a type can be used.
extension CPrinter {
    /// Decides to print what C must know before this type is used: its definition where it is used as a whole, else a declaration.
    ///
    /// - Throws: ``BTFError`` for a type that contains itself, or nests too deeply.
    mutating func require(_ id: TypeID, isComplete: Bool, depth: Int = 0) throws(BTFError) {
        guard id != .void, Int(id.rawValue) < states.count else { return }
        guard !states[Int(id.rawValue)].contains(isComplete ? .isReadyAsWhole : .isReady) else { return }
        try spend(depth: depth)
        try requireParts(id, isComplete: isComplete, depth: depth)
        states[Int(id.rawValue)].insert(isComplete ? [.isReady, .isReadyAsWhole] : .isReady)
    }

    private mutating func requireParts(_ id: TypeID, isComplete: Bool, depth: Int) throws(BTFError) {
        let header = try btf.header(of: id)
        let target = TypeID(header.sizeOrType)
        switch header.kind {
        case .void, .floatingPoint, .variable, .dataSection, .declarationTag: break
        case .integer: defineInteger(id, header)
        case .pointer: try require(target, isComplete: false, depth: depth + 1)
        // An array's element has to be complete even where only a pointer to the array is used.
        case .array: try require(TypeID(btf.word(header, 0)), isComplete: true, depth: depth + 1)
        case .constant, .volatile, .restrict, .typeTag: try require(target, isComplete: isComplete, depth: depth + 1)
        case .function: try require(target, isComplete: false, depth: depth + 1)
        case .prototype:
            try require(target, isComplete: false, depth: depth + 1)
            for index in 0..<header.count { try require(TypeID(btf.word(header, 2 * index + 1)), isComplete: false, depth: depth + 1) }
        case .alias:
            if header.nameIs(Self.argumentList, in: btf) { return try require(target, isComplete: true, depth: depth + 1) }
            try define(alias: id, header, depth: depth)
            if isComplete { try require(target, isComplete: true, depth: depth + 1) }
        case .forward: declare(id, header, isUnion: header.flag)
        case .enumeration, .enumeration64:
            if header.nameOffset != 0 { define(enumeration: id) }
        case .structure, .union:
            // What has no name is printed where it is used, so its members have to be known there.
            if header.nameOffset == 0 {
                try requireMembers(header, depth: depth)
            } else if isComplete {
                try define(composite: id, header, depth: depth)
            } else {
                declare(id, header, isUnion: header.kind == .union)
            }
        }
    }

    private mutating func requireMembers(_ header: BTF.Header, depth: Int) throws(BTFError) {
        for index in 0..<header.count { try require(TypeID(btf.word(header, 3 * index + 1)), isComplete: true, depth: depth + 1) }
    }

    private mutating func declare(_ id: TypeID, _ header: BTF.Header, isUnion: Bool) {
        guard header.nameOffset != 0, states[Int(id.rawValue)].isDisjoint(with: [.declared, .defined]) else { return }
        states[Int(id.rawValue)].insert(.declared)
        pending.append(Definition(form: .declaration, type: id))
    }

    private mutating func define(composite id: TypeID, _ header: BTF.Header, depth: Int) throws(BTFError) {
        let index = Int(id.rawValue)
        guard !states[index].contains(.defined) else { return }
        guard !states[index].contains(.begun) else {
            throw BTFError(.malformed, "\(header.kind.word) '\(btf.string(at: header.nameOffset))' contains itself")
        }
        states[index].insert(.begun)
        try requireMembers(header, depth: depth)
        states[index].insert(.defined)
        pending.append(Definition(form: .composite, type: id))
    }

    private mutating func define(alias id: TypeID, _ header: BTF.Header, depth: Int) throws(BTFError) {
        let index = Int(id.rawValue)
        guard states[index].isDisjoint(with: [.begun, .defined]) else { return }
        states[index].insert(.begun)
        try require(TypeID(header.sizeOrType), isComplete: false, depth: depth + 1)
        states[index].insert(.defined)
        pending.append(Definition(form: .alias, type: id))
    }

    mutating func define(enumeration id: TypeID) {
        let index = Int(id.rawValue)
        guard !states[index].contains(.defined) else { return }
        states[index].insert(.defined)
        pending.append(Definition(form: .enumeration, type: id))
    }

    /// Integers that C does not have by that name are made from those of their size.
    private mutating func defineInteger(_ id: TypeID, _ header: BTF.Header) {
        let index = Int(id.rawValue)
        guard !states[index].contains(.defined) else { return }
        states[index].insert(.defined)
        let name = btf.string(at: header.nameOffset)
        guard !Self.integers.contains(name), !name.isEmpty else { return }
        pending.append(Definition(form: .integer, type: id))
    }

    /// The compiler's own word for variable arguments, which differ from machine to machine: what stands behind it is
    /// printed in its place.
    static let argumentList = Array("__builtin_va_list".utf8)

    /// The names that compilers give to C's own integers in DWARF, and so in BTF.
    private static let integers: Set<String> = [
        "char", "signed char", "unsigned char", "short", "short int", "signed short", "unsigned short", "short unsigned int", "int",
        "unsigned int", "unsigned", "long", "long int", "unsigned long", "long unsigned int", "long long", "long long int",
        "unsigned long long", "long long unsigned int", "_Bool", "bool", "__int128", "unsigned __int128", "__int128 unsigned",
    ]
}
