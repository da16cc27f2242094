// SPDX-License-Identifier: Apache-2.0

/// Writes what a ``CPlusPlusParser`` read, as c++filt of the GNU binutils does.
///
/// A type is written around what it is the type of, as in `int (*f)[3]`: each part has a left and a right half.
struct CPlusPlusPrinter {
    private let text: [UInt8]
    private let nodes: [CPlusPlusNode]
    private(set) var output: [UInt8] = []
    /// Which of the arguments of packs is written; `nil` for all.
    private var packIndex: Int?
    private var depth = 0
    private var steps = 0
    /// Whether more was to be written than is, or parts refer to themselves.
    private(set) var isExceeded = false

    /// In bytes; names of a few kilobytes can stand for more than memory holds.
    static let outputLimit = 64 * 1024
    static let depthLimit = 192
    static let stepLimit = 100_000

    init(_ parser: CPlusPlusParser) {
        text = parser.text
        nodes = parser.nodes
    }

    mutating func write(_ node: Int) {
        left(node)
        right(node)
    }

    mutating func write(_ words: String) {
        guard output.count + words.utf8.count <= Self.outputLimit else {
            isExceeded = true
            return
        }
        output.append(contentsOf: words.utf8)
    }

    /// Writes within another part, where there is room for it.
    private mutating func within(_ body: (inout Self) -> Void) {
        depth += 1
        steps += 1
        defer { depth -= 1 }
        guard depth <= Self.depthLimit, steps <= Self.stepLimit, !isExceeded else {
            isExceeded = true
            return
        }
        body(&self)
    }

    private mutating func list(_ items: [Int]) {
        var isFirst = true
        for item in items where !isExceeded {
            let before = output.count
            if !isFirst { write(", ") }
            let start = output.count
            write(item)
            // An empty pack leaves nothing.
            if output.count == start { output.removeSubrange(before...) } else { isFirst = false }
        }
    }

    private mutating func parenthesized(_ items: [Int]) {
        write("(")
        list(items)
        write(")")
    }
}

// What parts are.
extension CPlusPlusPrinter {
    /// The part that is meant by a name for it, and by the argument of a pack; `nil` for none.
    private func meant(_ node: Int) -> CPlusPlusNode? {
        var node = node
        for _ in 0..<Self.depthLimit {
            switch nodes[node] {
            case .alias(let other), .argument(_, let other): node = other
            case .pack(let elements):
                guard let packIndex, elements.indices.contains(packIndex) else { return nodes[node] }
                node = elements[packIndex]
            case let other: return other
            }
        }
        return nil
    }

    /// Whether what a pointer points to is written around it in parentheses.
    private func isWrapped(_ node: Int) -> (function: Bool, array: Bool) {
        var node = node
        for _ in 0..<Self.depthLimit {
            switch meant(node) {
            case .function: return (true, false)
            case .array: return (false, true)
            case .qualified(let inner, _): node = inner
            default: return (false, false)
            }
        }
        return (false, false)
    }

    /// Whether a type is written on both sides of what it is the type of.
    private func hasRight(_ node: Int) -> Bool {
        var node = node
        for _ in 0..<Self.depthLimit {
            switch meant(node) {
            case .function, .array: return true
            case .qualified(let inner, _), .pointer(let inner), .reference(let inner, _), .memberPointer(_, let inner): node = inner
            default: return false
            }
        }
        return false
    }

    /// The arguments of a pack that a part uses; `nil` where it uses none.
    private func pack(in node: Int, depth: Int = 0, budget: inout Int) -> [Int]? {
        budget -= 1
        guard depth < 64, budget > 0 else { return nil }
        if case .pack(let elements) = nodes[node] { return elements }
        for part in nodes[node].parts {
            if let found = pack(in: part, depth: depth + 1, budget: &budget) { return found }
        }
        return nil
    }

    /// The name that a class's constructors have.
    private mutating func structorName(_ node: Int) {
        within { printer in
            switch printer.nodes[node] {
            case .scoped(_, let inner): printer.structorName(inner)
            case .template(let name, _): printer.structorName(name)
            case .tagged(let name, _): printer.structorName(name)
            case .alias(let other), .argument(_, let other): printer.structorName(other)
            case .standard(_, let name): printer.write(name)
            default: printer.write(node)
            }
        }
    }
}

// The left halves, which are all of what is no type.
extension CPlusPlusPrinter {
    private mutating func left(_ node: Int) {
        within { $0.leftHalf(node) }
    }

