// SPDX-License-Identifier: Apache-2.0

import BPFObject
import EBPF
import Foundation
import Testing

/// What Swift costs, compared with C: a table that stands in the documentation.
@Suite(.enabled(if: LiveKernel.isAvailable, LiveKernel.reason))
struct CostTests {
    /// How much longer programs in Swift may be than those in C: the geometric mean over all programs.
    static let bound = 1.02
    /// How much longer a single one may be.
    static let worst = 1.15

    private static let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..").standardizedFileURL
    static let document = root.appending(path: "Documentation/Twins.md")
    static let readme = root.appending(path: "README.md")

    /// One program in both languages.
    struct Row {
        var twin: String
        var program: String
        var instructions: (c: Int, swift: Int)
        /// How many instructions the verifier looked at; 0 where the kernel does not say.
        var verified: (c: Int, swift: Int)
    }

    static func rows() throws -> [Row] {
        try Twin.all.filter(\.isTaken).flatMap { twin in
            let (c, swift) = (try twin.c(), try twin.swift())
            // Without a length, the loops over strings would be seen to do nothing.
            let loaded = try twin.load { object in
                if object.variables.contains(where: { $0.name == "length" }) { try object.set("length", to: UInt32(12)) }
            }
            return try c.programs.map { program in
                func count(_ object: ObjectFile) throws -> Int {
                    try object.assemble(object.programs[try object.programIndex(program.name)]).instructions.count
                }
                let verified = try loaded.each { try $0.program(program.name).information().verifiedInstructionCount }
                return Row(twin: twin.name, program: program.name, instructions: (try count(c), try count(swift)), verified: verified)
            }
        }
    }

    static func mean(_ ratios: [Double]) -> Double { exp(ratios.map { log($0) }.reduce(0, +) / Double(max(1, ratios.count))) }

    static func ratio(_ pair: (c: Int, swift: Int)) -> Double { Double(pair.swift) / Double(max(1, pair.c)) }

    static func twoPlaces(_ number: Double) -> String { String(format: "%.2f", number) }

    /// The line of a program in the table.
    static func line(_ row: Row) -> String {
        "\(key(row)) \(twoPlaces(ratio(row.instructions))) | \(row.verified.c) | \(row.verified.swift) | \(twoPlaces(ratio(row.verified))) |"
    }

    /// The same without the verifier's part: it depends on the compiler only.
    static func key(_ row: Row) -> String { "| \(row.twin) | \(row.program) | \(row.instructions.c) | \(row.instructions.swift) |" }

    static func means(_ rows: [Row]) -> (instructions: String, verified: String) {
        (twoPlaces(mean(rows.map { ratio($0.instructions) })), twoPlaces(mean(rows.map { ratio($0.verified) })))
    }

    static func table(_ rows: [Row]) -> String {
        let means = means(rows)
        return rows.map(line).joined(separator: "\n")
            + "\n| geometric mean | | | | **\(means.instructions)** | | | **\(means.verified)** |\n"
    }

    /// What the README says of them.
    static func sentence(_ rows: [Row]) -> String {
        let means = means(rows)
        return
            "instructions \(means.instructions), instructions that the verifier looks at \(means.verified) of C's, geometric means over \(Twin.all.count)"
    }

    /// The kernel whose verifier the page is about: "Linux 6.18's verifier".
    static func release(of page: String) throws -> [Int] {
        let match = try #require(try page.firstMatch(of: Regex(#"Linux (\d+)\.(\d+)'s verifier"#, as: (Substring, Substring, Substring).self)))
        return [Int(match.1), Int(match.2)].compactMap(\.self)
    }

    @Test func programsInSwiftAreAsShortAsThoseInC() throws {
        let rows = try Self.rows()
        #expect(rows.count >= 14)
        #expect(Self.mean(rows.map { Self.ratio($0.instructions) }) <= Self.bound)
        let told = rows.filter { $0.verified.c > 0 && $0.verified.swift > 0 }
        #expect(Self.mean(told.map { Self.ratio($0.verified) }) <= Self.bound)
        for row in rows { #expect(Self.ratio(row.instructions) <= Self.worst, "\(Self.line(row))") }
        for row in told { #expect(Self.ratio(row.verified) <= Self.worst, "\(Self.line(row))") }
    }

    @Test(.enabled("not run, because the documentation is not here") { FileManager.default.fileExists(atPath: document.path) })
    func theTableThatStandsInTheDocumentationIsThatOfThePrograms() throws {
        let rows = try Self.rows()
        var text = try String(contentsOf: Self.document, encoding: .utf8)
        var readme = try String(contentsOf: Self.readme, encoding: .utf8)
        if ProcessInfo.processInfo.environment["EBPF_REGENERATE"] != nil {
            let begin = try #require(text.range(of: "|---|---|--:|--:|--:|--:|--:|--:|\n"))
            let end = try #require(text.range(of: "| geometric mean |"))
            let last = text[end.lowerBound...].firstIndex(of: "\n") ?? text.endIndex
            text.replaceSubrange(begin.upperBound..<text.index(after: last), with: Self.table(rows))
            let release = LiveKernel.release.map(String.init).joined(separator: ".")
            text.replace(try Regex(#"Linux \d+\.\d+'s verifier"#), with: "Linux \(release)'s verifier")
            try Data(text.utf8).write(to: Self.document)
            let sentence = try Regex(#"instructions [\d.]+, instructions that the verifier looks at [\d.]+ of C's, geometric means over \d+"#)
            readme.replace(sentence, with: Self.sentence(rows))
            try Data(readme.utf8).write(to: Self.readme)
        }
        let remedy: Comment = "run this test with EBPF_REGENERATE=1 to write the table anew"
        for row in rows { #expect(text.contains(Self.key(row)), remedy) }
        // What the verifier looks at differs from kernel to kernel: it is that of the kernel which the page names.
        guard try Self.release(of: text) == LiveKernel.release, rows.allSatisfy({ $0.verified.c > 0 }) else { return }
        #expect(text.contains(Self.table(rows)), remedy)
        #expect(readme.contains(Self.sentence(rows)), remedy)
    }
}
