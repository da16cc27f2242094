// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// A thread that limits itself, does something, and ends: what others of the process may do stays as it is.
enum LimitedThread {
    /// Calls `limit`, which answers 0 or a negative errno, and then `body`, in a thread of their own.
    static func run<Result: Sendable>(_ limit: @escaping @Sendable () -> Int32, _ body: @escaping @Sendable () -> Result) throws -> Result {
        let outcome = Outcome<Result>()
        let end = DispatchSemaphore(value: 0)
        Thread.detachNewThread {
            outcome.status = limit()
            if outcome.status == 0 { outcome.result = body() }
            end.signal()
        }
        end.wait()
        let status = outcome.status
        return try #require(outcome.result, "the thread could not be limited: \(status)")
    }

    /// Written by the thread before it signals, read after that.
    private final class Outcome<Result: Sendable>: @unchecked Sendable {
        var status: Int32 = -1
        var result: Result?
    }
}
