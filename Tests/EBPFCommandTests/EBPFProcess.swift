// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// The built command `ebpf`, run as a user runs it.
struct EBPFProcess {
    /// What a finished run left behind.
    struct Outcome {
        var status: Int32
        var output: Data
        var errors: String
    }

    /// The directory of the test binary is that of the products.
    static var executable: String {
        get throws {
            let tests = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
            let path = URL(fileURLWithPath: tests).deletingLastPathComponent().appendingPathComponent("ebpf").path
            return try #require(FileManager.default.isExecutableFile(atPath: path) ? path : nil, "ebpf is not built at \(path)")
        }
    }

    /// Runs a command to its end, in which `%` stands for the path of ebpf.
    static func run(shell command: String) throws -> Outcome {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", command.replacingOccurrences(of: "%", with: try executable)]
        let output = Pipe()
        let errors = Pipe()
        process.standardOutput = output
        process.standardError = errors
        try process.run()
        // Errors are few lines: they fit in the pipe while the output is read.
        let data = output.fileHandleForReading.readDataToEndOfFile()
        let said = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return Outcome(status: process.terminationStatus, output: data, errors: said)
    }

    /// Whether this process may load programs at all; else the live tests cannot run.
    static let isPossible = geteuid() == 0
    static let reason: Comment = "not run, because loading eBPF programs needs root"
}
