// SPDX-License-Identifier: Apache-2.0

import Glibc

/// The library of kernel halves, compiled once for all that are compiled beside each other: it takes as long as a kernel half itself.
///
/// It is found by the paths, sizes and times of the compiler, of its sources and of the headers that they import, and by what the compiler is told: another
/// state of them is another library.
struct CompiledLibrary {
    /// A directory that has the module, and those that it was made of.
    let path: String

    /// - Parameters:
    ///   - directory: where such libraries are kept; it must exist.
    ///   - sources: the paths of the sources.
    ///   - includes: the directories of the headers.
    ///   - tool: the path of the compiler.
    ///   - flags: what the compiler is told, besides paths.
    init(in directory: String, sources: [String], includes: [String], tool: String, flags: [String]) {
        var key = StableHash()
        for flag in flags { key.add("\(flag)\n") }
        for file in [tool] + sources + includes.flatMap(Self.headers) { key.add("\(file) \(Self.state(of: file))\n") }
        path = "\(directory)/library-\(key.text)"
    }

    /// Where the modules of C headers are kept, which the library's module names.
    var modules: String { path + "-modules" }

    var isThere: Bool { access(path + "/EBPFKernel.swiftmodule", R_OK) == 0 }

    /// Makes what was compiled in another directory the library, unless somebody else was faster.
    func take(from directory: String) throws(CompilerError) {
        guard rename(directory, path) != 0, !isThere else { return }
        throw CompilerError(.file, "cannot move \(directory) to \(path): \(String(cString: strerror(errno)))")
    }

    private static func headers(in directory: String) -> [String] {
        guard let stream = opendir(directory) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) } }
            if name.hasSuffix(".h") || name.hasSuffix(".modulemap") { names.append("\(directory)/\(name)") }
        }
        return names.sorted()
    }

    private static func state(of file: String) -> String {
        var status = stat()
        guard stat(file, &status) == 0 else { return "-" }
        return "\(status.st_size) \(status.st_mtim.tv_sec).\(status.st_mtim.tv_nsec)"
    }
}

/// A hash that is the same in every process (FNV-1a, 64 bits).
private struct StableHash {
    private var value: UInt64 = 0xCBF2_9CE4_8422_2325

    mutating func add(_ text: String) {
        for byte in text.utf8 { value = (value ^ UInt64(byte)) &* 0x100_0000_01B3 }
    }

    var text: String { String(value, radix: 16) }
}
