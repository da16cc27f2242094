// SPDX-License-Identifier: Apache-2.0

import EBPFCompiler
import Foundation
import TestImages
import Testing

/// A kernel half with a mistake, from the directory `Wrong`: what is wrong, who refuses it, and where.
///
/// Its first lines say it in comments: `// Mistake:`, `// Refused by:`, `// In C:`. The message, or a part of it, stands in a comment at the end of the line that
/// it must name: `// error: ...` for a compiler, `// verifier: ...`, or `// warning: ...`.
struct WrongHalf: CustomTestStringConvertible, Sendable {
    let name: String
    let path: String
    let mistake: String
    let refusedBy: String
    let inC: String
    let expected: Expected

    struct Expected: Sendable {
        /// `error`, `warning` or `verifier`.
        let kind: String
        let line: Int
        let text: String
    }

    var testDescription: String { name }

    static let directory = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Wrong").path

    /// All of them, by name; what cannot be read as one is told by a test.
    static let all: [WrongHalf] = {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
        return files.filter { $0.hasSuffix(".bpf.swift") }.sorted().compactMap { WrongHalf(file: $0) }
    }()

    init?(file: String) {
        name = String(file.dropLast(".bpf.swift".count))
        path = Self.directory + "/" + file
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return nil }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        func head(_ word: String) -> String? { lines.first { $0.hasPrefix("// \(word): ") }.map { String($0.dropFirst("// \(word): ".count)) } }
        guard let mistake = head("Mistake"), let refusedBy = head("Refused by"), let inC = head("In C"), let expected = Self.expected(lines) else {
            return nil
        }
        (self.mistake, self.refusedBy, self.inC, self.expected) = (mistake, refusedBy, inC, expected)
    }

    private static func expected(_ lines: [Substring]) -> Expected? {
        for (index, line) in lines.enumerated() {
            // Line 1 has its licence, behind which nothing can stand.
            if line.hasPrefix("// Error at 1: ") { return Expected(kind: "error", line: 1, text: String(line.dropFirst("// Error at 1: ".count))) }
            for kind in ["error", "warning", "verifier"] {
                guard let range = line.range(of: "  // \(kind): ") else { continue }
                return Expected(kind: kind, line: index + 1, text: String(line[range.upperBound...]))
            }
        }
        return nil
    }

    /// Compiles it as the build plugin does.
    func compile(btf: String? = nil) throws -> (object: [UInt8], warnings: String) {
        try CompiledSwiftHalf.compile([path], name: name, btf: btf)
    }
}

/// Compiles kernel halves in Swift.
enum CompiledSwiftHalf {
    /// Where the library is kept that all of them import: with what else is built of this package.
    private static let libraries = Result {
        let path = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../.build/kernel-library").standardizedFileURL.path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        return path
    }

    static func compile(_ sources: [String], name: String, btf: String? = nil) throws -> (object: [UInt8], warnings: String) {
        let scratch = try ScratchDirectory()
        let tools = try Toolchain.find()
        let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Sources").standardizedFileURL.path
        let library = try FileManager.default.contentsOfDirectory(atPath: root + "/EBPFKernel").filter { $0.hasSuffix(".swift") }.sorted()
        let half = SwiftKernelHalf(
            name: name, sources: sources, library: library.map { "\(root)/EBPFKernel/\($0)" }, includes: [root + "/CEBPFHelpers/include"],
            workDirectory: scratch.path, libraryDirectory: try libraries.get(), kernelTypes: btf,
            tools: .init(swiftc: try Toolchain.tool("swiftc"), clang: tools.clang, objcopy: tools.objcopy))
        return try half.compile()
    }

    /// Compiles a source that is given as text, behind the lines that all have.
    static func compile(_ text: String, name: String = "Half", btf: String? = nil) throws -> (object: [UInt8], warnings: String) {
        let scratch = try ScratchDirectory()
        let source = try scratch.write("// SPDX-License-Identifier: GPL-2.0-only OR MIT\nimport EBPFKernel\n" + text, to: name + ".swift")
        return try compile([source], name: name, btf: btf)
    }
}
