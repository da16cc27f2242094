// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// A directory in which programs are made for a test, with the toolchain's clang and llvm-objcopy; it goes with the value.
final class ProgramWorkshop {
    let directory: String

    /// Whether the machine has what makes programs.
    static let isAvailable = path(of: "clang") != nil && path(of: "llvm-objcopy") != nil
    static let reason: Comment = "not run, because there is no clang, or no llvm-objcopy"

    init() throws {
        directory = FileManager.default.temporaryDirectory.appendingPathComponent("programs-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: directory) }

    /// The path of a file in the directory.
    func path(_ name: String) -> String { "\(directory)/\(name)" }

    /// Compiles C into a program; answers its path.
    func compile(_ source: String, to name: String, _ options: [String] = []) throws -> String {
        try Data(source.utf8).write(to: URL(fileURLWithPath: path("\(name).c")))
        try run("clang", ["-O1", "-Wl,--build-id=none", path("\(name).c"), "-o", path(name)] + options)
        return path(name)
    }

    /// Runs a tool of the toolchain to its end.
    func run(_ tool: String, _ arguments: [String]) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: try #require(Self.path(of: tool)))
        process.arguments = arguments
        process.currentDirectoryURL = URL(fileURLWithPath: directory)
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        try #require(process.terminationStatus == 0, "\(tool): \(text)")
    }

    private static func path(of tool: String) -> String? {
        (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin").split(separator: ":").map { "\($0)/\(tool)" }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
    }
}

/// A process that answers each line that it is sent with one of its own.
final class AnsweringProcess {
    private let process = Process()
    private let input = Pipe()
    private let output = Pipe()

    /// Starts it, and waits for its first line.
    init(_ path: String, _ arguments: [String]) throws {
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        try line()
    }

    deinit {
        try? input.fileHandleForWriting.close()
        process.waitUntilExit()
    }

    var identifier: Int32 { process.processIdentifier }

    /// Sends a line, and waits for the answer.
    func ask() throws {
        try input.fileHandleForWriting.write(contentsOf: Data("\n".utf8))
        try line()
    }

    private func line() throws {
        let byte = try output.fileHandleForReading.read(upToCount: 1)
        try #require(byte?.count == 1, "the process has ended")
    }
}
