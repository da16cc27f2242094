// SPDX-License-Identifier: Apache-2.0

import CNamespaces
import COpenCalls
import CTwinEvents
import EBPF
import struct EBPFKernel.CString
import Glibc
import Testing

/// Kernel halves that say how long something takes.
@Suite(.serialized, .enabled(if: LiveKernel.isAvailable, LiveKernel.reason))
struct TimeSampleTests {
    /// Sleeps twenty times: this thread leaves its CPU, is made ready, and runs again. Not every time: where the machine is busy with others,
    /// a sleep may be over before the thread has left its CPU. Tests ask for half of them.
    private func sleepTwentyTimes() { for _ in 0..<20 { usleep(2000) } }

    struct Total: BitwiseCopyable {
        var count: UInt64
        var nanoseconds: UInt64
    }

    @Test func systemCallsAreCountedAndTimedByTheirNumbers() throws {
        let loaded = try watch(SystemCallCount.object()) {
            try $0.set("target", to: current_thread())
        } events: {
            for _ in 0..<7 { _ = getsid(0) }
            usleep(3000)
        }.loaded
        let totals = try HashMap<UInt32, Total>(loaded.map("totals")).entries().map(\.value)
        #expect(totals.contains { $0.count == 7 && $0.nanoseconds > 0 }, "seven calls of getsid")
        #expect(totals.contains { $0.count == 1 && $0.nanoseconds >= 3_000_000 }, "one that slept for three milliseconds")
    }

    @Test func howLongThreadsWaitForACPUIsPutInAHistogram() throws {
        let loaded = try watch(RunQueueLatency.object()) {
            try $0.set("target", to: getpid())
        } events: {
            sleepTwentyTimes()
        }.loaded
        let slots = try (0..<64).map { try loaded.map("histogram").value(for: UInt32($0), as: UInt64.self) ?? 0 }
        #expect(slots.reduce(0, +) >= 10)
        #expect(slots[40...].allSatisfy { $0 == 0 }, "nobody waited for twelve days")
    }

    @Test func howLongThreadsRunIsPutInAHistogram() throws {
        let loaded = try watch(CPUDistribution.object()) {
            try $0.set("target", to: getpid())
        } events: {
            sleepTwentyTimes()
        }.loaded
        let slots = try (0..<64).map { try loaded.sum("histogram", UInt32($0)) }
        #expect(slots.reduce(0, +) >= 10)
        #expect(slots[40...].allSatisfy { $0 == 0 }, "nobody ran for twelve days")
    }

    struct Absence: BitwiseCopyable {
        var count: UInt64
        var nanoseconds: UInt64
        var command: CString<16>
    }

    @Test func howLongAThreadIsAwayIsAddedUp() throws {
        let (loaded, name) = try watch(OffCPUTime.object()) {
            try $0.set("target", to: getpid())
        } events: {
            sleepTwentyTimes()
            var name = [CChar](repeating: 0, count: 16)
            read_thread_name(&name)
            return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        }
        let absence = try #require(try loaded.map("absences").value(for: current_thread(), as: Absence.self))
        #expect(absence.count >= 10)
        // A sleep takes at least two milliseconds, of which the thread runs for a moment.
        #expect(absence.nanoseconds >= 10_000_000)
        #expect(absence.command.description == name)
    }

    @Test func aDatagramTakesASoftInterruptOfTheNetwork() throws {
        let loaded = try watch(SoftInterrupts.object()) { _ in
        } events: {
            try OwnNetwork.run { try FailedCall.check(send_datagram(9), "send") }
        }.loaded
        let totals = try loaded.map("totals").values(for: UInt32(3), as: Total.self) ?? []
        #expect(totals.reduce(0) { $0 + $1.count } >= 1)
        #expect(totals.reduce(0) { $0 + $1.nanoseconds } > 0)
    }
}
