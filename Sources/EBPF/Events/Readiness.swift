// SPDX-License-Identifier: Apache-2.0

import CLinux
import Glibc

/// Waits for records of streams and buffers and for other descriptors, many at once.
///
/// Nothing is to be read of a stream whose next record is still being written: a wait sleeps until it is there, however long its program takes between
/// reserving and submitting. Records that wake nobody (`BPF_RB_NO_WAKEUP`, and others than the last of `events_send_batched`) do not end a wait that
/// sleeps; the next wait finds them.
public struct Readiness: ~Copyable, Sendable {
    private struct Watched: Sendable {
        /// The tokens of descriptors; the kernel answers with their indices. Nothing is taken out.
        var tokens: [UInt64] = []
        var rings = WatchedRings()
    }

    private let epoll: Descriptor
    private let watched = Locked(Watched())

    /// - Throws: ``EBPFError`` where the process has too many descriptors.
    public init() throws(EBPFError) {
        let number = linux_epoll_create()
        guard number >= 0 else { throw EBPFError(system: errno, "wait for events") }
        epoll = Descriptor(number)
    }

    /// Waits for records of a stream from now on; `token` says so in the answer of ``wait(milliseconds:for:)``. To be called again when
    /// ``EventStream/followCPUs()`` has opened rings. A stream that is dropped is never ready again.
    ///
    /// - Throws: ``EBPFError`` where the stream was added with another token, or the kernel refuses.
    public func add(_ stream: borrowing EventStream, token: UInt64) throws(EBPFError) { try add(stream.waited, token: token) }

    /// Waits for records of a ring buffer from now on, as ``add(_:token:)-(EventStream,_)`` does for those of a stream.
    ///
    /// - Throws: ``EBPFError`` where the buffer was added with another token, or the kernel refuses.
    public func add(_ ring: borrowing RingBuffer, token: UInt64) throws(EBPFError) { try add(ring.waited, token: token) }

    /// Waits for records of a perf buffer from now on; to be called again when ``PerfBuffer/followCPUs()`` has opened rings.
    ///
    /// - Throws: ``EBPFError`` where the buffer was added with another token, or the kernel refuses.
    public func add(_ buffer: borrowing PerfBuffer, token: UInt64) throws(EBPFError) { try add(buffer.waited, token: token) }

    func add(_ rings: [WaitedRing], token: UInt64) throws(EBPFError) {
        try watched.withLock { (watched) throws(EBPFError) in try watched.rings.add(rings, token: token, to: epoll) }
    }

    /// Waits for a descriptor to become readable from now on. The descriptor must stay open for as long.
    ///
    /// - Throws: ``EBPFError`` where the kernel refuses.
    public func add(descriptor: Int32, token: UInt64) throws(EBPFError) { try add(descriptor, WatchedEvents.readable, token) }

    /// Watches a descriptor that is written to: when its reader has gone, `token` is ready. Files and devices, which have
    /// no reader that could go, are passed over.
    package func add(writerTo descriptor: Int32, token: UInt64) { try? add(descriptor, 0, token) }

    private func add(_ descriptor: Int32, _ events: UInt32, _ token: UInt64) throws(EBPFError) {
        // Under the lock: nobody waits for an index that is not there yet, or is another's.
        let status = watched.withLock { watched in
            guard linux_epoll_add(epoll.number, descriptor, events, UInt64(watched.tokens.count)) == 0 else { return errno }
            watched.tokens.append(token)
            return 0
        }
        guard status == 0 else { throw EBPFError(system: status, "wait for events") }
    }

    /// Waits until something is ready or the time is over, `nil` for ever. A signal that interrupts counts as nothing ready.
    ///
    /// - Returns: whether `token` is among what is ready.
    /// - Throws: ``EBPFError`` where the kernel refuses.
    public func wait(milliseconds: Int32?, for token: UInt64) throws(EBPFError) -> Bool {
        let deadline = milliseconds.flatMap { $0 < 0 ? nil : SuspendingClock.now + .milliseconds($0) }
        while true {
            var found = Found(of: token)
            let isSettling = look(&found)
            let left = MonotonicWait.milliseconds(until: deadline)
            guard try sleep(found.isAny ? 0 : isSettling && left != 0 ? 1 : left, &found) else { return false }
            if found.isAny || left == 0 { return found.isToken }
        }
    }

    /// What is ready.
    private struct Found {
        let token: UInt64
        var isAny = false
        var isToken = false

        init(of token: UInt64) { self.token = token }

        mutating func add(_ other: UInt64) {
            isAny = true
            if other == token { isToken = true }
        }
    }

    /// Looks which records can be read now; answers whether there are samples that only time makes readable.
    private func look(_ found: inout Found) -> Bool {
        // Outside of the lock, which who adds a stream wants.
        let rings = watched.withLock { $0.rings }
        return rings.look { found.add($0) }
    }

    /// Sleeps until a descriptor is ready or a ring has changed; answers `false` where a signal interrupted.
    private func sleep(_ milliseconds: Int32, _ found: inout Found) throws(EBPFError) -> Bool {
        var indices: InlineArray<16, UInt64> = .init(repeating: 0)
        var span = indices.mutableSpan
        let count = span.withUnsafeMutableBufferPointer { linux_epoll_wait(epoll.number, $0.baseAddress, Int32($0.count), milliseconds) }
        guard count >= 0 else {
            guard errno == EINTR else { throw EBPFError(system: errno, "wait for events") }
            return false
        }
        let tokens = watched.withLock { $0.tokens }
        for index in 0..<Int(count) {
            // That a ring has changed does not say that it can be read.
            if let place = Int(exactly: indices[index]), tokens.indices.contains(place) { found.add(tokens[place]) }
        }
        return true
    }
}
