// SPDX-License-Identifier: Apache-2.0

import Glibc

/// Whole files, read and written.
enum FileAccess {
    static func read(_ path: String) throws(CompilerError) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure("read", path) }
        defer { close(descriptor) }
        var all: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw failure("read", path) }
            if count == 0 { return all }
            all += chunk[..<count]
        }
    }

    static func write(_ text: String, to path: String) throws(CompilerError) { try write(Array(text.utf8), to: path) }

    static func write(_ bytes: [UInt8], to path: String) throws(CompilerError) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw failure("write", path) }
        defer { close(descriptor) }
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw failure("write", path) }
            rest = rest.dropFirst(count)
        }
    }

    /// Writes a file that others may read at the same time, or that must not be there in part: beside it, and then in its place. What is no file of its own, as
    /// a link or a device, is written to as it is.
    static func replace(_ path: String, by bytes: [UInt8]) throws(CompilerError) {
        var status = stat()
        if lstat(path, &status) == 0, status.st_mode & S_IFMT != S_IFREG { return try write(bytes, to: path) }
        let new = "\(path).\(getpid()).new"
        do throws(CompilerError) {
            try write(bytes, to: new)
            guard rename(new, path) == 0 else { throw failure("write", path) }
        } catch {
            unlink(new)
            throw error
        }
    }

    static func makeDirectory(_ path: String) throws(CompilerError) {
        guard mkdir(path, 0o755) == 0 || errno == EEXIST else { throw failure("make", path) }
    }

    private static func failure(_ verb: String, _ path: String) -> CompilerError {
        CompilerError(.file, "cannot \(verb) \(path): \(String(cString: strerror(errno)))")
    }
}
