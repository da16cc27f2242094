// SPDX-License-Identifier: Apache-2.0

import Glibc

/// Deadlines of the monotonic clock, which nobody sets, for system calls that take milliseconds. `SuspendingClock` is `CLOCK_MONOTONIC`.
enum MonotonicWait {
    /// The time now.
    static var nanoseconds: UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(clamping: time.tv_sec) &* 1_000_000_000 &+ UInt64(clamping: time.tv_nsec)
    }

    /// How long to wait until a deadline, rounded up, so that nothing ends before it; 0 when it has passed, -1 (for ever) without one.
    static func milliseconds(until deadline: SuspendingClock.Instant?) -> Int32 {
        guard let deadline else { return -1 }
        let left = SuspendingClock.now.duration(to: deadline).components
        guard left.seconds >= 0, left.attoseconds >= 0 else { return 0 }
        let part = (left.attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
        let (whole, overflow) = left.seconds.multipliedReportingOverflow(by: 1000)
        return overflow ? .max : Int32(clamping: whole.addingReportingOverflow(part).overflow ? .max : whole + part)
    }
}
