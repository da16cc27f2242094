// SPDX-License-Identifier: Apache-2.0

import CLinux
import Glibc

/// A program that is run to its end, with what it says collected.
struct ChildProcess {
    /// Runs a program by its path, in a directory or else in that of this process.
    ///
    /// - Returns: whether it ended with status 0, and all that it wrote to standard output and standard error.
    /// - Throws: ``CompilerError`` where it cannot be started.
    static func run(
        _ path: String, _ arguments: [String], in directory: String? = nil
    ) throws(CompilerError) -> (succeeded: Bool, output: String) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw CompilerError(.tool, "cannot run \(path): no pipe: \(String(cString: strerror(errno)))") }
        let (readEnd, writeEnd) = (ends[0], ends[1])
        // Other programs that are started at the same time do not keep these ends open.
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        defer { close(readEnd) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, writeEnd, 1)
        posix_spawn_file_actions_adddup2(&actions, writeEnd, 2)
        for end in ends { posix_spawn_file_actions_addclose(&actions, end) }
        if let directory, linux_spawn_in_directory(&actions, directory) != 0 {
            close(writeEnd)
            throw CompilerError(.tool, "cannot run \(path) in \(directory)")
        }
        // posix_spawn takes C strings; they live until it has returned.
        var words: [UnsafeMutablePointer<CChar>?] = ([path] + arguments).map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        var child: pid_t = 0
        let status = posix_spawn(&child, path, &actions, nil, &words, environ)
        close(writeEnd)
        guard status == 0 else {
            throw CompilerError(.tool, "cannot run \(path): \(String(cString: strerror(status))); is it part of this Swift toolchain?")
        }
        let output = readAll(readEnd)
        var ended: Int32 = 0
        while waitpid(child, &ended, 0) < 0, errno == EINTR {}
        if ended & 0x7F != 0 { throw CompilerError(.tool, "\(path) was ended by signal \(ended & 0x7F)", isCrash: true) }
        return (ended == 0, String(decoding: output, as: UTF8.self))
    }

    private static func readAll(_ descriptor: Int32) -> [UInt8] {
        var all: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = read(descriptor, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return all }
            all += chunk[..<count]
        }
    }
}
