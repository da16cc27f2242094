// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// Objects that others wrote, after all that could happen to them.
///
/// What reads them is built with optimisation, apart from the tests, and runs in processes of its own: of a trap, of more than ten seconds
/// or of more than a gigabyte for one mutation they say which mutation of which object it was.
@Suite struct MutationTests {
    static let mutationsOfEach = 2000

    static let objects: [String] = {
        guard let corpus = ProcessInfo.processInfo.environment["EBPF_CORPUS"] else { return [] }
        let files = FileManager.default.enumerator(at: URL(fileURLWithPath: corpus), includingPropertiesForKeys: nil)
        return (files?.compactMap { ($0 as? URL)?.path } ?? []).filter { $0.hasSuffix(".bpf.o") }.sorted()
    }()

    @Test(.enabled(if: !objects.isEmpty, "not run, because EBPF_CORPUS names no directory of objects"))
    func `every object is read or refused, whatever 2000 mutations made of it`() throws {
        let program = try Self.build()
        let start = ContinuousClock.now
        let shards = max(ProcessInfo.processInfo.activeProcessorCount, 1)
        let processes = try (0..<shards).map { shard in
            try Child(program, ["\(Self.mutationsOfEach)", "\(shard)", "\(shards)"] + Self.objects)
        }
        var counts: [String: Int] = [:]
        for process in processes {
            let (output, errors, isSuccess) = process.finish()
            #expect(isSuccess, "\(errors)")
            // One line: `whole 12 parts 34 refused 56`.
            let words = output.split { $0 == " " || $0 == "\n" }
            for (name, number) in zip(words, words.dropFirst()) { Int(number).map { counts[String(name), default: 0] += $0 } }
        }
        #expect(counts.values.reduce(0, +) == Self.mutationsOfEach * Self.objects.count)
        // Mutations that all are refused at the first look would find nothing.
        let read = counts["whole", default: 0] + counts["parts", default: 0]
        #expect(read * 4 > Self.mutationsOfEach * Self.objects.count && counts["refused", default: 0] > read / 4)
        print(
            "\(Self.objects.count) objects, \(Self.mutationsOfEach) mutations of each: \(read) read, \(counts["refused", default: 0]) refused, "
                + "in \((ContinuousClock.now - start).formatted(.units(allowed: [.seconds])))")
    }

    /// Builds what makes and reads mutations, and answers its path.
    private static func build() throws -> String {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let scratch = root.appendingPathComponent(".build/mutations").path
        // A scratch directory of its own: whoever runs these tests holds the lock of the other.
        let build = try Child(
            "/usr/bin/env",
            [
                "swift", "build", "-c", "release", "--package-path", root.appendingPathComponent("Fuzzing").path, "--scratch-path", scratch,
                "--product", "mutations",
            ])
        let (output, errors, isSuccess) = build.finish()
        try #require(isSuccess, "\(output)\(errors)")
        return scratch + "/release/mutations"
    }
}

/// A process whose output is kept in files, so that none waits for its reader.
private struct Child {
    private let process = Process()
    private let directory: URL

    init(_ program: String, _ arguments: [String]) throws {
        directory = FileManager.default.temporaryDirectory.appendingPathComponent("mutations-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.standardOutput = try Self.file(directory.appendingPathComponent("output"))
        process.standardError = try Self.file(directory.appendingPathComponent("errors"))
        // Its backtraces are worth minutes here, and nothing: the mutation's number is.
        process.environment = ProcessInfo.processInfo.environment.merging(["SWIFT_BACKTRACE": "enable=no"]) { _, new in new }
        try process.run()
    }

    private static func file(_ url: URL) throws -> FileHandle {
        try Data().write(to: url)
        return try FileHandle(forWritingTo: url)
    }

    /// Waits for the end.
    func finish() -> (output: String, errors: String, isSuccess: Bool) {
        process.waitUntilExit()
        func text(_ name: String) -> String {
            String(decoding: (try? Data(contentsOf: directory.appendingPathComponent(name))) ?? Data(), as: UTF8.self)
        }
        defer { try? FileManager.default.removeItem(at: directory) }
        return (text("output"), text("errors"), process.terminationReason == .exit && process.terminationStatus == 0)
    }
}
