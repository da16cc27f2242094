// SPDX-License-Identifier: Apache-2.0

import CNamespaces
import Foundation

/// A network namespace with a loopback device that is up, and with a thread in it; it goes with the thread.
enum OwnNetwork {
    /// Runs something in a new one.
    static func run<Answer: Sendable>(_ body: @escaping @Sendable () throws -> Answer) throws -> Answer {
        let outcome = Outcome<Answer>()
        let end = DispatchSemaphore(value: 0)
        Thread.detachNewThread {
            outcome.result = Result {
                try FailedCall.check(take_own_network(), "unshare")
                return try body()
            }
            end.signal()
        }
        end.wait()
        guard let result = outcome.result else { throw FailedCall(description: "the thread left nothing") }
        return try result.get()
    }

    // Sendable: one thread writes it before the other reads it.
    private final class Outcome<Answer>: @unchecked Sendable { var result: Result<Answer, any Error>? }
}
