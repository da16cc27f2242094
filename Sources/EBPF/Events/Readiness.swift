// SPDX-License-Identifier: Apache-2.0

import CLinux
import Glibc

/// Waits for records of streams and for other descriptors, many at once.
///
/// Nothing is to be read of a stream whose next record is still being written: a wait sleeps until it is there, however long its program takes between
/// reserving and submitting. Records that wake nobody (`BPF_RB_NO_WAKEUP`, and others than the last of `events_send_batched`) do not end a wait that
/// sleeps; the next wait finds them.
public struct Readiness: ~Copyable, Sendable {
    private enum Entry: Sendable {
        case descriptor(token: UInt64)
        case ring(token: UInt64, WaitedRing)
    }

    private let epoll: Descriptor
    /// The kernel answers with their indices. Nothing is taken out.
    private let entries = Locked<[Entry]>([])

    /// - Throws: ``EBPFError`` where the process has too many descriptors.
    public init() throws(EBPFError) {
        let number = linux_epoll_create()
        guard number >= 0 else { throw EBPFError(system: errno, "wait for events") }
        epoll = Descriptor(number)
    }

    /// Waits for records of a stream from now on; `token` says so in the answer of ``wait(milliseconds:for:)``. To be called again when
    /// ``EventStream/followCPUs()`` has opened rings.
    ///
    /// - Throws: ``EBPFError`` where the kernel refuses.
    public func add(_ stream: borrowing EventStream, token: UInt64) throws(EBPFError) { try add(stream.waited, token: token) }

    /// Those that are watched already stay as they are.
    func add(_ rings: [WaitedRing], token: UInt64) throws(EBPFError) {
        for ring in rings {
            guard let descriptor = ring.descriptor else {
                entries.withLock { $0.append(.ring(token: token, ring)) }
                continue
            }
            // EPOLLIN and EPOLLET.
            do throws(EBPFError) { try add(descriptor, 1 | 1 << 31, .ring(token: token, ring)) } catch {
                guard error.errno == EEXIST else { throw error }
            }
        }
    }

    /// Waits for a descriptor to become readable from now on. The descriptor must stay open for as long.
    ///
    /// - Throws: ``EBPFError`` where the kernel refuses.
    public func add(descriptor: Int32, token: UInt64) throws(EBPFError) { try add(descriptor, 1, .descriptor(token: token)) }

    /// Watches a descriptor that is written to: when its reader has gone, `token` is ready. Files and devices, which have
    /// no reader that could go, are passed over.
    package func add(writerTo descriptor: Int32, token: UInt64) { try? add(descriptor, 0, .descriptor(token: token)) }

    private func add(_ descriptor: Int32, _ events: UInt32, _ entry: Entry) throws(EBPFError) {
        // Under the lock: nobody waits for an index that is not there yet, or is another's.
        let status = entries.withLock { entries in
            guard linux_epoll_add(epoll.number, descriptor, events, UInt64(entries.count)) == 0 else { return errno }
            entries.append(entry)
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
        var isSettling = false
        for case .ring(let token, let ring) in entries.withLock({ $0 }) {
            switch ring.state {
            case .ready: found.add(token)
            case .settling: isSettling = true
            case .nothing: break
            }
        }
        return isSettling
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
        let entries = entries.withLock { $0 }
        for index in 0..<Int(count) {
            // That a ring has changed does not say that it can be read.
            if let place = Int(exactly: indices[index]), entries.indices.contains(place), case .descriptor(let token) = entries[place] {
                found.add(token)
            }
        }
        return true
    }
}
