// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// The chapter for those who come from C shows what is compiled and tested here.
@Suite(.enabled("not run, because this machine has the tests without their sources") { SampleSources.areHere })
struct PageTests {
    private static let root = SampleSources.root
    private static let page = SampleSources.page
    private static let halves = "Tests/SampleTests/Kernel"

    private static func text(_ file: URL) throws -> String { try String(contentsOf: file, encoding: .utf8) }

    /// The listings of the page, by the names of their kernel halves.
    private static func listings() throws -> [(name: String, text: String)] {
        try text(page).components(separatedBy: "`\(halves)/").dropFirst().compactMap { part in
            let pieces = part.components(separatedBy: ".bpf.swift`:\n\n```swift\n")
            guard pieces.count == 2, let text = pieces[1].components(separatedBy: "\n```").first else { return nil }
            return (pieces[0], text + "\n")
        }
    }

    @Test func eachListingOfThePageIsItsFileWordForWord() throws {
        let listings = try Self.listings()
        #expect(listings.map(\.name) == Sample.all.map(\.name))
        for listing in listings {
            let file = try Self.text(Self.root.appending(path: "\(Self.halves)/\(listing.name).bpf.swift"))
            #expect(listing.text == file, "\(listing.name)")
        }
    }

    @Test func eachKernelHalfIsOnThePage() throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: Self.root.appending(path: Self.halves).path)
        #expect(files.sorted() == Sample.all.map { $0.name + ".bpf.swift" }.sorted())
    }

    @Test func eachIdiomIsFromAListing() throws {
        let listings = try Self.listings().map(\.text).joined()
        let table = try Self.text(Self.page).components(separatedBy: "|---|---|\n")[1].components(separatedBy: "\n\n")[0]
        let rows = table.split(separator: "\n").map { $0.split(separator: " | ", maxSplits: 1) }
        #expect(rows.count > 30)
        for row in rows {
            try #require(row.count == 2)
            // What stands between backquotes.
            let pieces = row[1].split(separator: "`", omittingEmptySubsequences: false)
            for index in stride(from: 1, to: pieces.count, by: 2) { #expect(listings.contains(pieces[index]), "\(pieces[index])") }
        }
    }
}

/// Where the package's sources are on the machine that compiled the tests.
private enum SampleSources {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..").standardizedFileURL
    static let page = root.appending(path: "Documentation/ComingFromC.md")
    static var areHere: Bool { FileManager.default.fileExists(atPath: page.path) }
}
