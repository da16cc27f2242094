// SPDX-License-Identifier: Apache-2.0

import BPFObject
import Foundation
import TestImages
import Testing

@testable import EBPFCompiler

/// The page that says what programs are called with and answer: made of the tables of sections, contexts and answers, and of the library's sources.
@Suite struct ContextsPageTests {
    private static let page = LibrarySource.root.appending(path: "Documentation/Contexts.md")
    private static let library = Result { try LibraryDeclaration.all() }

    @Test func thePageIsWhatTheTablesAndTheLibrarySay() throws {
        let text = try Self.text(Self.library.get())
        if ProcessInfo.processInfo.environment["EBPF_REGENERATE"] != nil { try Data(text.utf8).write(to: Self.page) }
        let written = try String(contentsOf: Self.page, encoding: .utf8)
        #expect(written == text, "run this test with EBPF_REGENERATE=1 to write the page anew")
    }

    @Test func everyContextAndAnswerOfTheLibraryIsOnThePage() throws {
        let library = try Self.library.get()
        let contexts = library.filter { $0.kind == "struct" && $0.isPublic && $0.word.hasSuffix("Context") }.map(\.word)
        #expect(Set(contexts) == Set(ContextRules.contexts))
        for answer in AnswerRules.answers { #expect(library.contains { $0.kind == "struct" && $0.word == answer }, "\(answer)") }
    }

    @Test func whatAContextSharesWithOthersIsFoundAndWhatCanBeSet() throws {
        let library = try Self.library.get()
        let packet = Self.members(of: "CgroupPacketContext", library)
        #expect(packet.map(\.word).contains("mark") && packet.map(\.word).contains("packet"))
        let options = Self.members(of: "GetSocketOptionContext", library)
        #expect(options.first { $0.word == "result" }?.isSettable == true)
        #expect(options.first { $0.word == "level" }?.isSettable == false)
        #expect(Self.members(of: "SocketLookupContext", library).count { $0.word == "remotePort" } == 1)
        // An extension makes it one.
        #expect(Self.members(of: "TracepointContext", library).contains { $0.word == "cookie" })
        #expect(packet.first { $0.word == "byteCount" }?.signature == "byteCount: UInt32")
    }
}

extension ContextsPageTests {
    /// What programs ask a context for: its own members, and those of the protocols that it has.
    private static func members(of context: String, _ library: [LibraryDeclaration]) -> [LibraryDeclaration] {
        let owners = protocols(of: context, library)
        let kinds: Set = ["var", "func", "subscript"]
        let members = library.filter { declaration in
            guard let type = declaration.type, declaration.isPublic, !declaration.isStatic, kinds.contains(declaration.kind) else { return false }
            // Where it lies is for helpers.
            return owners.contains(type) && declaration.word != "address" && !declaration.isDeprecated
        }
        // What a context has itself stands in place of what its protocols say.
        let own = Set(members.filter { $0.type == context }.map(\.signature))
        return members.filter { $0.type == context || !own.contains($0.signature) }
    }

    /// A type, and the protocols that it has, those of protocols among them.
    private static func protocols(of type: String, _ library: [LibraryDeclaration]) -> Set<String> {
        var found: Set = [type]
        var open = [type]
        while let next = open.popLast() {
            for declaration in library where declaration.word == next && ["struct", "extension", "protocol"].contains(declaration.kind) {
                for name in declaration.conformances where found.insert(name).inserted { open.append(name) }
            }
        }
        return found
    }

    private static func text(_ library: [LibraryDeclaration]) throws -> String {
        let contexts = ContextRules.contexts.compactMap { name in library.first { $0.kind == "struct" && $0.word == name } }
        let answers = AnswerRules.answers.compactMap { name in library.first { $0.kind == "struct" && $0.word == name } }
        let parts =
            contexts.map { chapter(on: $0, library) } + ["## Answers\n" + answersIntroduction] + answers.map { chapter(onAnswer: $0, library) }
        return introduction + "\n" + parts.joined(separator: "\n\n") + "\n"
    }

    private static let introduction = """
        # Contexts and answers

        What programs in Swift are called with, by the types of `EBPFKernel`: which sections have each, what can be asked of it, and what its programs answer. Each
        section's name stands as it is written, with what follows behind the slash in capitals; `.s` are programs that may sleep. What a program is passed besides,
        the arguments of what it is attached to, is in [the guide](Guide.md#arguments-contexts-and-answers); how it is attached, in [Attaching](Attaching.md).

        *Set* says which members a program may assign to, and *Since* which release of Linux a member needs, where it is said of it. A context or an
        answer of another kind of program is refused when the kernel half is compiled.

        A test makes this page of the tables of sections, contexts and answers, and of the comments in the library's sources:
        `EBPF_REGENERATE=1 swift test --filter ContextsPageTests`.

        """

