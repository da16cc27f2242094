// SPDX-License-Identifier: GPL-2.0-only OR MIT

import CEBPFHelpers

/// A lock in the value of a map, for what is more than one number: all CPUs and user space (`BPF_F_LOCK`) take turns.
///
///     struct Account: BitwiseCopyable {
///         var lock = SpinLock()
///         var credits: UInt32 = 0
///         var debits: UInt64 = 0
///     }
///
///     account.pointee.lock.withLock {
///         account.pointee.credits &+= 1
///         account.pointee.debits &+= amount
///     }
///
/// A value has at most one. Hash maps, arrays and storage maps that are not per CPU; not in programs of tracepoints, kprobes and perf events, which may
/// interrupt who holds it, nor in filters of sockets: `xdp`, `tc`, `cgroup_skb`, `tp_btf`, `lsm` and the like have them. Linux 5.1.
/// `include/uapi/linux/bpf.h`: `struct bpf_spin_lock`.
@frozen public struct SpinLock: BitwiseCopyable, Sendable {
    @usableFromInline var val: UInt32 = 0

    /// A lock that nobody holds.
    @inline(__always) public init() {}

    /// Does something while nobody else holds the lock. No helper may be called meanwhile, nor another lock taken: the compiler refuses it.
    @inline(__always) public mutating func withLock<Answer>(_ body: () -> Answer) -> Answer {
        withUnsafeMutablePointer(to: &self) { lock in
            bpf_spin_lock(lock)
            let answer = body()
            bpf_spin_unlock(lock)
            return answer
        }
    }
}
