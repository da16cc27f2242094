// SPDX-License-Identifier: Apache-2.0

import CLinux
import Glibc

/// Waits for records of many buffers at once, with a deadline, without spinning: also while a record stays uncommitted, which a plain poll reports as
/// something to read.
///
///     var wait = try EventWait()
///     try wait.add(opens, token: 0)
///     try wait.add(exits, token: 1)
///     for token in try wait.wait(until: .now + .seconds(1)) { ... }
public struct EventWait: ~Copyable, Sendable {
    private let epoll: Descriptor
    private var sources: [(token: UInt64, ring: WaitedRing)] = []
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
    /// - Throws: ``EBPFError`` where the kernel refuses.
    public mutating func add(_ ring: borrowing RingBuffer, token: UInt64) throws(EBPFError) {
        try add(ring.waited, token)
    }

    /// Waits for records of a perf buffer from now on. To be called again when ``PerfBuffer/followCPUs()`` has opened rings.
    ///
    /// - Throws: ``EBPFError`` where the kernel refuses.
    public mutating func add(_ buffer: borrowing PerfBuffer, token: UInt64) throws(EBPFError) {
        try add(buffer.waited, token)
    }

    /// Waits for records of a stream from now on. To be called again when ``EventStream/followCPUs()`` has opened rings.
    ///
    /// - Throws: ``EBPFError`` where the kernel refuses.
    public mutating func add(_ stream: borrowing EventStream, token: UInt64) throws(EBPFError) {
        try add(stream.waited, token)
    }

    /// Those that are watched already stay as they are.
    private mutating func add(_ rings: [WaitedRing], _ token: UInt64) throws(EBPFError) {
        for ring in rings {
            if let descriptor = ring.descriptor, try !watch(descriptor, token) { continue }
            sources.append((token, ring))
        }
    }

    /// Watches for changes (`EPOLLET`); answers whether it was not watched before.
    private func watch(_ descriptor: Int32, _ token: UInt64) throws(EBPFError) -> Bool {
        if linux_epoll_add(epoll.number, descriptor, 1 | 1 << 31, token) == 0 { return true }
        guard errno == EEXIST else { throw EBPFError(system: errno, "wait for events") }
        return false
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
        let memory = sources.lazy.compactMap { entry in
            if case .ring(let memory, _) = entry.ring, entry.token == token { memory } else { nil }
        }.first
        guard let memory else { throw EBPFError(.invalid, "wait for events", cause: "no ring buffer was added with the token \(token)") }
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
        var isSettling = false
        ready.removeAll(keepingCapacity: true)
        for (token, ring) in sources where !ready.contains(token) {
            switch ring.state {
            case .ready: ready.append(token)
            case .settling: isSettling = true
            case .nothing: break
            }
        }
        return isSettling
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
