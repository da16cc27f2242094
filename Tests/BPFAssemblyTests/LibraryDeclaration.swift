// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A declaration of the library for kernel halves, as its source has it.
struct LibraryDeclaration {
    /// `func`, `var`, `struct` and so on.
    let kind: String
    /// As it is written about: `KeyedMap.lookup(_:)`, `monotonicTime`.
    let name: String
    /// The word that calls it: `lookup`.
    let word: String
    /// The type that it is a member of; `nil` where it is none.
    let type: String?
    /// Whether kernel halves see it.
    let isPublic: Bool
    /// The lines of `///` in front of it.
    let documentation: String
    /// The code between its braces, without comments and texts.
    let body: String
    /// Its file and line.
    let place: String

    /// Whether it is there for others to call, or is called without being named.
    var isVisible: Bool { isPublic || kind == "deinit" }

    /// All of the library, in the order of its files.
    static func all() throws -> [LibraryDeclaration] {
        let directory = LibrarySource.root.appending(path: "Sources/EBPFKernel")
        let files = try FileManager.default.contentsOfDirectory(atPath: directory.path).filter { $0.hasSuffix(".swift") }.sorted()
        return try files.flatMap { file in
            var source = LibrarySource(try String(contentsOf: directory.appending(path: file), encoding: .utf8), file: file)
            return source.declarations()
        }
    }
}

extension LibraryDeclaration {
    /// The functions that its code calls.
    var calls: Set<String> { Set(body.matches(of: /\b(\w+)\(/).map { String($0.1) }) }

    /// The functions that it calls, itself or through what no kernel half sees and functions that are no members.
    func reached(among all: [LibraryDeclaration]) -> Set<String> {
        var reached: Set<String> = []
        var open = calls
        while let next = open.popFirst() {
            guard reached.insert(next).inserted else { continue }
            for called in all where called.word == next && called.kind == "func" && (called.type == nil || !called.isPublic) {
                open.formUnion(called.calls)
            }
        }
        return reached
    }
}
