// SPDX-License-Identifier: Apache-2.0

import CLinux
import Glibc

/// The rings that a wait looks at, each as long as somebody reads it.
///
/// They are held weakly: a reader that has gone takes its records with it, and closes its descriptors, which the kernel then forgets.
struct WatchedRings: Sendable {
    private struct Entry: Sendable {
        let token: UInt64
        private weak let memory: RingMemory?
        private weak let perf: PerfRing?
        /// Open as long as the ring is read.
        private let descriptor: Int32?
        private let settlingTime: UInt64?

        init(_ ring: WaitedRing, _ token: UInt64) {
            self.token = token
            descriptor = ring.descriptor
            switch ring {
            case .ring(let memory, _): (self.memory, perf, settlingTime) = (memory, nil, nil)
            case .perf(let perf, let settlingTime): (memory, self.perf, self.settlingTime) = (nil, perf, settlingTime)
            }
        }

        /// `nil` where nobody reads it any more. The reader keeps the descriptor.
        var ring: WaitedRing? { memory.map { .ring($0, nil) } ?? perf.map { .perf($0, settlingTime) } }

        func isSame(_ ring: WaitedRing) -> Bool {
            switch ring {
            case .ring(let memory, _): self.memory === memory
            case .perf(let perf, _): self.perf === perf
            }
        }

        /// Whether the kernel reports both by one token.
        func isWatched(with ring: WaitedRing) -> Bool { isSame(ring) || descriptor != nil && descriptor == ring.descriptor }
    }

    /// What `epoll` answers where a ring has changed, which does not say that it can be read.
    static let mark = UInt64.max

    private var entries: [Entry] = []

    /// Looks at rings from now on, and has `epoll` tell when they change. Those that are looked at already stay as they are.
    ///
    /// - Throws: ``EBPFError`` where one is looked at with another token, or the kernel refuses.
    mutating func add(_ rings: [WaitedRing], token: UInt64, to epoll: borrowing Descriptor) throws(EBPFError) {
        entries.removeAll { $0.ring == nil }
        for ring in rings {
            let others = entries.filter { $0.isWatched(with: ring) }
            if let other = others.first(where: { $0.token != token }) {
                throw EBPFError(
                    .invalid, "wait for events", cause: "the buffer was added with the token \(other.token) already, and now with \(token)",
                    remedy: "add it once, or again with the same token")
            }
            guard !others.contains(where: { $0.isSame(ring) }) else { continue }
            // The kernel still watches a descriptor whose last reader has gone, but for which the map is kept.
            if let descriptor = ring.descriptor, linux_epoll_add(epoll.number, descriptor, WatchedEvents.changes, Self.mark) != 0, errno != EEXIST {
                throw EBPFError(system: errno, "wait for events")
            }
            entries.append(Entry(ring, token))
        }
    }

    /// Looks which records can be read now, and calls `body` with the token of each ring that has any; answers whether there are samples that only time makes
    /// readable.
    func look(_ body: (UInt64) -> Void) -> Bool {
        var isSettling = false
        for entry in entries {
            switch entry.ring?.state {
            case .ready: body(entry.token)
            case .settling: isSettling = true
            case .nothing, nil: break
            }
        }
        return isSettling
    }

    /// The memory of the ring buffer with a token; `nil` where there is none that is read.
    func memory(of token: UInt64) -> RingMemory? {
        for entry in entries where entry.token == token {
            if case .ring(let memory, _)? = entry.ring { return memory }
        }
        return nil
    }
}

/// What is waited for, in the words of `epoll`; errors and hang-ups are always reported.
enum WatchedEvents {
    /// As long as something can be read (`EPOLLIN`).
    static let readable: UInt32 = 1
    /// When something to read has come (`EPOLLIN | EPOLLET`).
    static let changes: UInt32 = readable | 1 << 31
    /// When a reader of ours has made room (`EPOLLOUT | EPOLLET`).
    static let room: UInt32 = 4 | 1 << 31
}
