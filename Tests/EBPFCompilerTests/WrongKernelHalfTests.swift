// SPDX-License-Identifier: Apache-2.0

import EBPFCompiler
import Foundation
import Testing
import TestImages

/// Mistakes that are refused before the kernel is asked, at the line where they stand.
@Suite struct WrongKernelHalfTests {
    @Test func everyWrongHalfSaysWhatIsExpectedOfIt() throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: WrongHalf.directory)
        #expect(WrongHalf.all.count == files.count, "\(Set(files).subtracting(WrongHalf.all.map { $0.name + ".bpf.swift" }))")
        #expect(WrongHalf.all.filter { $0.expected.kind == "error" }.count >= 24)
        for half in WrongHalf.all { #expect(half.inC != "?", "\(half.name)") }
    }

    @Test(arguments: WrongHalf.all.filter { $0.expected.kind == "error" && !$0.refusedBy.contains("BTF") })
    func aMistakeIsRefusedAtItsLine(_ half: WrongHalf) throws {
        let error = try #require(throws: CompilerError.self) { _ = try half.compile() }
        expectMessage(error.reason, of: half)
    }

    @Test func typesThatCannotBeReadAreToldAndDoNotStandInTheWay() throws {
        let text = """
            @section("tracepoint/syscalls/sys_enter_getpgid")
            func answers(_ context: TracepointContext<trace_event_raw_sys_enter>) -> Int32 { 0 }
            """
        let scratch = try ScratchDirectory()
        let broken = try scratch.write("no types", to: "vmlinux")
        #expect(try CompiledSwiftHalf.compile(text, btf: broken).warnings.contains(": warning: not compared with the types of \(broken)"))
        let error = try #require(throws: CompilerError.self) { _ = try CompiledSwiftHalf.compile(text, btf: scratch.path + "/none") }
        #expect(error.code == .file)
    }

    @Test(arguments: WrongHalf.all.filter { $0.expected.kind == "verifier" })
    func whatOnlyTheVerifierCanSeeCompiles(_ half: WrongHalf) throws {
        #expect(try !half.compile().object.isEmpty)
    }
}

/// `PATH:LINE:COLUMN: error: MESSAGE`, once.
func expectMessage(_ text: String, of half: WrongHalf) {
    let heads = text.split(separator: "\n").filter { $0.contains(": \(half.expected.kind): ") }
    #expect(heads.count == 1, "\(text)")
    guard let head = heads.first else { return }
    #expect(head.hasPrefix("\(half.path):\(half.expected.line):"), "\(head)")
    #expect(head.contains(half.expected.text), "\(head)")
    let column = head.dropFirst("\(half.path):\(half.expected.line):".count).prefix { $0 != ":" }
    #expect((Int(column) ?? 0) > 0, "\(head)")
}

/// The page that lists them.
@Suite struct WrongKernelHalvesPageTests {
    private static let page = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Documentation/WrongKernelHalves.md")
        .standardizedFileURL

    private static let readme = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../README.md").standardizedFileURL

    @Test func thePageSaysWhatTheCompilersSay() throws {
        let text = try Self.text()
        let sentence = "[\(WrongHalf.all.count) mistakes](Documentation/WrongKernelHalves.md)"
        if ProcessInfo.processInfo.environment["EBPF_REGENERATE"] != nil {
            try Data(text.utf8).write(to: Self.page)
            let readme = try String(contentsOf: Self.readme, encoding: .utf8)
                .replacing(try Regex(#"\[\d+ mistakes\]\(Documentation/WrongKernelHalves\.md\)"#), with: sentence)
            try Data(readme.utf8).write(to: Self.readme)
        }
        #expect(try String(contentsOf: Self.readme, encoding: .utf8).contains(sentence))
        let written = try String(contentsOf: Self.page, encoding: .utf8)
        #expect(written == text, "run this test with EBPF_REGENERATE=1 to write the page anew")
    }

    private static func text() throws -> String {
        let halves = WrongHalf.all
        func count(_ word: String) -> Int { halves.filter { $0.refusedBy.hasPrefix(word) && $0.expected.kind != "warning" }.count }
        let rows = try halves.map { half in
            let source = "[\(half.name)](../Tests/EBPFCompilerTests/Wrong/\(half.name).bpf.swift)"
            return "| \(source): \(half.mistake) | \(half.refusedBy) | \(try message(of: half)) | \(half.inC) |"
        }
        return """
            # Wrong kernel halves
            Mistakes in kernel halves in Swift, who refuses each, and what C does with the same one. Each is a source below `Tests/EBPFCompilerTests/Wrong`, with the
            line that the message must name; the tests compile them all, and give to the kernel what only the verifier can judge. This page is written by a
            test (`EBPF_REGENERATE=1 swift test --filter WrongKernelHalvesPageTests`).

            Of \(halves.count), Swift itself refuses \(count("Swift")), the kernel-half compiler \(count("the kernel-half compiler")), which warns of \
            \(halves.count { $0.expected.kind == "warning" }) more, and the verifier \(count("the verifier")). C was asked with clang of the same toolchain, libbpf's loader and Linux 6.18.

            One mistake is missing, because it cannot be made: a reservation that is neither submitted nor discarded is given back at the end of its scope, also
            where the program ends early. In C it compiles, and the verifier says `Unreleased reference`. What does not come back from there, a tail call or
            `endProgram`, is refused while something is held.

            | Mistake | Refused by | Message | In C |
            |---|---|---|---|
            \(rows.joined(separator: "\n"))

            """
    }

    /// What is said, without the place. Of what depends on the kernel, the part that is expected.
    private static func message(of half: WrongHalf) throws -> String {
        guard half.expected.kind == "error", !half.refusedBy.contains("BTF") else { return "`\(half.expected.text)`" }
        var words = ""
        do { _ = try half.compile() } catch let error as CompilerError { words = error.reason }
        guard let head = words.split(separator: "\n").first(where: { $0.contains(": error: ") }), let range = head.range(of: ": error: ") else {
            return ""
        }
        return String(head[range.upperBound...]).replacing(WrongHalf.directory + "/", with: "").replacing("|", with: "\\|")
    }
}
