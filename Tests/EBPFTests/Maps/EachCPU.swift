// SPDX-License-Identifier: Apache-2.0

import CNamespaces
@testable import EBPF
import Glibc

/// This thread on one CPU after another.
enum EachCPU {
    /// Runs a body on each CPU that this thread may run on, which it is told by its number; then the thread may run where it did before.
    static func run(_ body: (Int) throws -> Void) throws {
        // As many bits as the kernel's largest machines have CPUs.
        var before = [UInt8](repeating: 0, count: 1024)
        try check(thread_cpus(&before, UInt(before.count)), "sched_getaffinity")
        defer { _ = set_thread_cpus(before, UInt(before.count)) }
        for cpu in try CPUs.online() where before[cpu / 8] >> UInt8(cpu % 8) & 1 == 1 {
            var one = [UInt8](repeating: 0, count: before.count)
            one[cpu / 8] = 1 << UInt8(cpu % 8)
            try check(set_thread_cpus(one, UInt(one.count)), "sched_setaffinity")
            try body(cpu)
        }
    }

    /// Waits until something is so, for a minute at most: `cause` is called again and again.
    ///
    /// - Returns: whether it came to be so.
    static func see(_ isSo: () throws -> Bool, _ cause: () throws -> Void = {}) rethrows -> Bool {
        let deadline = SuspendingClock.now + .seconds(60)
        while true {
            try cause()
            if try isSo() { return true }
            guard SuspendingClock.now < deadline else { return false }
            usleep(50_000)
        }
    }
}
