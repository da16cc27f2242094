// SPDX-License-Identifier: Apache-2.0

import Glibc

/// Turns the kernel's clock of events (CLOCK_MONOTONIC, in nanoseconds) into times of day.
public struct EventClock {
    /// What to add to a monotonic time for the time since 1970, in nanoseconds.
    private var offset: Int64
    private var measuredSecond: Int64 = .min
    private var cachedSecond: Int64 = .min
    private var cachedTime = tm()

    /// Measures how far the two clocks are apart. Costs two readings of clocks.
    public init() {
        offset = Self.measureOffset()
    }

    /// The time since 1970 in nanoseconds. Measures anew once a second, so that a step of the machine's clock is followed.
    private mutating func unixTime(_ monotonic: UInt64) -> Int64 {
        let time = Int64(clamping: monotonic)
        if time / 1_000_000_000 != measuredSecond {
            measuredSecond = time / 1_000_000_000
            offset = Self.measureOffset()
        }
        return time &+ offset
    }

    /// Appends the local time as `HH:MM:SS`.
    public mutating func append(_ monotonic: UInt64, to output: inout LineOutput) {
        let second = unixTime(monotonic) / 1_000_000_000
        if second != cachedSecond {
            var value = time_t(second)
            localtime_r(&value, &cachedTime)
            cachedSecond = second
        }
        output.appendClock(cachedTime)
    }

    /// Appends the time as RFC 3339 in UTC with microseconds: `"2026-11-21T06:20:00.123456Z"`, quotes included.
    public mutating func append(rfc3339 monotonic: UInt64, to output: inout LineOutput) {
        let nanoseconds = unixTime(monotonic)
        var second = time_t(nanoseconds / 1_000_000_000)
        var time = tm()
        gmtime_r(&second, &time)
        let zero = UInt8(ascii: "0")
        output.append(byte: UInt8(ascii: "\""))
        output.append(number: time.tm_year + 1900, width: 4, filler: zero)
        output.append("-")
        output.append(number: time.tm_mon + 1, width: 2, filler: zero)
        output.append("-")
        output.append(number: time.tm_mday, width: 2, filler: zero)
        output.append("T")
        output.appendClock(time)
        output.append(".")
        output.append(number: nanoseconds % 1_000_000_000 / 1000, width: 6, filler: zero)
        output.append("Z\"")
    }

    private static func measureOffset() -> Int64 {
        var real = timespec()
        var monotonic = timespec()
        clock_gettime(CLOCK_MONOTONIC, &monotonic)
        clock_gettime(CLOCK_REALTIME, &real)
        return Int64(real.tv_sec - monotonic.tv_sec) * 1_000_000_000 + Int64(real.tv_nsec - monotonic.tv_nsec)
    }
}

extension LineOutput {
    fileprivate mutating func appendClock(_ time: tm) {
        append(number: time.tm_hour, width: 2, filler: UInt8(ascii: "0"))
        append(":")
        append(number: time.tm_min, width: 2, filler: UInt8(ascii: "0"))
        append(":")
        append(number: time.tm_sec, width: 2, filler: UInt8(ascii: "0"))
    }
}
