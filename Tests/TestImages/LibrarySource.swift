// SPDX-License-Identifier: Apache-2.0

package import Foundation

/// A source file of the library, whose declarations are told by their first words and by braces: that is enough for what `swift format` has laid out.
package struct LibrarySource {
    /// Where the package lies.
    package static let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..").standardizedFileURL

    private let file: String
    private let lines: [Substring]
    /// The source, with comments and texts left out; its lines are those of the source.
    private let code: String
    private var found: [LibraryDeclaration] = []
    private var scopes: [Scope] = []

    /// What stands between braces.
    private struct Scope {
        /// What they belong to; `nil` for a statement.
        var owner: Beginning?
        var start: String.Index
        var isType: Bool { owner.map { ["struct", "enum", "class", "extension", "protocol"].contains($0.kind) } ?? false }
    }

    /// The first words of a declaration, up to its braces.
    private struct Beginning {
        var kind: String
        var modifiers: String
        var rest: String
        var start: String.Index
    }

    init(_ text: String, file: String) {
        self.file = file
        lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        code = lines.map(Self.withoutCommentsAndTexts).joined(separator: "\n")
    }

    private static func withoutCommentsAndTexts(_ line: Substring) -> String {
        let code = line.replacing(/"(\\.|[^"\\])*"/, with: "\"\"")
        return code.firstRange(of: "//").map { String(code[..<$0.lowerBound]) } ?? String(code)
    }

    /// Reads the file from its first to its last brace.
    mutating func declarations() -> [LibraryDeclaration] {
        var start = code.startIndex
        for index in code.indices {
            switch code[index] {
            case "{":
                let owner = declaresHere ? readDeclarations(start..<index, isOwner: true) : nil
                scopes.append(Scope(owner: owner, start: code.index(after: index)))
            case "}":
                if declaresHere { _ = readDeclarations(start..<index, isOwner: false) }
                guard let scope = scopes.popLast() else { continue }
                if let owner = scope.owner { add(owner, body: scope.isType ? "" : String(code[scope.start..<index])) }
            default: continue
            }
            start = code.index(after: index)
        }
        return found
    }

    /// Whether what is read now is no code of a function.
    private var declaresHere: Bool { scopes.allSatisfy(\.isType) }

    /// Reads declarations between two braces.
    ///
    /// - Parameter isOwner: whether the last one's braces follow; it is answered.
    private mutating func readDeclarations(_ range: Range<String.Index>, isOwner: Bool) -> Beginning? {
        let pattern =
            /(?m)^[ ]*((?:(?:@\w+(?:\([^)\n]*\))?|public|static|mutating|nonmutating|consuming|borrowing|private|fileprivate|final|indirect)[ ]+)*)(func|var|let|subscript|init|deinit|struct|enum|class|extension|protocol|typealias|associatedtype|case)\b/
        let matches = code[range].matches(of: pattern)
        var beginnings = matches.enumerated().map { number, match in
            let end = number + 1 < matches.count ? matches[number + 1].range.lowerBound : range.upperBound
            return Beginning(
                kind: String(match.2), modifiers: String(match.1), rest: String(code[match.range.upperBound..<end]), start: match.2.startIndex)
        }
        let owner = isOwner ? beginnings.popLast() : nil
        for beginning in beginnings { add(beginning, body: "") }
        return owner
    }

    private mutating func add(_ beginning: Beginning, body: String) {
        let owners = scopes.compactMap(\.owner)
        let type = owners.last.map { Self.word($0.rest) }
        let word = ["init", "deinit", "subscript"].contains(beginning.kind) ? beginning.kind : Self.word(beginning.rest)
        let takesParameters = ["func", "init", "subscript"].contains(beginning.kind)
        let name = word + (takesParameters ? Self.labels(beginning.rest, ofSubscript: beginning.kind == "subscript") : "")
        // Requirements of a public protocol are public, and cases of a public enumeration.
        let isRequirement = owners.last.map {
            ["protocol", "enum"].contains($0.kind) && $0.modifiers.contains("public") && beginning.modifiers.isEmpty
        }
        let line = code[..<beginning.start].count { $0 == "\n" }
        found.append(
            LibraryDeclaration(
                kind: beginning.kind, name: type.map { "\($0).\(name)" } ?? name, word: word, type: type,
                isPublic: beginning.modifiers.contains("public") || isRequirement == true && beginning.kind != "init",
                documentation: documentation(before: line).text, body: body, place: "\(file):\(line + 1)", modifiers: beginning.modifiers,
                attributes: documentation(before: line).attributes, head: beginning.rest))
    }

    private static func word(_ rest: String) -> String { String(rest.drop { $0 == " " || $0 == "`" }.prefix { !" `<:({".contains($0) }) }

    /// The labels of parameters: `(_:to:)`. Those of a subscript have none where there is one name only.
    private static func labels(_ rest: String, ofSubscript: Bool) -> String {
        guard let start = rest.firstIndex(of: "(") else { return "" }
        var depth = 0
        var parameters = [""]
        for character in rest[rest.index(after: start)...] {
            if character == ")", depth == 0 { break }
            if "([<".contains(character) { depth += 1 }
            if ")]".contains(character) || character == ">" && parameters.last?.last != "-" { depth -= 1 }
            if character == ",", depth == 0 { parameters.append("") } else { parameters[parameters.count - 1].append(character) }
        }
        let names = parameters.map { $0.prefix { $0 != ":" }.split { " \n`".contains($0) } }
        let labels = names.compactMap { ofSubscript && $0.count == 1 ? "_" : $0.first }
        return "(" + labels.map { "\($0):" }.joined() + ")"
    }

    /// The comment in front of a line and its attributes, and these.
    private func documentation(before line: Int) -> (text: String, attributes: String) {
        func text(_ index: Int) -> Substring { lines[index].drop { $0 == " " } }
        var first = line
        while first > 0, ["@", "*", ")"].contains(where: { text(first - 1).hasPrefix($0) }) { first -= 1 }
        let end = first
        while first > 0, text(first - 1).hasPrefix("///") { first -= 1 }
        let text = lines[first..<end].map { $0.drop { $0 == " " || $0 == "/" } }.joined(separator: " ")
        return (text, lines[end..<line].joined(separator: " "))
    }
}
