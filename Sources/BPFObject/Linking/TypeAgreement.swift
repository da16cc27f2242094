// SPDX-License-Identifier: Apache-2.0

import BTF

/// Whether types of two objects describe the same thing, as far as it must for one object to use what the other defines.
///
/// The rules are those of libbpf's linker (`glob_sym_btf_matches`): typedefs, qualifiers, names of parameters, signs of integers, lengths of
/// arrays and enumerators do not matter; sizes, names of structures, and their members do. Behind a pointer, structures need only have the
/// same name, and one may be a declaration.
struct TypeAgreement {
    private let left: BTF
    private let right: BTF
    /// How many types and members may still be compared.
    private(set) var budget: Int

    /// Deeper than anything that is written by hand or generated, and no danger to the stack.
    private static let maximumDepth = 64

    init(_ left: BTF, _ right: BTF, budget: Int) {
        self.left = left
        self.right = right
        self.budget = budget
    }

    /// How two types differ; `nil` where they agree.
    mutating func difference(_ leftType: TypeID, _ rightType: TypeID) throws(BTFError) -> String? {
        try difference(leftType, rightType, isWhole: true, depth: Self.maximumDepth)
    }

    /// - Parameter isWhole: whether members are compared, rather than names only.
    private mutating func difference(
        _ leftID: TypeID, _ rightID: TypeID, isWhole: Bool, depth: Int
    ) throws(BTFError) -> String? {
        budget -= 1
        guard depth > 0, budget > 0 else { return "the types are too large or too deep to be compared" }
        switch (try left.resolve(leftID).type, try right.resolve(rightID).type) {
        case (.void, .void): return nil
        case (.integer(let left), .integer(let right)): return sizes(left.byteCount, right.byteCount)
        case (.floatingPoint(_, let left), .floatingPoint(_, let right)): return sizes(left, right)
        case (.enumeration(let left), .enumeration(let right)) where left.is64Bit == right.is64Bit:
            return names(left.name, right.name) ?? sizes(left.byteCount, right.byteCount)
        case (.forward(let left, _), .forward(let right, _)): return names(left, right)
        case (.forward(let left, let isUnion), .composite(let right)) where !isWhole && isUnion == right.isUnion: return names(left, right.name)
        case (.composite(let left), .forward(let right, let isUnion)) where !isWhole && isUnion == left.isUnion: return names(left.name, right)
        case (.pointer(let left), .pointer(let right)): return try difference(left, right, isWhole: false, depth: depth - 1)
        case (.array(let left), .array(let right)): return try difference(left.element, right.element, isWhole: isWhole, depth: depth - 1)
        case (.composite(let left), .composite(let right)) where left.isUnion == right.isUnion:
            if let difference = names(left.name, right.name) { return difference }
            return isWhole ? try members(left, right, depth: depth - 1) : nil
        case (.prototype(let left, let leftParameters), .prototype(let right, let rightParameters)):
            if let difference = try parameters(leftParameters, rightParameters, isWhole: isWhole, depth: depth - 1) { return difference }
            return try difference(left, right, isWhole: isWhole, depth: depth - 1)
        // The names are one: it is how the two were found.
        case (.function(_, let left, _), .function(_, let right, _)): return try difference(left, right, isWhole: isWhole, depth: depth - 1)
        case (.variable(_, let left, _), .variable(_, let right, _)): return try difference(left, right, isWhole: isWhole, depth: depth - 1)
        default: return "\(try described(leftID, left)) and \(try described(rightID, right))"
        }
    }

    private mutating func members(_ left: CompositeType, _ right: CompositeType, depth: Int) throws(BTFError) -> String? {
        budget -= left.members.count
        guard left.members.count == right.members.count else {
            return "'\(left.name)' has \(left.members.count) members and \(right.members.count)"
        }
        for (mine, other) in zip(left.members, right.members) {
            if let difference = names(mine.name, other.name) { return "members of '\(left.name)': \(difference)" }
            guard mine.bitOffset == other.bitOffset, mine.bitCount == other.bitCount else {
                return "member '\(mine.name)' of '\(left.name)' lies at different places"
            }
            if let difference = try difference(mine.type, other.type, isWhole: true, depth: depth) {
                return "member '\(mine.name)' of '\(left.name)': \(difference)"
            }
        }
        return nil
    }

