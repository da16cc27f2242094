// SPDX-License-Identifier: Apache-2.0

/// The names that sections of programs have: each says what kind of program stands in it, and often what it attaches to.
///
/// They are read by the table of ``SectionDefinition``.
public enum SectionName {
    private static var table: [SectionDefinition] { SectionDefinition.known }

    /// The table's rows in its order: one byte tells most of them apart, and objects have many programs.
    private static let byFirstByte = Dictionary(grouping: table) { $0.prefix.utf8.first ?? 0 }

    /// The definition that a section's name follows, those of the caller first; `nil` where there is none.
    package static func definition(of sectionName: String, sections: [SectionDefinition] = []) -> SectionDefinition? {
        let name = withoutQuestionMark(sectionName)
        return sections.first { $0.matches(name) } ?? name.utf8.first.flatMap { byFirstByte[$0]?.first { $0.matches(name) } }
    }

    /// The name without the question mark in front, which says only that the program is not loaded unless asked for.
    package static func withoutQuestionMark(_ sectionName: String) -> Substring {
        sectionName.hasPrefix("?") ? sectionName.dropFirst() : sectionName[...]
    }

    /// What is wrong with a section's name, and what may be meant; `nil` where it is one that a loader can read.
    public static func complaint(about sectionName: String) -> String? {
        let name = withoutQuestionMark(sectionName)
        if let definition = definition(of: sectionName) {
            guard let form = definition.form, let target = definition.target(in: name), !hasForm(target[...], form) else { return nil }
            return "the section '\(sectionName)' lacks a part; its form is '\(definition.prefix)/\(form)'"
        }
        let forms = nearest(String(name))
        let advice =
            forms.isEmpty ? "the known ones begin with \(beginnings.joined(separator: ", "))" : "did you mean \(forms.joined(separator: " or "))?"
        return "there is no kind of program whose section is '\(sectionName)'; \(advice)"
    }

    /// Whether what follows has all parts, none of them empty.
    private static func hasForm(_ rest: Substring, _ form: String) -> Bool {
        var rest = rest
        for separator in form where separator == "/" || separator == ":" {
            // A path has slashes and may have colons of its own, so the last colons count.
            guard let place = separator == ":" ? rest.lastIndex(of: separator) : rest.firstIndex(of: separator) else { return false }
            let (front, back) = (rest[..<place], rest[rest.index(after: place)...])
            guard !front.isEmpty, !back.isEmpty else { return false }
            rest = separator == ":" ? front : back
        }
        return !rest.isEmpty && (form.contains("/") ? !rest.contains("/") : true)
    }

    private static var beginnings: [String] {
        var seen: Set<Substring> = []
        return table.compactMap { row in
            let word = row.prefix.prefix { $0 != "/" && $0 != "." }
            return seen.insert(word).inserted ? String(word) : nil
        }
    }

    private static func nearest(_ name: String) -> [String] {
        let first = String(name.prefix { $0 != "/" })
        let whole = NearestNames.of(name, among: table.filter { $0.form == nil }.map(\.prefix))
        if !whole.isEmpty { return whole.map { "'\($0)'" } }
        return NearestNames.of(first, among: table.map(\.prefix)).map { prefix in
            let form = table.first { $0.prefix == prefix }?.form
            return "'\(prefix)\(form.map { "/" + $0 } ?? "")'"
        }
    }
}
