// SPDX-License-Identifier: Apache-2.0

import CLinux
import Glibc

/// Waits for records of many buffers at once, with a deadline, without spinning: also while a record stays uncommitted, which a plain poll reports as
/// something to read.
///
/// A buffer is waited for as long as it is read: one that is dropped is never ready again.
///
///     var wait = try EventWait()
///     try wait.add(opens, token: 0)
///     try wait.add(exits, token: 1)
///     for token in try wait.wait(until: .now + .seconds(1)) { ... }
public struct EventWait: ~Copyable, Sendable {
    private let epoll: Descriptor
    private var rings = WatchedRings()
    /// The tokens of what was ready last; kept for its storage.
    private var ready: [UInt64] = []

    /// - Throws: ``EBPFError`` where the process has too many descriptors.
    public init() throws(EBPFError) {
        let number = linux_epoll_create()
        guard number >= 0 else { throw EBPFError(system: errno, "wait for events") }
        epoll = Descriptor(number)
    }

    /// Waits for records of a ring buffer from now on; `token` says so in the answer of ``wait(until:)``.
    ///
    /// - Throws: ``EBPFError`` where it was added with another token, or the kernel refuses.
    public mutating func add(_ ring: borrowing RingBuffer, token: UInt64) throws(EBPFError) {
        try rings.add(ring.waited, token: token, to: epoll)
    }

    /// Waits for records of a perf buffer from now on. To be called again when ``PerfBuffer/followCPUs()`` has opened rings.
    ///
    /// - Throws: ``EBPFError`` where it was added with another token, or the kernel refuses.
    public mutating func add(_ buffer: borrowing PerfBuffer, token: UInt64) throws(EBPFError) {
        try rings.add(buffer.waited, token: token, to: epoll)
    }

    /// Waits for records of a stream from now on. To be called again when ``EventStream/followCPUs()`` has opened rings.
    ///
    /// - Throws: ``EBPFError`` where it was added with another token, or the kernel refuses.
    public mutating func add(_ stream: borrowing EventStream, token: UInt64) throws(EBPFError) {
        try rings.add(stream.waited, token: token, to: epoll)
    }

    /// Waits until a record can be read, or the deadline has passed. A signal that interrupts counts as nothing ready.
    ///
    /// - Parameter deadline: of the monotonic clock; `nil` for none.
    /// - Returns: the tokens of all buffers whose next record is there and committed; none where the time is over.
    /// - Throws: ``EBPFError`` where the kernel refuses.
    public mutating func wait(until deadline: SuspendingClock.Instant?) throws(EBPFError) -> [UInt64] {
        while true {
            let isSettling = look()
            if !ready.isEmpty { return ready }
            let left = MonotonicWait.milliseconds(until: deadline)
            guard left != 0, try sleep(isSettling ? 1 : left) else { return [] }
        }
    }

    /// Waits until so many bytes wait in the ring buffer with a token, or the deadline has passed: to read many records at a time.
    ///
    /// Kernel halves that wake their reader by fill level end it at once (`events_send_batched`, `RingBuffer.wakeUp(at:)`); with others the level is
    /// looked at once a millisecond after the first record.
    ///
    /// - Parameters:
    ///   - byteCount: how many bytes, with the headers of records; not more than the ring has.
    ///   - deadline: of the monotonic clock.
    /// - Returns: whether so many bytes wait.
    /// - Throws: ``EBPFError`` where no ring buffer has the token, or the kernel refuses.
    public mutating func wait(
        forBytes byteCount: Int, of token: UInt64, until deadline: SuspendingClock.Instant
    ) throws(EBPFError) -> Bool {
        guard let memory = rings.memory(of: token) else {
            throw EBPFError(.invalid, "wait for events", cause: "no ring buffer was added with the token \(token)")
        }
        while true {
            let waiting = memory.positions.waiting
            if waiting >= min(byteCount, memory.byteCount) { return true }
            let left = MonotonicWait.milliseconds(until: deadline)
            guard left != 0 else { return false }
            _ = try sleep(waiting > 0 ? 1 : left)
        }
    }

    /// Looks what can be read now; answers whether there are samples that only time makes readable.
    private mutating func look() -> Bool {
        ready.removeAll(keepingCapacity: true)
        // Apart from the tokens, which change meanwhile.
        let rings = rings
        return rings.look { token in if !ready.contains(token) { ready.append(token) } }
    }

    /// Sleeps until something has changed; answers `false` where a signal interrupted.
    private func sleep(_ milliseconds: Int32) throws(EBPFError) -> Bool {
        var tokens: InlineArray<16, UInt64> = .init(repeating: 0)
        var span = tokens.mutableSpan
        let count = span.withUnsafeMutableBufferPointer { linux_epoll_wait(epoll.number, $0.baseAddress, Int32($0.count), milliseconds) }
        guard count >= 0 else {
            guard errno == EINTR else { throw EBPFError(system: errno, "wait for events") }
            return false
        }
        return true
    }
}
