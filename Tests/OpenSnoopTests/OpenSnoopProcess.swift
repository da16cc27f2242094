// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// The built command, run as a user runs it.
struct OpenSnoopProcess {
    /// What a finished run left behind.
    struct Outcome {
        var status: Int32
        var lines: [String]
        var errors: String
    }

    /// The directory of the test binary is that of the products.
    static var executable: String {
        get throws {
            let tests = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
            let path = URL(fileURLWithPath: tests).deletingLastPathComponent().appendingPathComponent("opensnoop").path
            return try #require(FileManager.default.isExecutableFile(atPath: path) ? path : nil, "opensnoop is not built at \(path)")
        }
    }

    /// Runs a command to its end, in which `%` stands for the path of opensnoop.
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
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        let said = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return Outcome(status: process.terminationStatus, lines: text.split(separator: "\n").map(String.init), errors: said)
    }

    /// Runs opensnoop, calls `action` again and again until `isEnough` says that its output holds what was waited for, and
    /// interrupts it.
    ///
    /// Again and again, since opensnoop sees only what is opened after it is attached.
    static func observe(
        _ arguments: [String], during action: () throws -> Void, until isEnough: ([String]) throws -> Bool
    ) throws -> Outcome {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: try executable)
        process.arguments = arguments
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("opensnoop-\(UUID().uuidString)")
        #expect(FileManager.default.createFile(atPath: file.path, contents: nil))
        defer { try? FileManager.default.removeItem(at: file) }
        let errors = Pipe()
        process.standardOutput = try FileHandle(forWritingTo: file)
        process.standardError = errors
        try process.run()
        // Only complete lines count.
        func lines() throws -> [String] {
            let text = String(decoding: try Data(contentsOf: file), as: UTF8.self)
            return text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
        }
        let end = Date(timeIntervalSinceNow: 30)
        var found = false
        while !found, process.isRunning, Date() < end {
            try action()
            Thread.sleep(forTimeInterval: 0.05)
            found = try isEnough(lines())
        }
        process.interrupt()
        let said = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(found, "opensnoop \(arguments) never printed what was waited for; it said: \(said)")
        return Outcome(status: process.terminationStatus, lines: try lines(), errors: said)
    }

    /// Whether this process may load programs at all; else the live tests cannot run.
    static let isPossible = geteuid() == 0
    static let reason: Comment = "not run, because loading eBPF programs needs root"
}

/// One line of `--json`.
struct JSONOpen: Decodable {
    var time: String?
    var pid: Int?
    var tid: Int?
    var uid: UInt32?
    var comm: String?
    var fd: Int?
    var errno: Int?
    var flags: UInt32?
    var mode: UInt32?
    var path: String?
    var lost: Int?

    static func parse(_ lines: [String]) throws -> [JSONOpen] {
        try lines.map { try JSONDecoder().decode(JSONOpen.self, from: Data($0.utf8)) }
    }
}
