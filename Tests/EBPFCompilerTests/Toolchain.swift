// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestImages

/// The tools that compile kernel halves, found beside the `swift` that runs these tests.
struct Toolchain {
    let clang: String
    let objcopy: String

    /// - Throws: ``Unexpected``, which says what was looked for and where: without the tools these tests can say nothing.
    static func find() throws -> Toolchain { Toolchain(clang: try tool("clang"), objcopy: try tool("llvm-objcopy")) }

    /// The path of one tool.
    static func tool(_ name: String) throws -> String {
        let directories = searchPath()
        // Beside the real `swift` first: the one on the path may be a link, and another clang may not know eBPF.
        let beside = directories.compactMap { resolved($0 + "/swift") }.map { String($0.dropLast("/swift".utf8.count)) }
        guard let path = (beside + directories).map({ $0 + "/" + name }).first(where: { access($0, X_OK) == 0 }) else {
            throw Unexpected("no \(name) beside swift nor on the path \(directories.joined(separator: ":"))")
        }
        return path
    }

    /// Where the headers for kernel halves are, in the sources that this file belongs to.
    static var headers: String {
        let root = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3).joined(separator: "/")
        return root + "/Sources/CEBPFKernel/include"
    }

    /// What clang says of a file of C's declarations; nothing where it finds nothing wrong.
    static func complaints(about text: [UInt8]) throws -> String {
        let scratch = try ScratchDirectory()
        let process = Process()
        process.executableURL = URL(filePath: try tool("clang"))
        process.arguments = [
            "-target", "bpf", "-fsyntax-only", "-x", "c", "-Wall", "-Wextra", "-Werror", "-Wno-pragma-clang-attribute",
            try scratch.write(String(decoding: text, as: UTF8.self), to: "types.h"),
        ]
        let output = Pipe()
        process.standardError = output
        try process.run()
        let words = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return process.terminationStatus == 0 ? "" : String(decoding: words, as: UTF8.self)
    }

    private static func searchPath() -> [String] {
        guard let path = getenv("PATH") else { return [] }
        return String(cString: path).split(separator: ":").map(String.init)
    }

    /// A path without links, and with the tool's own name where it is one of several (`swift` is `swift-frontend`).
    private static func resolved(_ path: String) -> String? {
        guard access(path, X_OK) == 0, let real = realpath(path, nil) else { return nil }
        defer { free(real) }
        let directory = String(cString: real).split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
        return directory + "/swift"
    }
}
