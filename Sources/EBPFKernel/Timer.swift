// SPDX-License-Identifier: GPL-2.0-only OR MIT

import CEBPFHelpers

/// A timer in the value of a map: the kernel calls a function of the program when it expires.
///
///     struct Session: BitwiseCopyable {
///         var timer = Timer()
///         var packets: UInt64 = 0
///     }
///     let sessions = HashMap<UInt32, Session>(maxEntries: 1024)
///
///     session.pointee.timer.set(in: sessions) { key, session in
///         sessions.remove(at: key)
///     }
///     session.pointee.timer.start(nanoseconds: 5_000_000_000)
///
/// A value has at most one. It goes with its entry, and when the last process lets the map go and the last pin of it is removed, also where a program still uses it. Hash maps and arrays that are not per CPU.
/// Programs of tracepoints, kprobes and perf events have them in newer kernels only (`kernel/bpf/verifier.c`: `check_map_prog_compatibility`; 6.18 refuses
/// them, 7.2 does not); `xdp`, `tc`, `cgroup_skb`, `tp_btf` and `lsm` do in all. Linux 5.15. `include/uapi/linux/bpf.h`: `struct bpf_timer`.
@frozen public struct Timer: BitwiseCopyable, Sendable {
    @usableFromInline var words: (UInt64, UInt64) = (0, 0)

    /// A timer that is not set.
    @inline(__always) public init() {}

    /// Says what is called when the timer expires, and by which clock it goes. Where it was set before, its clock stays.
    ///
    /// The body gets the key and the value of the timer's entry. It may name globals only: what stands around it is gone when it runs.
    ///
    /// - Parameter map: the map whose value this is.
    /// - Returns: 0, or a negative errno: -EPERM where no process has the map open, -EINVAL where the kernel found no memory for it.
    @inline(__always) @discardableResult
    public mutating func set<Map: KeyedMap & ~Copyable>(
        in map: borrowing Map, clock: TimerClock = .monotonic,
        _ body: (_ key: UnsafePointer<Map.Key>, _ value: UnsafeMutablePointer<Map.Value>) -> Void
    ) -> Int {
        withUnsafeMutablePointer(to: &self) { timer in
            withUnsafePointer(to: map) { map in _ = bpf_timer_init(timer, UnsafeMutableRawPointer(mutating: map), clock.rawValue) }
            return ebpf_callback_expiry(UnsafeMutableRawPointer(timer), body)
        }
    }

    /// Starts it, or starts it anew.
    ///
    /// - Parameter nanoseconds: from now on.
    /// - Returns: 0, or -EINVAL where it was not set.
    @inline(__always) @discardableResult
    public mutating func start(nanoseconds: UInt64) -> Int {
        withUnsafeMutablePointer(to: &self) { timer in bpf_timer_start(timer, nanoseconds, 0) }
    }

    /// Stops it, and waits for what it calls.
    ///
    /// - Returns: 1 where it was under way, 0 where it was not; -EINVAL where it was not set, -EDEADLK in what it calls.
    @inline(__always) @discardableResult
    public mutating func cancel() -> Int { withUnsafeMutablePointer(to: &self) { timer in bpf_timer_cancel(timer) } }
}

/// By which clock a timer goes: `CLOCK_...` of `include/uapi/linux/time.h`.
@frozen public struct TimerClock: BitwiseCopyable, Sendable {
    @usableFromInline let rawValue: UInt64
    @inline(__always) @usableFromInline init(rawValue: UInt64) { self.rawValue = rawValue }
    /// The time since the machine started, without the time that it slept.
    @inline(__always) public static var monotonic: TimerClock { TimerClock(rawValue: 1) }
    /// The time since the machine started.
    @inline(__always) public static var sinceBoot: TimerClock { TimerClock(rawValue: 7) }
    /// The time of day, which may be set.
    @inline(__always) public static var timeOfDay: TimerClock { TimerClock(rawValue: 0) }
}

/// What the compiler for kernel halves puts a call of `bpf_timer_set_callback` in place of. Linux 5.15.
@inline(never) @_optimize(none)
public func ebpf_callback_expiry<Key, Value>(
    _ timer: UnsafeMutableRawPointer, _ body: (UnsafePointer<Key>, UnsafeMutablePointer<Value>) -> Void
) -> Int {
    #if hasFeature(Embedded)
        return 0
    #else
        return bpf_timer_set_callback(timer, nil)
    #endif
}