    private mutating func parameters(
        _ left: [BTFType.Parameter], _ right: [BTFType.Parameter], isWhole: Bool, depth: Int
    ) throws(BTFError) -> String? {
        guard left.count == right.count else { return "\(left.count) parameters and \(right.count)" }
        for (number, (mine, other)) in zip(left, right).enumerated() {
            if let difference = try difference(mine.type, other.type, isWhole: isWhole, depth: depth) {
                return "parameter \(number + 1): \(difference)"
            }
        }
        return nil
    }

    private func names(_ left: String, _ right: String) -> String? { left == right ? nil : "'\(left)' and '\(right)'" }

    private func sizes(_ left: UInt32, _ right: UInt32) -> String? { left == right ? nil : "\(left) bytes and \(right)" }

    /// A type in a few words, for whoever has to find out which of two to change.
    private func described(_ id: TypeID, _ btf: BTF) throws(BTFError) -> String {
        let (id, type) = try btf.resolve(id)
        guard type != .void else { return "void" }
        let name = try btf.name(of: id)
        let word = try btf.kind(of: id).word
        let kind =
            switch type {
            case .prototype: "a function"
            case .forward(_, let isUnion): "a declaration of a \(isUnion ? "union" : "struct")"
            case .integer, .array, .enumeration: "an \(word)"
            default: "a \(word)"
            }
        return name.isEmpty ? kind : "\(kind) '\(name)'"
    }
}

// Maps.
extension TypeAgreement {
    /// How the declarations of two maps differ; `nil` where they agree.
    ///
    /// Settings must be the same, one by one: an extern map is declared as a whole, as libbpf's linker demands (`map_defs_match`).
    mutating func difference(ofMaps leftType: TypeID, _ rightType: TypeID) throws(BTFError) -> String? {
        try difference(ofMaps: leftType, rightType, depth: 2)
    }

    private mutating func difference(ofMaps leftType: TypeID, _ rightType: TypeID, depth: Int) throws(BTFError) -> String? {
        guard let mine = try settings(leftType, left), let other = try settings(rightType, right) else {
            return "a map is declared as something else than a struct"
        }
        budget -= mine.count + other.count
        for name in Set(mine.keys).union(other.keys).sorted() {
            if let difference = try difference(of: name, mine[name], other[name], depth: depth) { return "'\(name)': \(difference)" }
        }
        return nil
    }

    private mutating func difference(of name: String, _ mine: Setting?, _ other: Setting?, depth: Int) throws(BTFError) -> String? {
        switch (mine, other) {
        case (.number(let mine), .number(let other)): return mine == other ? nil : "\(mine) and \(other)"
        // What is not said is 0.
        case (.number(let number), nil), (nil, .number(let number)): return number == 0 ? nil : "\(number) in one of them only"
        case (.type(let mine), .type(let other)): return try difference(mine, other)
        case (.values(let mine), .values(let other)):
            // Maps in a map, or functions.
            guard depth > 0, case .composite = try left.resolve(mine).type, case .composite = try right.resolve(other).type else {
                return try difference(mine, other)
            }
            return try difference(ofMaps: mine, other, depth: depth - 1)
        case (nil, _), (_, nil): return "in one of them only"
        default: return "of different kinds"
        }
    }

    /// What a member of a map's declaration says.
    private enum Setting {
        case number(UInt64)
        case type(TypeID)
        /// What the values of a map of maps or programs are.
        case values(TypeID)
    }

    /// What a map's declaration says, by member: numbers are spelled as lengths of arrays behind pointers, or as enumerators.
    private func settings(_ declaration: TypeID, _ btf: BTF) throws(BTFError) -> [String: Setting]? {
        var type = try btf.resolve(declaration).type
        if case .variable(_, let inner, _) = type { type = try btf.resolve(inner).type }
        guard case .composite(let description) = type else { return nil }
        var settings: [String: Setting] = [:]
        for member in description.members {
            switch try btf.resolve(member.type).type {
            case .pointer(let target):
                if case .array(let array) = try btf.resolve(target).type, member.name != "key", member.name != "value" {
                    settings[member.name] = .number(UInt64(array.count))
                } else {
                    settings[member.name] = .type(target)
                }
            case .array(let array):
                guard case .pointer(let target) = try btf.resolve(array.element).type else { return nil }
                settings[member.name] = .values(target)
            case .enumeration(let enumeration): settings[member.name] = .number(enumeration.values.first?.bits ?? 0)
            default: return nil
            }
        }
        return settings
    }
}