    private mutating func leftHalf(_ node: Int) {
        switch nodes[node] {
        case .text(let range): write(String(decoding: text[range], as: UTF8.self))
        case .word(let words), .standard(let words, _), .parameter(let words): write(words)
        case .alias(let other), .argument(_, let other): left(other)
        case .scoped(let outer, let inner):
            write(outer)
            write("::")
            write(inner)
        case .template(let name, let arguments): template(name, arguments)
        case .pack(let elements):
            if packIndex != nil { ofPack(elements) { $0.left($1) } } else { list(elements) }
        case .expansion(let pattern): expansion(pattern)
        case .structor(let owner, let isDestructor):
            if isDestructor { write("~") }
            structorName(owner)
        case .operation(let text):
            let isWord = text.utf8.first.map { $0 >= UInt8(ascii: "a") && $0 <= UInt8(ascii: "z") } ?? false
            write("operator" + (isWord ? " " : "") + (text.last == " " ? String(text.dropLast()) : text))
        case .conversion(let type): write("operator ", type)
        case .literalOperator(let name): write("operator\"\" ", name)
        case .special(let words, let part): write(words, part)
        case .constructionTable(let base, let derived):
            write("construction vtable for ", base)
            write("-in-", derived)
        case .tagged(let name, let tag):
            write(name)
            write("[abi:", tag)
            write("]")
        case .closure(let types, let number):
            write("{lambda")
            parenthesized(types)
            write("#\(number)}")
        case .unnamed(let number): write("{unnamed type#\(number)}")
        case .encoding(let name, let result, let types, let suffix): encoding(name, result, types, suffix)
        case .qualified, .pointer, .reference, .memberPointer, .array, .function: leftOfType(node)
        default: expression(node)
        }
    }

    private mutating func write(_ words: String, _ node: Int) {
        write(words)
        write(node)
    }

    private mutating func ofPack(_ elements: [Int], _ body: (inout Self, Int) -> Void) {
        guard let index = packIndex, elements.indices.contains(index) else { return }
        // Packs in an argument are written as a whole.
        packIndex = nil
        body(&self, elements[index])
        packIndex = index
    }

    private mutating func template(_ name: Int, _ arguments: [Int]) {
        write(name)
        if output.last == UInt8(ascii: "<") { write(" ") }
        write("<")
        list(arguments)
        if output.last == UInt8(ascii: ">") { write(" ") }
        write(">")
    }

    private func count(ofPackIn node: Int) -> Int? {
        var budget = 4096
        return pack(in: node, budget: &budget)?.count
    }

    private mutating func expansion(_ pattern: Int) {
        var budget = 4096
        guard let elements = pack(in: pattern, budget: &budget) else {
            write(pattern)
            write("...")
            return
        }
        let outer = packIndex
        defer { packIndex = outer }
        for index in elements.indices where !isExceeded {
            if index > 0 { write(", ") }
            packIndex = index
            write(pattern)
        }
    }

    private mutating func encoding(_ name: Int, _ result: Int?, _ types: [Int], _ suffix: String) {
        if let result {
            left(result)
            if !hasRight(result) { write(" ") }
        }
        write(name)
        parenthesized(types)
        if let result { right(result) }
        write(suffix)
    }

    private mutating func leftOfType(_ node: Int) {
        switch nodes[node] {
        case .qualified(let inner, let suffix):
            left(inner)
            // Functions are not const.
            if !isWrapped(inner).function { write(suffix) }
        case .pointer(let inner):
            leftOfPointer(inner)
            write("*")
        case .reference(let inner, let isRvalue): leftOfReference(inner, isRvalue)
        case .memberPointer(let owner, let inner):
            left(inner)
            let wrapped = isWrapped(inner)
            write(wrapped.function ? "(" : wrapped.array ? " (" : " ")
            write(owner)
            write("::*")
        case .array(let element, _): left(element)
        case .function(let result, _, _):
            left(result)
            if !hasRight(result) { write(" ") }
        default: break
        }
    }

    private mutating func leftOfPointer(_ inner: Int) {
        left(inner)
        let wrapped = isWrapped(inner)
        if wrapped.array { write(" ") }
        if wrapped.array || wrapped.function { write("(") }
    }

    /// A reference to a reference is one.
    private mutating func leftOfReference(_ inner: Int, _ isRvalue: Bool) {
        within { printer in
            switch printer.nodes[inner] {
            case .alias(let other), .argument(_, let other): printer.leftOfReference(other, isRvalue)
            case .pack(let elements) where printer.packIndex != nil: printer.ofPack(elements) { $0.leftOfReference($1, isRvalue) }
            case .reference(let most, let isInnerRvalue): printer.leftOfReference(most, isRvalue && isInnerRvalue)
            default:
                printer.leftOfPointer(inner)
                printer.write(isRvalue ? "&&" : "&")
            }
        }
    }
}

