// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// The packages that the documents show are built as they stand there, outside of this one, and run.
@Suite(.serialized) struct GuideTests {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    /// One for all, so that this package is compiled once for them.
    static let scratch = root.appending(path: ".build/documents/build")
    static let isRoot = geteuid() == 0

    /// A package made of a document's listings. The directory is kept, so that the next run compiles only what has changed.
    private func package(_ document: String, named name: String) throws -> URL {
        let text = try String(contentsOf: Self.root.appending(path: document), encoding: .utf8)
        let directory = Self.root.appending(path: ".build/documents/\(name)")
        let listings = Listings(text)
        try #require(listings.files.contains { $0.path == "Package.swift" })
        // SwiftPM takes a directory named like the package for the package.
        let alias = Self.root.appending(path: ".build/documents/swift-ebpf")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        if (try? FileManager.default.destinationOfSymbolicLink(atPath: alias.path)) == nil {
            try FileManager.default.createSymbolicLink(atPath: alias.path, withDestinationPath: Self.root.path)
        }
        try listings.write(to: directory, package: alias)
        return directory
    }

    private func build(_ directory: URL) throws {
        let (status, output) = try run(
            "/usr/bin/env", ["swift", "build", "--package-path", directory.path, "--scratch-path", Self.scratch.path], for: 900)
        #expect(status == 0, "\(output)")
        try #require(status == 0)
    }

    @Test func theGuidesPackageIsBuiltOutsideOfThisOneAndTellsOfAnOpen() throws {
        let directory = try package("Documentation/Guide.md", named: "watch")
        try build(directory)
        guard Self.isRoot else { return }
        let marker = "/nothing/guide-\(UInt64.random(in: .min ... .max))"
        let output = try openingRepeatedly(marker) { try run(Self.scratch.appending(path: "debug/watch").path, ["\(getpid())"], for: 60).output }
        let line = try #require(output.split(separator: "\n").first { $0.contains(marker) }, "\(output)")
        // The command, its process and its parent: this one.
        #expect(line.contains("\(getpid()) child of \(getppid()) opens \(marker)"))
        #expect(output.contains("lost: 0"))
    }

    @Test func theReadmesPackageIsBuiltOutsideOfThisOneAndTellsOfAnOpen() throws {
        let directory = try package("README.md", named: "mytool")
        try build(directory)
        guard Self.isRoot else { return }
        let output = try openingRepeatedly("/nothing/readme") {
            try run(Self.scratch.appending(path: "debug/mytool").path, ["\(getpid())"], for: 60).output
        }
        #expect(output.contains("process \(getpid())"), "\(output)")
        #expect(output.contains("lost: 0"))
    }

    /// Runs something while another thread opens a path that does not exist, again and again.
    private func openingRepeatedly(_ path: String, _ body: () throws -> String) throws -> String {
        let opener = Thread {
            while !Thread.current.isCancelled {
                _ = open(path, O_RDONLY)
                usleep(20_000)
            }
        }
        opener.start()
        defer { opener.cancel() }
        return try body()
    }

    /// Runs a program to its end. One that takes too long is ended.
    private func run(_ path: String, _ arguments: [String], for seconds: Double) throws -> (status: Int32, output: String) {
        let process = Process()
        process.executableURL = URL(filePath: path)
        process.arguments = arguments
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let deadline = Thread {
            Thread.sleep(forTimeInterval: seconds)
            if process.isRunning { process.terminate() }
        }
        deadline.start()
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: output, as: UTF8.self))
    }
}
