// SPDX-License-Identifier: Apache-2.0

import CNamespaces
import Glibc

/// A network namespace for what this thread does meanwhile, so that nothing is said to the machine's own devices.
enum OwnNetwork {
    /// Calls `body` in a namespace of its own, if that is wanted; then the thread is where it was before. Threads that it starts are in the namespace too.
    static func run(if isWanted: Bool = true, _ body: () throws -> Void) throws {
        guard isWanted else { return try body() }
        let before = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC)
        if before < 0 { try check(-errno, "open the namespace of this thread") }
        defer { close(before) }
        try check(take_own_network(), "unshare")
        defer { if enter_network(before) != 0 { fatalError("this thread cannot go back to its network") } }
        try body()
    }
}