// The right halves.
extension CPlusPlusPrinter {
    private mutating func right(_ node: Int) {
        within { $0.rightHalf(node) }
    }

    private mutating func rightHalf(_ node: Int) {
        switch nodes[node] {
        case .alias(let other), .argument(_, let other): right(other)
        case .pack(let elements):
            if packIndex != nil { ofPack(elements) { $0.right($1) } }
        case .qualified(let inner, _): right(inner)
        case .reference(let inner, _):
            if case .reference = meant(inner) { right(inner) } else { rightOfPointer(inner) }
        case .pointer(let inner), .memberPointer(_, let inner): rightOfPointer(inner)
        case .array(let element, let count):
            if output.last != UInt8(ascii: "]") { write(" ") }
            write("[")
            if let count { write(count) }
            write("]")
            right(element)
        case .function(let result, let types, let suffix):
            parenthesized(types)
            write(suffix)
            right(result)
        default: break
        }
    }

    private mutating func rightOfPointer(_ inner: Int) {
        let wrapped = isWrapped(inner)
        if wrapped.array || wrapped.function { write(")") }
        right(inner)
    }
}

// Expressions.
extension CPlusPlusPrinter {
    private mutating func expression(_ node: Int) {
        switch nodes[node] {
        case .literal(let type, let range, let isNegative): literal(type, range, isNegative)
        case .unary(let text, let operand):
            write(text)
            // The address of a member function is that of its name.
            if text == "&", case .encoding(let name, _, _, "") = nodes[operand], case .scoped = nodes[name] {
                write(name)
            } else {
                operandOf(operand)
            }
        case .binary(let first, let text, let second): binary(first, text, second)
        case .ternary(let condition, let first, let second):
            operandOf(condition)
            write("?")
            operandOf(first)
            write(" : ")
            operandOf(second)
        case .call(let callee, let arguments):
            // Of a function that is known, its parameters are not written again.
            if case .encoding(let name, _, _, _) = nodes[callee] { operandOf(name) } else { operandOf(callee) }
            parenthesized(arguments)
        case .conversionCall(let type, let arguments):
            write("(", type)
            write(")")
            parenthesized(arguments)
        case .cast(let word, let type, let value):
            write(word + "<", type)
            write(">(", value)
            write(")")
        case .braces(let type, let values):
            if let type { write(type) }
            write("{")
            list(values)
            write("}")
        case .applied(let word, let part):
            if word == "sizeof...", let count = count(ofPackIn: part) { return write("\(count)") }
            write(word == "[]" ? "[" : word + "(", part)
            write(word == "[]" ? "]" : ")")
        case .member(let object, let text, let name):
            operandOf(object)
            write(text, name)
        default: break
        }
    }

    /// Operands stand in parentheses, but for names.
    private mutating func operandOf(_ node: Int) {
        let part = meant(node)
        if case .scoped(_, let inner) = part, case .template = nodes[inner] {
            write("(", node)
            return write(")")
        }
        switch part {
        case .text, .word, .scoped, .parameter, .braces, .standard: write(node)
        default:
            write("(", node)
            write(")")
        }
    }

    private mutating func binary(_ first: Int, _ text: String, _ second: Int) {
        // Not all are expressions: some are what stands side by side.
        guard text != " ", text != "", text != ", " else {
            write(first)
            write(text, second)
            return
        }
        // What would end the arguments of a template is in parentheses.
        let isGreater = text == ">"
        if isGreater { write("(") }
        operandOf(first)
        write(text)
        if text == "[" { write(second) } else { operandOf(second) }
        if isGreater { write(")") }
    }

    private static let suffixes = [
        "int": "", "unsigned int": "u", "long": "l", "unsigned long": "ul", "long long": "ll", "unsigned long long": "ull",
    ]

    private mutating func literal(_ type: Int, _ range: Range<Int>, _ isNegative: Bool) {
        let value = String(decoding: text[range], as: UTF8.self)
        if case .word(let name) = nodes[type] {
            if name == "bool", !isNegative, value == "0" || value == "1" { return write(value == "1" ? "true" : "false") }
            if let suffix = Self.suffixes[name] { return write((isNegative ? "-" : "") + value + suffix) }
            if ["float", "double", "long double", "__float128"].contains(name) { return write("(\(name))[\(isNegative ? "-" : "")\(value)]") }
        }
        write("(", type)
        write(")\(isNegative ? "-" : "")\(value)")
    }
}
