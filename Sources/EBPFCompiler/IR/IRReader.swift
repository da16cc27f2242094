// SPDX-License-Identifier: Apache-2.0

/// Takes the text of a module apart, line by line.
struct IRReader {
    private let lines: [Substring]
    private var next = 0

    init(_ text: String) {
        var text = text
        text.makeContiguousUTF8()
        lines = text.utf8.split(separator: UInt8(ascii: "\n")).map { Substring($0) }
    }

    mutating func read(into module: inout IRModule) throws(CompilerError) {
        while next < lines.count {
            let line = lines[next]
            next += 1
            switch line.utf8.first {
            case UInt8(ascii: "%"): readType(line, &module)
            case UInt8(ascii: "@"): try readGlobal(line, &module)
            case UInt8(ascii: "!"): readMetadata(line, &module)
            case UInt8(ascii: "a") where line.hasPrefix("attributes #"): readAttributes(line, &module)
            case UInt8(ascii: "d") where line.hasPrefix("define "): try readFunction(line, &module)
            case UInt8(ascii: "d") where line.hasPrefix("declare "):
                // Its attributes are known to LLVM or do not matter.
                let declaration = String(IRText.withoutSuffixes(line))
                if let name = IRName.globals(in: declaration).first { module.declarations.append((name, declaration)) }
            case nil, UInt8(ascii: ";"), UInt8(ascii: "s"), UInt8(ascii: "t"): break
            case UInt8(ascii: "$"): break
            default: throw CompilerError(.tool, "a line of LLVM's intermediate representation is of an unknown form: \(line)")
            }
        }
    }

    private func readType(_ line: Substring, _ module: inout IRModule) {
        guard let (name, rest) = IRName.read(line), let body = rest.split(separator: " = type ", maxSplits: 1).first else { return }
        let spelled = "%" + IRName.spelled(name)
        module.types[spelled] = String(body)
        module.typeOrder.append(spelled)
    }

    private func readAttributes(_ line: Substring, _ module: inout IRModule) {
        let words = line.dropFirst("attributes #".count)
        guard let number = Int(words.prefix { $0.isNumber }), let start = words.utf8.firstIndex(of: UInt8(ascii: "{")),
            let end = words.utf8.lastIndex(of: UInt8(ascii: "}"))
        else { return }
        let text = words[words.index(after: start)..<end]
        module.attributes[number] = text.split(separator: " ").joined(separator: " ")
    }

    private func readMetadata(_ line: Substring, _ module: inout IRModule) {
        guard let equals = line.utf8.firstIndex(of: UInt8(ascii: "=")) else { return }
        let name = line[..<equals].dropLast()
        let value = line[equals...].dropFirst(2)
        if let number = Int(name.dropFirst()) {
            module.metadata[number] = String(value)
        } else {
            module.namedMetadata.append((String(name), String(value)))
        }
    }

    private func readGlobal(_ line: Substring, _ module: inout IRModule) throws(CompilerError) {
        guard let (name, rest) = IRName.read(line) else { throw CompilerError(.tool, "a global has no name: \(line)") }
        let (definition, metadata) = IRText.splitMetadata(rest.dropFirst(" = ".count))
        module.globals.append(IRGlobal(name: name, definition: String(definition), debug: IRText.number(after: "!dbg !", in: metadata)))
    }

    private mutating func readFunction(_ line: Substring, _ module: inout IRModule) throws(CompilerError) {
        guard var function = IRText.functionHead(line) else { throw CompilerError(.tool, "a function's head is of an unknown form: \(line)") }
        while next < lines.count, lines[next] != "}" {
            let line = lines[next]
            next += 1
            // Records of where variables are: for debuggers, and the object carries none of that.
            let words = line.drop { $0 == " " }
            if words.hasPrefix("#dbg_") || words.hasPrefix(";") { continue }
            function.body.append(String(line))
        }
        next += 1
        module.functions.append(function)
    }
}

/// Pieces of lines.
enum IRText {
    /// Bytes as a text of LLVM's: `c"\00ab"`.
    static func literal(_ bytes: [UInt8]) -> String {
        let hex = Array("0123456789ABCDEF")
        return "c\"" + bytes.map { "\\\(hex[Int($0 >> 4)])\(hex[Int($0 & 15)])" }.joined() + "\""
    }

    /// The local values and the types that stand in a line, in their order: `%4`, `%swift.refcounted`.
    static func values(in code: Substring) -> [Substring] { code.split { " ,()[]{}<>".contains($0) }.filter { $0.first == "%" } }

    /// Words that say how a function is linked and called, which stand before the type of its result.
    private static let headWords: Set<Substring> = [
        "hidden", "protected", "default", "private", "internal", "linkonce_odr", "linkonce", "weak_odr", "weak", "external", "dso_local",
        "local_unnamed_addr", "unnamed_addr", "swiftcc", "swifttailcc", "ccc", "fastcc", "zeroext", "signext", "noundef", "range", "noalias",
        "nonnull", "align",
        "dereferenceable", "dereferenceable_or_null", "nofpclass",
    ]
    /// Words that have no meaning for eBPF.
    private static let callingWords: Set<Substring> = ["zeroext", "signext", "swiftself", "swifterror", "swiftasync", "swiftcc"]

    /// A line with numbers in place of the addresses of some globals: `ptrtoint (ptr @take to i64)`.
    static func replacingAddresses(in line: String, with numbers: [String: Int]) -> String {
        let (head, tail) = ("ptrtoint (ptr ", " to i64)")
        var result = ""
        var rest = line[...]
        while let place = rest.range(of: head) {
            guard let (name, behind) = IRName.read(rest[place.upperBound...]), behind.hasPrefix(tail), let number = numbers[name] else {
                result += rest[..<place.upperBound]
                rest = rest[place.upperBound...]
                continue
            }
            result += rest[..<place.lowerBound] + "\(number)"
            rest = behind.dropFirst(tail.count)
        }
        return result + rest
    }

