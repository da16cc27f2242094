// SPDX-License-Identifier: Apache-2.0

import CNamespaces
import Foundation
import Glibc

/// A thread that sees mounts of its own: what it mounts is there for nobody else, and goes with it.
public enum PrivateMounts {
    /// Runs a body on such a thread, with a bpf file system at the path that it is given.
    public static func withBPFFileSystem<Result: Sendable>(_ body: @escaping @Sendable (String) throws -> Result) throws -> Result {
        let outcome = Outcome<Result>()
        let thread = Thread {
            outcome.set(Swift.Result { try mountAndRun(body) })
        }
        thread.start()
        return try outcome.wait().get()
    }

    private static func mountAndRun<Result>(_ body: (String) throws -> Result) throws -> Result {
        // The thread ends with the test, and its namespace with it.
        try check(take_own_mounts(), "unshare")
        try check(mount("bpf", "/sys/fs/bpf", "bpf", 0, nil), "mount bpf")
        return try body("/sys/fs/bpf")
    }

    private static func check(_ status: Int32, _ call: String) throws {
        guard status == 0 else { throw Failure(description: "\(call): \(String(cString: strerror(errno)))") }
    }

    private struct Failure: Error, CustomStringConvertible { let description: String }

    /// What a thread came to.
    private final class Outcome<Value: Sendable>: @unchecked Sendable {
        // Sendable: the condition guards the value.
        private let condition = NSCondition()
        private var result: Result<Value, any Error>?

        func set(_ result: Result<Value, any Error>) {
            condition.lock()
            self.result = result
            condition.signal()
            condition.unlock()
        }

        func wait() -> Result<Value, any Error> {
            condition.lock()
            defer { condition.unlock() }
            while true {
                if let result { return result }
                condition.wait()
            }
        }
    }
}