    private static let answersIntroduction = """

        The numbers that mean something to the kernel, by their names. Programs of sections that are not named here answer nothing, which is 0 to the kernel, or an
        `Int32`: of `fentry`, `fexit` and `iter` it must be 0 (1 of `iter` ends the walk with EAGAIN); of `tracepoint`, `kprobe` and `perf_event` 0 keeps
        the event from those who count it beside the program; `syscall` hands it to who runs the program; members of sets of functions and replacements answer what
        these say.
        """

    // MARK: Contexts

    private static func chapter(on context: LibraryDeclaration, _ library: [LibraryDeclaration]) -> String {
        let sections = SectionDefinition.known.filter { ContextRules.contexts(of: $0).contains(context.word) }
        let members = members(of: context.word, library)
        let rows = members.map { "| `\($0.signature)` | \($0.isSettable ? "yes" : "") | \($0.since) | \(cell($0.documentation)) |" }
        let table = rows.isEmpty ? "" : "\n\n| Member | Set | Since | |\n|---|---|---|---|\n" + rows.joined(separator: "\n")
        return """
            ## \(context.word)

            \(context.paragraphs.joined(separator: "\n\n"))

            Sections: \(sections.map { "`\(spelled($0))`" }.joined(separator: ", ")).

            Answer: \(answers(of: sections)).\(table)
            """
    }

    private static func spelled(_ section: SectionDefinition) -> String { section.prefix + (section.form.map { "/" + $0 } ?? "") }

    /// The types of answers of sections: one for all of them, or each with its sections.
    private static func answers(of sections: [SectionDefinition]) -> String {
        var order: [String] = []
        var names: [String: [String]] = [:]
        for section in sections {
            let answers = AnswerRules.answers(of: section)
            let text =
                answers.isEmpty
                ? "a number, or nothing where the program only watches" : answers.map { "[\($0)](#\($0.lowercased()))" }.joined(separator: " or ")
            if names[text] == nil { order.append(text) }
            names[text, default: []].append("`\(section.prefix)`")
        }
        guard order.count > 1 else { return order.first ?? "" }
        return order.map { "\($0) (\((names[$0] ?? []).joined(separator: ", ")))" }.joined(separator: "; ")
    }

    /// A comment in a cell of a table. Lists of parameters have their own words there.
    private static func cell(_ documentation: String) -> String {
        let text = documentation.split(separator: "  ").filter { !$0.hasPrefix("@") && !$0.hasPrefix("func ") }.joined(separator: " ")
        return plain(text).replacing(/\s?- Parameters?:? ?/, with: " ").replacing("- Returns:", with: "Answers:").replacing(
            "- Throws:", with: "Throws:"
        )
        .replacing("|", with: "\\|")
    }

    /// Names of other declarations are code here.
    static func plain(_ text: String) -> String { text.replacing("``", with: "`") }

    // MARK: Answers

    private static func chapter(onAnswer answer: LibraryDeclaration, _ library: [LibraryDeclaration]) -> String {
        let cases = library.filter { $0.type == answer.word && $0.isPublic && $0.isStatic && ["var", "func"].contains($0.kind) }
        let sections = SectionDefinition.known.filter { AnswerRules.answers(of: $0).contains(answer.word) }
        let rows = cases.map {
            "| `.\($0.signature.replacing(": " + answer.word, with: "").replacing(" -> " + answer.word, with: ""))` | \(cell($0.documentation)) |"
        }
        return """
            ### \(answer.word)

            \(answer.paragraphs.joined(separator: "\n\n"))

            Sections: \(sections.map { "`\($0.prefix)`" }.joined(separator: ", ")).

            | | |
            |---|---|
            \(rows.joined(separator: "\n"))
            """
    }
}

extension LibraryDeclaration {
    /// The first release that its comment names, outside of brackets, which say it of a part; nothing where it names none.
    fileprivate var since: String { documentation.firstMatch(of: /[^(]Linux (\d+\.\d+)/).map { String($0.1) } ?? "" }

    /// The paragraphs of its comment, without examples: their code is in the sources, and in the guide.
    fileprivate var paragraphs: [String] {
        documentation.split(separator: "  ").map(String.init).filter { !Self.isCode($0) }.map { ContextsPageTests.plain($0) }
    }

    private static func isCode(_ paragraph: String) -> Bool {
        paragraph.hasPrefix("@section") || paragraph.hasPrefix("func ") || paragraph.hasPrefix("}")
    }
}
