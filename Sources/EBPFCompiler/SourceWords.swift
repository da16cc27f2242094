// SPDX-License-Identifier: Apache-2.0

/// Words of a source, outside comments and texts.
enum SourceWords {
    /// A word and where it stands.
    struct Place {
        var word: String
        var position: SourcePosition

        func message(_ text: String) -> String { position.message(text) }
    }

    /// The first word that has to do with concurrency.
    static func concurrency(in sources: [KernelHalfSource]) -> Place? {
        let words: Set<Substring> = ["async", "await", "actor", "Task"]
        return sources.lazy.compactMap { first(of: words, in: $0) }.first
    }

    /// The first of these words in a source.
    static func first(of words: Set<Substring>, in source: KernelHalfSource) -> Place? {
        var isComment = false
        for (number, line) in source.text.lines.enumerated() {
            let code = code(line, &isComment)
            var rest = code[...]
            while let start = rest.firstIndex(where: { $0.isLetter || $0 == "_" }) {
                let word = rest[start...].prefix { $0.isLetter || $0.isNumber || $0 == "_" }
                if words.contains(word) {
                    let column = code.utf8.distance(from: code.startIndex, to: start) + 1
                    return Place(word: String(word), position: SourcePosition(file: source.path, line: number + 1, column: column))
                }
                rest = rest[word.endIndex...]
            }
        }
        return nil
    }

    /// A line with spaces in place of its comments and texts.
    private static func code(_ line: Substring, _ isComment: inout Bool) -> String {
        var code = ""
        var isText = false
        var rest = line[...]
        while let character = rest.first {
            if isComment, rest.hasPrefix("*/") {
                isComment = false
                (code, rest) = (code + "  ", rest.dropFirst(2))
                continue
            }
            if !isComment, !isText, rest.hasPrefix("//") { break }
            if !isComment, !isText, rest.hasPrefix("/*") {
                isComment = true
                (code, rest) = (code + "  ", rest.dropFirst(2))
                continue
            }
            if !isComment, character == "\"" { isText.toggle() }
            if isText, character == "\\" {
                (code, rest) = (code + "  ", rest.dropFirst(2))
                continue
            }
            code.append(isComment || isText || character == "\"" ? " " : character)
            rest = rest.dropFirst()
        }
        return code
    }
}
