// SPDX-License-Identifier: Apache-2.0

import EBPF
import Foundation
import Testing

/// What lies in the values of maps and the verifier knows by name: locks and timers.
@Suite(.enabled(if: LiveKernel.isAvailable, LiveKernel.reason))
struct LockTests {
    struct Account: BitwiseCopyable {
        var lock: UInt32
        var bookings: UInt32
        var balance: UInt64
        var largest: UInt64
    }

    @Test func whatIsUnderALockStaysTogetherWhoeverWrites() throws {
        let loaded = try Twin.accounts.load {
            try $0.set("number", to: UInt32(2))
            try $0.set("amount", to: UInt64(7))
        }
        for loaded in [loaded.c, loaded.swift] {
            let program = try loaded.program("book")
            DispatchQueue.concurrentPerform(iterations: 4) { _ in
                var run = LoopTests.packet
                run.count = 5000
                _ = try? program.run(run)
            }
            let account = try #require(try loaded.map("accounts").value(for: UInt32(2), as: Account.self))
            #expect(account.bookings == 20_000)
            #expect(account.balance == 140_000)
            #expect(account.largest == 7)
            #expect(try loaded.map("accounts").value(for: UInt32(1), as: Account.self)?.bookings == 0)
        }
    }

    /// Threads that do something again and again until they are stopped.
    private final class Writers: @unchecked Sendable {
        // Sendable: the lock guards what is in it.
        private let lock = NSLock()
        private var isOver = false
        private let running = DispatchGroup()

        func start(_ body: @escaping @Sendable () -> Void) {
            running.enter()
            Thread.detachNewThread {
                while self.lock.withLock({ !self.isOver }) { body() }
                self.running.leave()
            }
        }

        func stop() {
            lock.withLock { isOver = true }
            running.wait()
        }
    }

    @Test func userSpaceReadsAndWritesWholeValuesUnderTheirLocks() throws {
        let loaded = try Twin.accounts.load {
            try $0.set("number", to: UInt32(2))
            try $0.set("amount", to: UInt64(7))
        }
        for loaded in [loaded.c, loaded.swift] {
            let program = try loaded.program("book")
            let accounts = try ArrayMap<Account>(loaded.map("accounts")).underLock()
            let writers = Writers()
            writers.start {
                var run = LoopTests.packet
                run.count = 5000
                _ = try? program.run(run)
            }
            writers.start {
                let bookings = UInt32.random(in: 0..<1_000_000)
                let account = Account(lock: 0, bookings: bookings, balance: 7 * UInt64(bookings), largest: 7)
                try? accounts.update(2, to: account)
                try? accounts.update([(key: UInt32(2), value: account)])
            }
            defer { writers.stop() }
            var torn = 0
            func look(_ account: Account?) {
                guard let account, account.lock == 0, account.balance == 7 * UInt64(account.bookings) else { return torn += 1 }
            }
            for _ in 0..<20_000 { look(try accounts.value(for: 2)) }
            for _ in 0..<2000 { try accounts.forEach { number, account in if number == 2 { look(account) } } }
            #expect(torn == 0)
        }
    }

    @Test func whatIsNotInTheMapIsNotLocked() throws {
        let loaded = try Twin.accounts.load { try $0.set("number", to: UInt32(4)) }
        for loaded in [loaded.c, loaded.swift] { #expect(try loaded.program("book").run(LoopTests.packet).value == 2) }
    }

    struct Session: BitwiseCopyable {
        var timer: (UInt64, UInt64)
        var packets: UInt64
    }

    @Test(
        .enabled("not run, because timers of eBPF came with Linux 5.15") { LiveKernel.takes(.sessions) },
        .enabled(if: LiveKernel.takesMemoryAnywhere, LiveKernel.noMemoryReason))
    func aTimerCallsTheProgramBack() throws {
        let loaded = try Twin.sessions.load {
            try $0.set("number", to: UInt32(9))
            try $0.set("patience", to: UInt64(200_000_000))
        }
        for loaded in [loaded.c, loaded.swift] {
            for _ in 0..<3 { #expect(try loaded.program("use").run(LoopTests.packet).value == 0) }
            // On a slow machine the timer may expire between the runs: then there are several sessions, and no packet is forgotten.
            for _ in 0..<3000 where try loaded.value(of: "packets", as: UInt64.self) < 3 { usleep(20_000) }
            #expect(try loaded.value(of: "packets", as: UInt64.self) == 3)
            for _ in 0..<3000 where try loaded.map("sessions").value(for: UInt32(9), as: Session.self) != nil { usleep(20_000) }
            #expect(try loaded.map("sessions").value(for: UInt32(9), as: Session.self) == nil)
            #expect(try (1...3).contains(loaded.value(of: "ended", as: UInt64.self)))
        }
    }
}
