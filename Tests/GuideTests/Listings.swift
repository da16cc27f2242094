// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The files that a document shows: a listing belongs to the path in backquotes that stands in front of it.
struct Listings {
    let files: [(path: String, text: String)]

    init(_ document: String) {
        var files: [(String, String)] = []
        var path: String?
        var listing: [Substring]?
        for line in document.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("```") {
                if let lines = listing, let name = path {
                    files.append((name, lines.joined(separator: "\n") + "\n"))
                    path = nil
                }
                listing = listing == nil && line.count > 3 ? [] : nil
            } else if listing != nil {
                listing?.append(line)
            } else if let name = Self.path(line) {
                path = name
            }
        }
        self.files = files
    }

    /// The path at the end of a line such as "`Sources/mytool/main.swift`:".
    private static func path(_ line: Substring) -> String? {
        guard line.hasSuffix("`:") else { return nil }
        let name = line.dropLast(2).split(separator: "`", omittingEmptySubsequences: false).last.map(String.init) ?? ""
        return name.contains(".") && !name.contains(" ") ? name : nil
    }

    /// Writes the files below a directory, with the path of this package where they name a neighbour.
    func write(to directory: URL, package: URL) throws {
        try removeOthers(below: directory)
        for (path, text) in files {
            let file = directory.appending(path: path)
            try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            let text = text.replacing("../swift-ebpf", with: package.path(percentEncoded: false))
            // What has not changed is not compiled again. The manifest makes SwiftPM look for sources that this package has got meanwhile.
            guard path == "Package.swift" || (try? String(contentsOf: file, encoding: .utf8)) != text else { continue }
            try text.write(to: file, atomically: true, encoding: .utf8)
        }
    }

    /// Removes sources of an earlier form of the document.
    private func removeOthers(below directory: URL) throws {
        let names = Set(files.map(\.path))
        for path in (try? FileManager.default.subpathsOfDirectory(atPath: directory.path)) ?? []
        where path.hasPrefix("Sources/") && path.contains(".") {
            if !names.contains(path) { try FileManager.default.removeItem(at: directory.appending(path: path)) }
        }
    }
}
