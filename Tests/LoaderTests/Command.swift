// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A command that runs beside this process.
struct Command {
    /// What a command that has ended left behind.
    struct Outcome {
        let status: Int32
        let output: String
        let errors: String
    }

    private let process = Process()
    // Files, which never wait for who reads them.
    private let directory = FileManager.default.temporaryDirectory.appendingPathComponent("command-\(UUID().uuidString)")
    private var output: URL { directory.appendingPathComponent("output") }
    private var errors: URL { directory.appendingPathComponent("errors") }

    /// Starts a command; whoever starts one waits for its end.
    init(_ path: String, _ arguments: [String]) throws {
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        for file in [output, errors] { try Data().write(to: file) }
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = try FileHandle(forWritingTo: errors)
        try process.run()
    }

    /// Waits for the command's end.
    func outcome() throws -> Outcome {
        process.waitUntilExit()
        defer { try? FileManager.default.removeItem(at: directory) }
        return Outcome(
            status: process.terminationStatus, output: String(decoding: try Data(contentsOf: output), as: UTF8.self),
            errors: String(decoding: try Data(contentsOf: errors), as: UTF8.self))
    }
}
