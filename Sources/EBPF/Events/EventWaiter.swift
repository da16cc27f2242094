// SPDX-License-Identifier: Apache-2.0

import CLinux
import Glibc

/// The one thread that waits for the records of all streams that tasks read. It is started by the first, and stays.
///
/// Descriptors are watched for changes (`EPOLLET`): the kernel reports a ring with a record that is still being written as readable, and without that
/// the thread would spin until it is committed. So who waits must have read all that was there.
///
/// What comes between a consumer's look and its wait is not missed: it takes the number of wake-ups before it looks, and does not wait where that has
/// changed. Each of several consumers keeps its own number, so that none takes another's wake-up.
///
/// Who waits for rings of CPUs looks again once a second, though nothing came: a CPU that has come online has no ring yet, and so nothing tells of it. A
/// timer wakes the thread as long as there are such.
final class EventWaiter: Sendable {
    /// What a stream is known by.
    struct Token: Hashable, Sendable { fileprivate let number: UInt64 }

    private struct Entry {
        var descriptors: [Int32]
        /// Whether who waits is woken once a second.
        let looksAgain: Bool
        /// How often something was said to have come.
        var wakeUps = 0
        var waiting: [UnsafeContinuation<Void, Never>] = []
    }

    private struct Table {
        var entries: [UInt64: Entry] = [:]
        var next = EventWaiter.timerNumber
        /// There as long as somebody is woken by it.
        var timer: SharedDescriptor?
    }

    /// The number by which `epoll` reports the timer; no token has it.
    private static let timerNumber: UInt64 = 0

    private let epoll: Descriptor
    private let table = Locked(Table())

    private static let started = Locked<EventWaiter?>(nil)

    /// The waiter of this process.
    ///
    /// - Throws: ``EBPFError`` where the process has too many descriptors or threads; the next call tries again.
    static func shared() throws(EBPFError) -> EventWaiter {
        try started.withLock { (started) throws(EBPFError) in
            if let started { return started }
            let waiter = try EventWaiter()
            started = waiter
            return waiter
        }
    }

    private init() throws(EBPFError) {
        let number = linux_epoll_create()
        guard number >= 0 else { throw EBPFError(system: errno, "wait for events") }
        epoll = Descriptor(number)
        try start()
    }

