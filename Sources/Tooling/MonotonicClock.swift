// SPDX-License-Identifier: Apache-2.0

import Glibc

/// The clock that nobody sets.
enum MonotonicClock {
    /// Milliseconds since some moment before the start of the machine's programs.
    static var milliseconds: Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }
}
