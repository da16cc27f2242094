// SPDX-License-Identifier: Apache-2.0

/// A module of LLVM's intermediate representation, as its text says it: what a compiler hands to the next.
///
/// Only what the passes need is taken apart; the rest stays the lines that it was. The form: LLVM's Language Reference Manual.
struct IRModule: Sendable {
    /// `%name = type ...`, by name with its per cent sign; the lines in their order.
    var types: [String: String] = [:]
    var typeOrder: [String] = []
    var globals: [IRGlobal] = []
    var functions: [IRFunction] = []
    /// What is declared and not defined: the name and the whole line.
    var declarations: [(name: String, line: String)] = []
    /// `#0`: what stands between the braces.
    var attributes: [Int: String] = [:]
    /// `!llvm.dbg.cu`: what stands behind the equals sign.
    var namedMetadata: [(name: String, value: String)] = []
    var metadata = IRMetadata()

    init() {}

    /// Takes a module's text apart. What is not understood is left out by no one: a line of an unknown form is an error.
    init(_ text: String) throws(CompilerError) {
        var reader = IRReader(text)
        try reader.read(into: &self)
    }

    /// The module's text.
    var text: String {
        var lines: [String] = ["target datalayout = \"e-m:e-p:64:64-i64:64-i128:128-n32:64-S128\"", "target triple = \"bpfel\""]
        lines += typeOrder.map { "\($0) = type \(types[$0] ?? "opaque")" }
        lines += globals.map(\.line)
        for function in functions { lines += [function.head] + function.body + ["}"] }
        lines += declarations.map(\.line)
        lines += attributes.sorted { $0.key < $1.key }.map { "attributes #\($0.key) = { \($0.value) }" }
        lines += namedMetadata.map { "\($0.name) = \($0.value)" }
        lines += metadata.lines
        return lines.joined(separator: "\n") + "\n"
    }
}

/// A global variable or constant.
struct IRGlobal: Sendable {
    /// Without the at sign and quotes.
    var name: String
    /// What stands behind the equals sign, without metadata: linkage, type, what it is at first, section, alignment.
    var definition: String
    /// The number of its `!DIGlobalVariableExpression`.
    var debug: Int?
    /// Other metadata, as `!llvm.preserve.access.index !7 #0`.
    var attachments = ""

    var line: String {
        "@\(IRName.spelled(name)) = \(definition)\(attachments)\(debug.map { ", !dbg !\($0)" } ?? "")"
    }
}

/// A function with a body.
struct IRFunction: Sendable {
    /// Without the at sign and quotes.
    var name: String
    /// `internal`, `hidden` and the like: what stands before the result's type.
    var linkage: String
    /// The type of the result.
    var result: String
    /// What stands between the parentheses.
    var parameters: [String]
    /// `section "..."`, without the word and quotes.
    var section: String?
    /// The number of the group of attributes.
    var attributes: Int?
    /// The number of its `!DISubprogram`.
    var debug: Int?
    /// The lines between the braces.
    var body: [String]

    var head: String {
        "define \(linkage.isEmpty ? "" : linkage + " ")\(result) @\(IRName.spelled(name))(\(parameters.joined(separator: ", ")))"
            + "\(attributes.map { " #\($0)" } ?? "")\(section.map { " section \"\($0)\"" } ?? "")\(debug.map { " !dbg !\($0)" } ?? "") {"
    }
}

/// How names are written: bare where they are simple, else in quotes.
enum IRName {
    static func spelled(_ name: String) -> String {
        let isBare = name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "$"), UInt8(ascii: "-"):
                true
            default: false
            }
        }
        return isBare && name.utf8.first.map { $0 < UInt8(ascii: "0") || $0 > UInt8(ascii: "9") } == true ? name : "\"\(name)\""
    }

    /// The name behind a sigil at the beginning of a text, and what follows it.
    static func read(_ text: Substring) -> (name: String, rest: Substring)? {
        let behind = text.dropFirst()
        if behind.first == "\"" {
            guard let end = behind.dropFirst().firstIndex(of: "\"") else { return nil }
            return (String(behind[behind.index(after: behind.startIndex)..<end]), behind[behind.index(after: end)...])
        }
        let end = behind.utf8.firstIndex { byte in
            switch byte {
            case UInt8(ascii: " "), UInt8(ascii: ","), UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "="), UInt8(ascii: "}"),
                UInt8(ascii: "]"), UInt8(ascii: ">"), UInt8(ascii: "*"), UInt8(ascii: ":"):
                true
            default: false
            }
        }
        let name = behind[..<(end ?? behind.endIndex)]
        return name.isEmpty ? nil : (String(name), behind[(end ?? behind.endIndex)...])
    }

    /// Every global that a line names.
    static func globals(in line: String) -> [String] {
        var names: [String] = []
        var rest = IRText.splitLiteral(line[...]).code
        while let at = rest.utf8.firstIndex(of: UInt8(ascii: "@")) {
            guard let (name, after) = read(rest[at...]) else {
                rest = rest[at...].dropFirst()
                continue
            }
            names.append(name)
            rest = after
        }
        return names
    }
}