    /// Starts the thread, on which no signal of the process is handled.
    private func start() throws(EBPFError) {
        var all = sigset_t()
        var before = sigset_t()
        sigfillset(&all)
        pthread_sigmask(SIG_SETMASK, &all, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        var thread = pthread_t()
        let context = Unmanaged.passRetained(self)
        let status = pthread_create(
            &thread, nil,
            { context in
                guard let context else { return nil }
                Unmanaged<EventWaiter>.fromOpaque(context).takeRetainedValue().run()
                return nil
            }, context.toOpaque())
        guard status == 0 else {
            context.release()
            throw EBPFError(system: status, "start the thread that waits for events")
        }
        pthread_detach(thread)
    }

    private func run() {
        var tokens: InlineArray<16, UInt64> = .init(repeating: 0)
        while true {
            var span = tokens.mutableSpan
            let count = span.withUnsafeMutableBufferPointer { linux_epoll_wait(epoll.number, $0.baseAddress, Int32($0.count), -1) }
            guard count >= 0 || errno == EINTR else { return }
            for index in 0..<Int(max(count, 0)) { tokens[index] == Self.timerNumber ? lookAgain() : wake(Token(number: tokens[index])) }
        }
    }

    /// Has who waits for rings of CPUs look again.
    private func lookAgain() {
        let tokens = table.withLock { table in
            // Read, so that it goes on; nothing is there where another was begun meanwhile.
            var count: UInt64 = 0
            if let timer = table.timer { _ = read(timer.number, &count, MemoryLayout.size(ofValue: count)) }
            return table.entries.filter { $0.value.looksAgain && !$0.value.waiting.isEmpty }.map { Token(number: $0.key) }
        }
        for token in tokens { wake(token) }
    }

    /// Watches descriptors from now on, which must stay open until they are forgotten.
    ///
    /// - Parameter looksAgain: whether who waits is to look once a second, too.
    /// - Throws: ``EBPFError`` where the process has too many descriptors, or another token has one of them.
    func watch(_ descriptors: [Int32], looksAgain: Bool = false) throws(EBPFError) -> Token {
        let token = try table.withLock { (table) throws(EBPFError) in
            if looksAgain, table.timer == nil { table.timer = try timer() }
            table.next += 1
            table.entries[table.next] = Entry(descriptors: descriptors, looksAgain: looksAgain)
            return Token(number: table.next)
        }
        do throws(EBPFError) {
            try add(descriptors, token)
        } catch {
            forget(token)
            throw error
        }
        return token
    }

    private func timer() throws(EBPFError) -> SharedDescriptor {
        let number = linux_timer_descriptor(1)
        guard number >= 0 else { throw EBPFError(system: errno, "wait for events") }
        let timer = SharedDescriptor(Descriptor(number))
        guard linux_epoll_add(epoll.number, number, WatchedEvents.readable, Self.timerNumber) == 0 else {
            throw EBPFError(system: errno, "wait for events")
        }
        return timer
    }

    /// Watches other descriptors for a token: those that are missing among them were closed, which the kernel has noticed.
    func watch(_ descriptors: [Int32], for token: Token) throws(EBPFError) {
        table.withLock { $0.entries[token.number]?.descriptors = descriptors }
        // One after the other, since some are watched already.
        for descriptor in descriptors {
            do throws(EBPFError) { try add([descriptor], token) } catch { guard error.errno == EEXIST else { throw error } }
        }
    }

    private func add(_ descriptors: [Int32], _ token: Token) throws(EBPFError) {
        for descriptor in descriptors where linux_epoll_add(epoll.number, descriptor, WatchedEvents.changes, token.number) != 0 {
            throw EBPFError(
                system: errno, "wait for events", remedy: errno == EEXIST ? "another stream of this process reads the buffer: close that first" : nil)
        }
    }

    /// No longer watches what a token stands for. Nobody may be waiting for it.
    func forget(_ token: Token) {
        let entry = table.withLock { table in
            let entry = table.entries.removeValue(forKey: token.number)
            if !table.entries.values.contains(where: \.looksAgain) { table.timer = nil }
            return entry
        }
        guard let entry else { return }
        for descriptor in entry.descriptors { _ = linux_epoll_remove(epoll.number, descriptor) }
        for continuation in entry.waiting { continuation.resume() }
    }

    /// How often who waits for a token was to look again: to be asked before looking, and given to ``wait(for:since:isolation:)``.
    func wakeUps(of token: Token) -> Int { table.withLock { $0.entries[token.number]?.wakeUps ?? 0 } }

    /// Has all who wait for a token look again, and those who have looked and are about to wait.
    func wake(_ token: Token) {
        let waiting = table.withLock { table in
            table.entries[token.number]?.wakeUps &+= 1
            let waiting = table.entries[token.number]?.waiting ?? []
            table.entries[token.number]?.waiting = []
            return waiting
        }
        for continuation in waiting { continuation.resume() }
    }

    /// Waits until the token is woken, at once where it was since `wakeUps` were counted, or the task is cancelled.
    func wait(for token: Token, since wakeUps: Int, isolation: isolated (any Actor)?) async {
        await withTaskCancellationHandler(
            operation: {
                await withUnsafeContinuation(isolation: isolation) { continuation in
                    let isReady = table.withLock { table in
                        guard table.entries[token.number]?.wakeUps == wakeUps else { return true }
                        table.entries[token.number]?.waiting.append(continuation)
                        return false
                    }
                    if isReady { continuation.resume() }
                }
            },
            // Who else waits for the token looks in vain, once.
            onCancel: { wake(token) }, isolation: isolation)
    }
}
