// SPDX-License-Identifier: Apache-2.0

import BPFAssembly
import CNamespaces
@testable import EBPF
import Glibc

/// Probes that programs declare (USDT): those of `Tests/CNamespaces/probes.c`, which are in this very binary.
extension HookTrial {
    static let usdt: [HookTrial] = [
        HookTrial(name: "usdt", since: "5.15") {
            let tried = try TriedProgram("hook_usdt", of: TrialLanguage.probes())
            try tried.prove(try tried.program.attach(), callProbe)
            try tried.expect(count: 3, [-5, 1 << 40 | 6, 7, 0], size: 4)
        },
        HookTrial(name: "usdt, one process", since: "5.10") {
            let tried = try TriedProgram("hook_usdt", of: TrialLanguage.probes())
            try tried.prove(try tried.program.attach(AttachOptions(process: getpid())), callProbe)
            try tried.expect(count: 3, [-5, 1 << 40 | 6, 7, 0], size: 4)
        },
        HookTrial(name: "usdt with a cookie", since: "5.10") {
            let tried = try TriedProgram("hook_usdt", of: TrialLanguage.probes())
            try tried.prove(try tried.program.attach(AttachOptions(cookie: 1 << 63 | 99, process: getpid())), callProbe)
            try tried.expect(count: 3, [-5, 1 << 40 | 6, 7, 0], size: 4, cookie: 1 << 63 | 99)
        },
        HookTrial(name: "usdt, several places", since: "5.10") {
            let tried = try TriedProgram("hook_usdt_twice", of: TrialLanguage.probes())
            let link = try tried.program.attach(AttachOptions(process: getpid()))
            let before = try tried.seen()
            callTwice()
            guard try tried.seen() == before + 2 else { throw Failure(description: "\(try tried.seen() - before) of 2 places are seen") }
            try tried.expect(count: 4, [1, 11, 33, 42], size: 4)
            try tried.prove(link, callTwice)
        },
        HookTrial(name: "usdt, by events", since: "5.10") {
            let tried = try TriedProgram("hook_usdt_events", of: TrialLanguage.probes())
            let link = try tried.program.attach(toUSDT: "/proc/self/exe", provider: "trial", name: "twice", process: getpid(), cookie: 3)
            try tried.prove(link, callTwice)
            try tried.expect(count: 4, [1, 11, 33, 42], size: 4, cookie: 3)
        },
        HookTrial(name: "usdt, its counter", since: "5.10") {
            for name in ["hook_usdt", "hook_usdt_events"] {
                let tried = try TriedProgram(name, of: TrialLanguage.probes())
                let link = try tried.program.attach(toUSDT: "/proc/self/exe", provider: "trial", name: "counted", process: getpid())
                guard count_tracers() == 1 else { throw Failure(description: "the counter is \(count_tracers()) where one traces (\(name))") }
                try tried.prove(link, callTwice)
                try tried.expect(count: 1, [1, 0, 0, 0], size: 8)
                guard count_tracers() == 0 else { throw Failure(description: "the counter is \(count_tracers()) where none traces (\(name))") }
            }
        },
        HookTrial(name: "usdt in a library by name", since: "5.15") {
            try withLibrary { name in
                let tried = try TriedProgram("hook_usdt", of: TrialLanguage.probes())
                let link = try tried.program.attach(toUSDT: name, provider: "trial", name: "called")
                try tried.prove(link, callProbe)
                try tried.expect(count: 3, [-5, 1 << 40 | 6, 7, 0], size: 4)
            }
        },
        HookTrial(name: "usdt.s", since: "6.0", refusal: "programs can be sleepable") {
            let tried = try TriedProgram("hook_usdt_sleeping", of: TrialLanguage.probes())
            try tried.prove(try tried.program.attach(), callProbe)
            try tried.expect(count: 3, [-5, 1 << 40 | 6, 7, 0], size: 4)
        },
        HookTrial(name: "usdt, an object for older loaders", since: "5.10") {
            let tried = try TriedProgram("hook_usdt_old", of: OldProbes.object())
            try tried.prove(try tried.program.attach(AttachOptions(cookie: 12, process: getpid())), callProbe)
            let values = (
                try tried.object.value(of: "count", as: Int64.self), try tried.object.value(of: "second", as: Int64.self),
                try tried.object.value(of: "cookie", as: UInt64.self)
            )
            guard values == (3, 1 << 40 | 6, 12) else { throw Failure(description: "count, second argument and cookie are \(values)") }
        },
        HookTrial(name: "usdt, nobody asks for arguments", since: "5.10") {
            let tried = try TriedProgram("hook_uprobe")
            try tried.prove(try tried.program.attach(toUSDT: "/proc/self/exe", provider: "trial", name: "called"), callProbe)
        },
    ]

    static func callProbe() { _ = probed_function(-5, 1 << 40 | 6) }

    static func callTwice() { _ = [11, 22, 33].withUnsafeBufferPointer { probed_twice(1, $0.baseAddress) } }

    /// Has this binary be found as a library, by a name that is only known where this trial looks.
    private static func withLibrary(_ body: (String) throws -> Void) throws {
        var template = Array("/tmp/swift-ebpf-XXXXXX\0".utf8CString.dropLast())
        guard mkdtemp(&template) != nil else { return try EBPFTests.check(-errno, "mkdtemp") }
        let directory = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let library = directory + "/libtrial-probes.so.1"
        defer {
            unlink(library)
            rmdir(directory)
        }
        if symlink(FileRoot.target(ofLink: "/proc/self/exe") ?? "", library) != 0 { try EBPFTests.check(-errno, "symlink") }
        setenv("LD_LIBRARY_PATH", directory, 1)
        defer { unsetenv("LD_LIBRARY_PATH") }
        try body("libtrial-probes")
    }
}

extension TriedProgram {
    /// Compares what the program saw at its last event.
    func expect(count: Int64, _ values: [Int64], size: Int64, cookie: UInt64 = 0) throws {
        let status = try object.value(of: "status", as: Int64.self)
        guard status == 0 else { throw HookTrial.Failure(description: "an argument cannot be read (\(status))") }
        let seen = try object.value(of: "values", as: InlineValues.self).array
        let others = (
            try object.value(of: "count", as: Int64.self), try object.value(of: "size", as: Int64.self),
            try object.value(of: "cookie", as: UInt64.self)
        )
        guard seen == values, others == (count, size, cookie) else {
            throw HookTrial.Failure(description: "the arguments are \(seen), their number, the first one's size and the cookie \(others)")
        }
    }
}

/// `s64 values[4]`
private struct InlineValues: BitwiseCopyable {
    var a: Int64, b: Int64, c: Int64, d: Int64
    var array: [Int64] { [a, b, c, d] }
}
