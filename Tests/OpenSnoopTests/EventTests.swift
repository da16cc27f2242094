// SPDX-License-Identifier: Apache-2.0

import COpenCalls
import Foundation
import Testing

/// Opens that the tests cause, seen by opensnoop on the running kernel.
@Suite(.enabled(if: OpenSnoopProcess.isPossible, OpenSnoopProcess.reason))
struct EventTests {
    let directory: URL

    init() throws {
        directory = FileManager.default.temporaryDirectory.appendingPathComponent("opens-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: directory.path)
    }

    func path(_ name: String) -> String { directory.appendingPathComponent(name).path }

    @Test(arguments: [(CALL_OPENAT, []), (CALL_OPENAT2, []), (CALL_OPENAT, ["--perf-buffer"])])
    func anOpenThatSucceedsIsSeenWithAllThatIsKnownOfIt(call: open_call, arguments: [String]) throws {
        defer { try? FileManager.default.removeItem(at: directory) }
        let path = path("made")
        var causes: [open_outcome] = []
        let outcome = try OpenSnoopProcess.observe(arguments + ["--json"]) {
            causes.append(open_in_child(call, path, O_RDWR | O_CREAT, "opener", 65534))
        } until: { lines in
            lines.contains { $0.contains(path) }
        }
        let opens = try JSONOpen.parse(outcome.lines).filter { $0.path == path }
        let open = try #require(opens.first)
        let cause = try #require(causes.first { Int($0.pid) == open.pid })
        #expect(open.tid == Int(cause.tid))
        #expect(open.fd == Int(cause.result))
        #expect(open.errno == 0)
        #expect(open.comm == "opener")
        #expect(open.uid == 65534)
        #expect(open.flags == UInt32(O_RDWR | O_CREAT))
        #expect(open.mode == 0o600)
        #expect(open.time?.hasSuffix("Z") == true)
        #expect(outcome.status == 0)
        try FileManager.default.removeItem(atPath: path)
    }

    #if arch(x86_64)
        @Test func theOldestCallIsSeenWhereTheMachineHasIt() throws {
            defer { try? FileManager.default.removeItem(at: directory) }
            let path = path("none")
            let outcome = try OpenSnoopProcess.observe(["--json"]) {
                _ = open_in_child(CALL_OPEN, path, O_RDONLY, "opener", 0)
            } until: { lines in
                lines.contains { $0.contains(path) }
            }
            #expect(try JSONOpen.parse(outcome.lines).first { $0.path == path }?.errno == Int(ENOENT))
        }
    #endif

    @Test func anOpenThatFailsIsSeenWithItsError() throws {
        defer { try? FileManager.default.removeItem(at: directory) }
        let path = path("missing")
        var causes: [open_outcome] = []
        let outcome = try OpenSnoopProcess.observe([]) {
            causes.append(open_in_child(CALL_OPENAT, path, O_RDONLY, "opener", 0))
        } until: { lines in
            lines.contains { $0.hasSuffix(path) }
        }
        #expect(outcome.lines.first == "PID    COMM              FD ERR PATH")
        let line = try #require(outcome.lines.first { $0.hasSuffix(path) })
        let fields = line.split(separator: " ", omittingEmptySubsequences: true).map(String.init)
        #expect(causes.contains { String($0.pid) == fields[0] && $0.result == -ENOENT })
        #expect(fields[1...] == ["opener", "-1", "2", path])
        #expect(outcome.errors.hasSuffix("opens printed, 0 lost\n"))
    }

    // A name of its own: tests beside this one have openers too.
    @Test func aPathOfTheGreatestLengthIsSeenWhole() throws {
        defer { try? FileManager.default.removeItem(at: directory) }
        let path = "/" + String(repeating: "a/", count: 2040) + "deep"
        let outcome = try OpenSnoopProcess.observe(["--json", "-n", "deep-diver"]) {
            _ = open_in_child(CALL_OPENAT, path, O_RDONLY, "deep-diver", 0)
        } until: {
            $0.count > 0
        }
        #expect(try JSONOpen.parse(outcome.lines).first?.path == path)
    }

    @Test func aPathThatIsNoTextStaysOneLineAndValidJSON() throws {
        defer { try? FileManager.default.removeItem(at: directory) }
        let name: [CChar] = [0x2F, 0x6E, 0x0A, 0x1B, 0x22, CChar(bitPattern: 0xFF), 0x65, 0]
        func cause() { _ = open_in_child(CALL_OPENAT, name, O_RDONLY, "odd-namer", 0) }
        let json = try OpenSnoopProcess.observe(["--json", "-n", "odd-namer"], during: cause) { $0.count > 0 }
        #expect(try JSONOpen.parse(json.lines).first?.path == "/n\n\u{1B}\"\u{FFFD}e")
        let text = try OpenSnoopProcess.observe(["-n", "odd-namer"], during: cause) { $0.count > 1 }
        #expect(text.lines[1].contains("/n\\n\\x1b\""))
    }

    @Test func timeUserAndFlagsAreColumnsOfTheirOwn() throws {
        defer { try? FileManager.default.removeItem(at: directory) }
        let path = path("missing")
        let outcome = try OpenSnoopProcess.observe(["-T", "-U", "-e"]) {
            _ = open_in_child(CALL_OPENAT, path, O_RDONLY | O_CLOEXEC, "opener", 65534)
        } until: { lines in
            lines.contains { $0.hasSuffix(path) }
        }
        #expect(outcome.lines.first == "TIME     UID     PID    COMM              FD ERR FLAGS    PATH")
        let line = try #require(outcome.lines.first { $0.hasSuffix(path) })
        #expect(try #/^\d\d:\d\d:\d\d 65534   \d+ +opener            -1   2 02000000 \//#.firstMatch(in: line) != nil)
    }
}
