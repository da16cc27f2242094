// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A declaration of the library for kernel halves, as its source has it.
package struct LibraryDeclaration {
    /// `func`, `var`, `struct` and so on.
    package let kind: String
    /// As it is written about: `KeyedMap.lookup(_:)`, `monotonicTime`.
    package let name: String
    /// The word that calls it: `lookup`.
    package let word: String
    /// The type that it is a member of; `nil` where it is none.
    package let type: String?
    /// Whether kernel halves see it.
    package let isPublic: Bool
    /// The lines of `///` in front of it.
    package let documentation: String
    /// The code between its braces, without comments and texts.
    package let body: String
    /// Its file and line.
    package let place: String
    /// The words in front of it, on its line: `public`, `static`.
    let modifiers: String
    /// The lines between its comment and itself.
    let attributes: String
    /// What follows its first word, up to its braces.
    let head: String

    /// Whether it is there for others to call, or is called without being named.
    package var isVisible: Bool { isPublic || kind == "deinit" }

    /// All of the library, in the order of its files.
    package static func all() throws -> [LibraryDeclaration] {
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
    package var calls: Set<String> { Set(body.matches(of: /\b(\w+)\(/).map { String($0.1) }) }

    /// The functions that it calls, itself or through what no kernel half sees and functions that are no members. A value's beginning that no kernel half
    /// sees is called by the type's name.
    package func reached(among all: [LibraryDeclaration]) -> Set<String> {
        var reached: Set<String> = []
        var open = calls
        while let next = open.popFirst() {
            guard reached.insert(next).inserted else { continue }
            for called in all where called.word == next && called.kind == "func" && (called.type == nil || !called.isPublic) {
                open.formUnion(called.calls)
            }
            for called in all where called.type == next && called.kind == "init" && !called.isPublic { open.formUnion(called.calls) }
        }
        return reached
    }
}

extension LibraryDeclaration {
    /// Whether it belongs to a type, not to its values.
    package var isStatic: Bool { modifiers.contains("static") }

    /// Whether kernel halves are told not to use it.
    package var isDeprecated: Bool { attributes.contains("deprecated") || attributes.contains("unavailable") }

    /// Whether a variable may be assigned to.
    package var isSettable: Bool { kind == "var" && body.contains(/\bset \{/) }

    /// As it is declared, without what it is computed from: `packet: PacketCursor`, `pull(_ byteCount: UInt32) -> Bool`.
    package var signature: String {
        let words = head.split(whereSeparator: \.isWhitespace).joined(separator: " ").replacing("< ", with: "<").replacing(" >", with: ">").replacing(
            "`", with: "")
        return kind == "subscript" ? "subscript" + words : words
    }

    /// The protocols that a type, an extension or a protocol says that it has.
    package var conformances: [String] {
        var text = head.firstRange(of: " where ").map { String(head[..<$0.lowerBound]) } ?? head
        // What a type is made for has protocols of its own.
        while let range = text.firstRange(of: /<[^<>]*>/) { text.removeSubrange(range) }
        guard let colon = text.firstIndex(of: ":") else { return [] }
        return text[text.index(after: colon)...].split { ", \n".contains($0) }.map(String.init)
    }
}
