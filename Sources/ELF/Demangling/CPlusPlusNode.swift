// SPDX-License-Identifier: Apache-2.0

/// A part of a name of C++. Parts refer to others by their places in one array, since a name refers to its earlier parts again and again.
enum CPlusPlusNode {
    /// Bytes of the mangled name, as they are.
    case text(Range<Int>)
    /// What the mangling abbreviates: a type of the language, a name of the library.
    case word(String)
    /// An abbreviated class, and the name that its constructors have.
    case standard(String, structor: String)
    case scoped(Int, Int)
    case template(Int, [Int])
    /// The arguments that a template takes any number of.
    case pack([Int])
    /// What is repeated for each of them.
    case expansion(Int)
    /// A constructor or destructor of a class.
    case structor(of: Int, isDestructor: Bool)
    case operation(String)
    case conversion(to: Int)
    case literalOperator(Int)
    /// What a compiler makes, with words in front.
    case special(String, Int)
    case constructionTable(of: Int, in: Int)
    case tagged(Int, tag: Int)
    case closure([Int], number: Int)
    case unnamed(number: Int)
    /// A name that stands for another.
    case alias(Int)
    /// An argument of the template around, and what that is there.
    case argument(index: Int, Int)
    case qualified(Int, String)
    case pointer(Int)
    case reference(Int, isRvalue: Bool)
    case memberPointer(class: Int, to: Int)
    case array(Int, count: Int?)
    /// A type of functions, with what stands behind its parameters.
    case function(result: Int, [Int], suffix: String)
    /// A function, whose result is only mangled for templates.
    case encoding(Int, result: Int?, [Int], suffix: String)
    case literal(type: Int, Range<Int>, isNegative: Bool)
    case parameter(String)
    case unary(String, Int)
    case binary(Int, String, Int)
    case ternary(Int, Int, Int)
    case call(Int, [Int])
    case cast(String, to: Int, of: Int)
    case conversionCall(Int, [Int])
    case braces(Int?, [Int])
    /// A keyword and what it takes in parentheses.
    case applied(String, Int)
    case member(Int, String, Int)
}

extension CPlusPlusNode {
    /// The parts that it refers to.
    var parts: [Int] {
        switch self {
        case .text, .word, .standard, .operation, .unnamed, .parameter: []
        case .alias(let part), .argument(_, let part), .qualified(let part, _), .pointer(let part), .reference(let part, _), .structor(let part, _),
            .conversion(let part), .special(_, let part), .unary(_, let part), .applied(_, let part), .literalOperator(let part),
            .expansion(let part), .literal(let part, _, _):
            [part]
        case .scoped(let first, let second), .memberPointer(let first, let second), .binary(let first, _, let second),
            .member(let first, _, let second), .cast(_, let first, let second), .tagged(let first, let second),
            .constructionTable(let first, let second):
            [first, second]
        case .pack(let parts), .closure(let parts, _): parts
        case .template(let first, let rest), .function(let first, let rest, _), .call(let first, let rest), .conversionCall(let first, let rest):
            [first] + rest
        case .encoding(let name, let result, let types, _): [name] + (result.map { [$0] } ?? []) + types
        case .array(let element, let count): [element] + (count.map { [$0] } ?? [])
        case .braces(let type, let rest): (type.map { [$0] } ?? []) + rest
        case .ternary(let first, let second, let third): [first, second, third]
        }
    }

    /// The same with as many other parts.
    func replacingParts(_ parts: [Int]) -> CPlusPlusNode {
        guard parts.count == self.parts.count, let first = parts.first, let last = parts.last else { return self }
        let rest = Array(parts.dropFirst())
        return switch self {
        case .text, .word, .standard, .operation, .unnamed, .parameter: self
        case .alias: .alias(first)
        case .argument(let index, _): .argument(index: index, first)
        case .qualified(_, let suffix): .qualified(first, suffix)
        case .pointer: .pointer(first)
        case .reference(_, let isRvalue): .reference(first, isRvalue: isRvalue)
        case .structor(_, let isDestructor): .structor(of: first, isDestructor: isDestructor)
        case .conversion: .conversion(to: first)
        case .special(let words, _): .special(words, first)
        case .unary(let text, _): .unary(text, first)
        case .applied(let word, _): .applied(word, first)
        case .literalOperator: .literalOperator(first)
        case .expansion: .expansion(first)
        case .literal(_, let range, let isNegative): .literal(type: first, range, isNegative: isNegative)
        case .scoped: .scoped(first, last)
        case .memberPointer: .memberPointer(class: first, to: last)
        case .binary(_, let text, _): .binary(first, text, last)
        case .member(_, let text, _): .member(first, text, last)
        case .cast(let word, _, _): .cast(word, to: first, of: last)
        case .tagged: .tagged(first, tag: last)
        case .constructionTable: .constructionTable(of: first, in: last)
        case .pack: .pack(parts)
        case .closure(_, let number): .closure(parts, number: number)
        case .template: .template(first, rest)
        case .function(_, _, let suffix): .function(result: first, rest, suffix: suffix)
        case .call: .call(first, rest)
        case .conversionCall: .conversionCall(first, rest)
        case .encoding(_, nil, _, let suffix): .encoding(first, result: nil, rest, suffix: suffix)
        case .encoding(_, _?, _, let suffix): .encoding(first, result: rest.first, Array(rest.dropFirst()), suffix: suffix)
        case .array(_, let count): .array(first, count: count == nil ? nil : last)
        case .braces(nil, _): .braces(nil, parts)
        case .braces(_?, _): .braces(first, rest)
        case .ternary: parts.count == 3 ? .ternary(first, parts[1], last) : self
        }
    }
}
