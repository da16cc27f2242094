// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc

/// The program `Programs/chain.c`, compiled where the machine has a compiler.
enum ChainProgram {
    /// GNU as takes the `$` that names of Swift begin with for a number.
    static let compiler = tool("clang")
    static let canStrip = tool("objcopy") != nil && tool("strip") != nil
    static let source = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Programs/chain.c").path
    static let isAvailable = LiveKernel.isAvailable && compiler != nil && access(source, R_OK) == 0

    static func tool(_ name: String) -> String? {
        let directories = (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin").split(separator: ":")
        return directories.map { "\($0)/\(name)" }.first { access($0, X_OK) == 0 }
    }

    struct Failure: Error, CustomStringConvertible { let description: String }

    /// Runs a tool to its end, on the calling thread, whose mounts it sees.
    static func run(_ path: String, _ arguments: String...) throws {
        let process = try spawn(path, arguments, input: nil, output: nil)
        var status: Int32 = 0
        guard waitpid(process, &status, 0) == process, status == 0 else {
            throw Failure(description: "\(path) \(arguments.joined(separator: " ")) ended with \(status)")
        }
    }

    /// Compiles it with a build id.
    static func compile(to path: String, _ options: String...) throws {
        guard let compiler else { throw Failure(description: "there is no compiler") }
        let fixed = ["-O1", "-fno-omit-frame-pointer", "-fno-optimize-sibling-calls", "-Wl,--build-id=sha1", "-o", path, source]
        let process = try spawn(compiler, fixed + options, input: nil, output: nil)
        var status: Int32 = 0
        guard waitpid(process, &status, 0) == process, status == 0 else { throw Failure(description: "\(source) is not compiled") }
    }

    static func spawn(_ path: String, _ arguments: [String], input: Int32?, output: Int32?) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        if let input { posix_spawn_file_actions_adddup2(&actions, input, 0) }
        if let output { posix_spawn_file_actions_adddup2(&actions, output, 1) }
        var texts: [UnsafeMutablePointer<CChar>?] = ([path] + arguments).map { strdup($0) } + [nil]
        defer { texts.forEach { free($0) } }
        var process: pid_t = 0
        let status = posix_spawn(&process, path, &actions, nil, &texts, environ)
        guard status == 0 else { throw Failure(description: "\(path): \(String(cString: strerror(status)))") }
        return process
    }
}

/// A process that runs the program; it ends with this.
///
/// Sendable: one thread after another uses it.
final class ChainProcess: @unchecked Sendable {
    let process: pid_t
    private var hasEnded = false
    private let input: Int32
    private let output: Int32

    /// Starts it on the calling thread, whose mounts it sees, and waits until it is ready.
    init(_ path: String, _ arguments: String...) throws {
        var toChild: [Int32] = [0, 0]
        var fromChild: [Int32] = [0, 0]
        guard pipe(&toChild) == 0, pipe(&fromChild) == 0 else { throw ChainProgram.Failure(description: "no pipes") }
        for end in toChild + fromChild { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        defer {
            close(toChild[0])
            close(fromChild[1])
        }
        (input, output) = (toChild[1], fromChild[0])
        process = try ChainProgram.spawn(path, arguments, input: toChild[0], output: fromChild[1])
        guard answer() == UInt8(ascii: "r") else { throw ChainProgram.Failure(description: "\(path) is not ready") }
    }

    private func answer() -> UInt8? {
        var byte: UInt8 = 0
        return read(output, &byte, 1) == 1 ? byte : nil
    }

    /// Makes it go through its functions once.
    func call() throws {
        var byte: UInt8 = 1
        guard write(input, &byte, 1) == 1, answer() == UInt8(ascii: "d") else { throw ChainProgram.Failure(description: "it does not answer") }
    }

    /// Ends it, and waits until it has ended.
    func end() {
        guard !hasEnded else { return }
        hasEnded = true
        kill(process, SIGKILL)
        waitpid(process, nil, 0)
    }

    deinit {
        close(input)
        close(output)
        end()
    }
}
