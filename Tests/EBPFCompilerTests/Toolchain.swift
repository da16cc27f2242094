// SPDX-License-Identifier: Apache-2.0

import Glibc
import TestImages

/// The tools that compile kernel halves, found beside the `swift` that runs these tests.
struct Toolchain {
    let clang: String
    let objcopy: String

    /// - Throws: ``Unexpected``, which says what was looked for and where: without the tools these tests can say nothing.
    static func find() throws -> Toolchain {
        let directories = searchPath()
        // Beside the real `swift` first: the one on the path may be a link, and another clang may not know eBPF.
        let beside = directories.compactMap { resolved($0 + "/swift") }.map { String($0.dropLast("/swift".utf8.count)) }
        func tool(_ name: String) throws -> String {
            guard let path = (beside + directories).map({ $0 + "/" + name }).first(where: { access($0, X_OK) == 0 }) else {
                throw Unexpected("no \(name) beside swift nor on the path \(directories.joined(separator: ":"))")
            }
            return path
        }
        return Toolchain(clang: try tool("clang"), objcopy: try tool("llvm-objcopy"))
    }

    /// Where the headers for kernel halves are, in the sources that this file belongs to.
    static var headers: String {
        let root = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3).joined(separator: "/")
        return root + "/Sources/CEBPFKernel/include"
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