    static func functionHead(_ line: Substring) -> IRFunction? {
        guard let at = line.utf8.firstIndex(of: UInt8(ascii: "@")), let (name, behind) = IRName.read(line[at...]), behind.first == "(",
            let close = closing(behind)
        else { return nil }
        var words = line[line.index(line.startIndex, offsetBy: "define ".count)..<at]
        var linkage: [Substring] = []
        while let word = words.split(whereSeparator: { $0 == " " || $0 == "(" }).first, headWords.contains(word) {
            linkage.append(word)
            words = trimmed(words).dropFirst(word.count)
            // What an attribute is given: `range(i64 0, 2)`, `align 8`.
            if words.first == "(", let end = closing(words) { words = words[words.index(after: end)...] }
            words = trimmed(words)
            if word == "align" { words = trimmed(words.drop { $0.isNumber }) }
        }
        let parameters = split(behind[behind.index(after: behind.startIndex)..<close]).map { cleaned($0) }
        let tail = behind[behind.index(after: close)...]
        let section = tail.range(of: "section \"").map { String(tail[$0.upperBound...].prefix { $0 != "\"" }) }
        // How it is called must be said as the calls say it: the optimizer chooses `fastcc` for internal functions.
        let isInternal = linkage.contains("internal") || linkage.contains("private")
        return IRFunction(
            name: name,
            linkage: [isInternal ? "internal" : nil, linkage.contains("fastcc") ? "fastcc" : nil].compactMap(\.self).joined(separator: " "),
            result: words.split(separator: " ").joined(separator: " "), parameters: parameters, section: section,
            attributes: number(after: " #", in: tail), debug: number(after: "!dbg !", in: tail), body: [])
    }

    /// The place of the parenthesis that closes the first one.
    static func closing(_ text: Substring) -> Substring.Index? {
        var depth = 0
        var isQuoted = false
        for index in text.utf8.indices {
            switch text.utf8[index] {
            case UInt8(ascii: "\""): isQuoted.toggle()
            case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "{"), UInt8(ascii: "<"): if !isQuoted { depth += 1 }
            case UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"), UInt8(ascii: ">"):
                if !isQuoted {
                    depth -= 1
                    if depth == 0 { return index }
                }
            default: break
            }
        }
        return nil
    }

    /// The parts between the commas that stand in no bracket.
    static func split(_ text: Substring) -> [Substring] {
        var parts: [Substring] = []
        var depth = 0
        var isQuoted = false
        var start = text.startIndex
        for index in text.utf8.indices {
            switch text.utf8[index] {
            case UInt8(ascii: "\""): isQuoted.toggle()
            case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "{"), UInt8(ascii: "<"): if !isQuoted { depth += 1 }
            case UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"), UInt8(ascii: ">"): if !isQuoted { depth -= 1 }
            case UInt8(ascii: ",") where depth == 0 && !isQuoted:
                parts.append(text[start..<index])
                start = text.index(after: index)
            default: break
            }
        }
        parts.append(text[start...])
        return parts.map { trimmed($0) }.filter { !$0.isEmpty }
    }

    static func trimmed(_ text: Substring) -> Substring {
        var text = text
        while text.utf8.first == UInt8(ascii: " ") { text = text.dropFirst() }
        while text.utf8.last == UInt8(ascii: " ") { text = text.dropLast() }
        return text
    }

    /// Words without those that have no meaning for eBPF.
    static func cleaned(_ text: Substring) -> String {
        let words = text.split(separator: " ", omittingEmptySubsequences: false)
        guard words.contains(where: { callingWords.contains($0) }) else { return String(text) }
        return words.filter { !callingWords.contains($0) }.joined(separator: " ")
    }

    /// What stands before a text such as `c"user@host"`, and the text with what follows it.
    static func splitLiteral(_ line: Substring) -> (code: Substring, literal: Substring) {
        guard let place = line.range(of: " c\"")?.lowerBound else { return (line, "") }
        return (line[..<place], line[place...])
    }

    /// A line of code, and the metadata at its end.
    static func splitMetadata(_ line: Substring) -> (code: Substring, metadata: Substring) {
        // Not within a text.
        let end = line.utf8.lastIndex(of: UInt8(ascii: "\"")) ?? line.startIndex
        guard let place = line[end...].range(of: ", !")?.lowerBound else { return (line, "") }
        return (line[..<place], line[place...])
    }

    /// A declaration or call without metadata and the number of its attributes.
    static func withoutSuffixes(_ line: Substring) -> Substring {
        var code = splitMetadata(line).code
        if let place = code.utf8.lastIndex(of: UInt8(ascii: "#")), place > code.startIndex, code[code.index(before: place)] == " ",
            code[code.index(after: place)...].utf8.allSatisfy({ $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") })
        {
            code = code[..<code.index(before: place)]
        }
        return code
    }

    /// The number that follows a word.
    static func number(after word: String, in text: Substring) -> Int? {
        text.range(of: word).flatMap { Int(text[$0.upperBound...].prefix { $0 >= "0" && $0 <= "9" }) }
    }
}

extension Substring {
    /// Where another text stands first. The standard library has this only with Foundation.
    func range(of other: String) -> Range<Index>? {
        let needle = Array(other.utf8)
        guard let first = needle.first else { return nil }
        var rest = self.utf8
        while let start = rest.firstIndex(of: first) {
            rest = rest[start...]
            if rest.starts(with: needle) { return start..<rest.index(start, offsetBy: needle.count) }
            rest = rest.dropFirst()
        }
        return nil
    }
}
