// SPDX-License-Identifier: Apache-2.0

import COpenCalls
@testable import EBPF
import Foundation
import Glibc
import Testing

/// Streams that tasks read.
@Suite(
    .serialized, .timeLimit(.minutes(10)), .enabled(if: LiveKernel.isAvailable, LiveKernel.reason),
    .enabled(if: LiveKernel.runsPrograms, LiveKernel.runsProgramsReason))
struct AsyncEventTests {
    /// What each record begins with.
    struct Start: BitwiseCopyable, Sendable {
        var sequence: UInt64
        var size: UInt64
    }

    @Test func recordsComeInOrderAndTheSequenceEndsWhenItIsFinished() async throws {
        let production = try Production()
        let events = try EventStream("records", of: production.object).events(as: Start.self)
        let consumer = Task {
            var sequences: [UInt64] = []
            for try await event in events { if case .record(let start) = event { sequences.append(start.sequence) } }
            return sequences
        }
        for round in 0..<20 {
            #expect(try production.send(10, seed: UInt64(round), largest: 256) == 10)
            try await Task.sleep(for: .milliseconds(round % 3))
        }
        events.finish()
        #expect(try await consumer.value == Array(1...200))
    }

    @Test func everyByteOfAnArrayOfBytesIsRight() async throws {
        let production = try Production()
        let events = try EventStream("records", of: production.object).events()
        let sent = try production.send(20)
        events.finish()
        var sequences: [UInt64] = []
        for try await event in events {
            guard case .record(let bytes) = event, let sequence = Production.sequence(of: bytes.span.bytes) else { continue }
            sequences.append(sequence)
        }
        #expect(sequences == Array(1...UInt64(sent)))
    }

    @Test func aConsumerThatIsCancelledEndsAlsoWhileItWaits() async throws {
        let production = try Production()
        let events = try EventStream("records", of: production.object).events(as: Start.self)
        for delay in [0, 0, 1, 5, 20] {
            let consumer = Task {
                var count = 0
                for try await _ in events { count += 1 }
                return count
            }
            try await Task.sleep(for: .milliseconds(delay))
            consumer.cancel()
            #expect(try await consumer.value == 0)
        }
        // And another one goes on.
        try production.send(3)
        var iterator = events.makeAsyncIterator()
        guard case .record(let first)? = try await iterator.next() else { return #expect(Bool(false)) }
        #expect(first.sequence == 1)
    }

    @Test func aConsumerThatIsCancelledEndsAlsoWhereAnotherWaits() async throws {
        let production = try Production()
        let events = try EventStream("records", of: production.object).events(as: Start.self)
        let other = Task { for try await _ in events {} }
        for round in 0..<100 {
            let consumer = Task { for try await _ in events {} }
            for _ in 0..<(round % 3 == 0 ? 1 : 3 * round) { sched_yield() }
            consumer.cancel()
            try await consumer.value
        }
        other.cancel()
        try await other.value
    }

    @Test func aWakeUpThatAnotherWaitsForEndsTheWaitOfWhoLookedBefore() async throws {
        let waiter = try EventWaiter.shared()
        let token = try waiter.watch([])
        defer { waiter.forget(token) }
        let wakeUps = waiter.wakeUps(of: token)
        let other = Task { await waiter.wait(for: token, since: wakeUps, isolation: nil) }
        for _ in 0..<10 { await Task.yield() }
        // This one has looked, and found nothing; then something comes, of which the other is told.
        waiter.wake(token)
        await waiter.wait(for: token, since: wakeUps, isolation: nil)
        await other.value
    }

    @Test func whatAConsumerDidNotTakeGoesToTheNext() async throws {
        let production = try Production()
        let events = try EventStream("records", of: production.object).events(as: Start.self)
        try production.send(30, largest: 64)
        events.finish()
        var sequences: [UInt64] = []
        for take in [1, 4, 100] {
            for try await event in events {
                if case .record(let start) = event { sequences.append(start.sequence) }
                if sequences.count % (take + 1) == take { break }
            }
        }
        for try await event in events { if case .record(let start) = event { sequences.append(start.sequence) } }
        #expect(sequences == Array(1...30))
    }

    @Test func aSlowConsumerLeavesRecordsInTheRingAndIsToldWhatWasLost() async throws {
        let production = try Production(byteCount: 64 * 1024)
        let events = try EventStream("records", of: production.object).events(as: Start.self)
        var iterator = events.makeAsyncIterator()
        var sent = try production.send(1)
        var all = 1
        guard case .record? = try await iterator.next() else { return #expect(Bool(false)) }
        for _ in 0..<10 {
            sent += try production.send(500, largest: 1024)
            all += 500
        }
        #expect(sent < all)
        events.finish()
        var lost: UInt64 = 0
        var count = 1
        while let event = try await iterator.next() {
            switch event {
            case .record: count += 1
            case .lost(let number): lost += number
            case .short: #expect(Bool(false))
            }
        }
        #expect(count == sent)
        #expect(lost == UInt64(all - sent))
    }

    @Test func aRecordWithAnEnumerationIsRefused() throws {
        let production = try Production()
        let error = try #require(throws: EBPFError.self) {
            _ = try EventStream("records", of: production.object).events(as: HashMapTests.Painted.self)
        }
        #expect(error.cause == "records cannot be Painted: 'color' is the enumeration Color, and any bits may stand there")
    }

    @Test func shortRecordsAreDelivered() async throws {
        struct Long: BitwiseCopyable, Sendable { var words: InlineArray<4, UInt64> }
        let production = try Production()
        let events = try EventStream("records", of: production.object).events(as: Long.self)
        try production.send(3, largest: 8)
        events.finish()
        var short = 0
        for try await event in events { if case .short(let byteCount) = event, (16..<24).contains(byteCount) { short += 1 } }
        #expect(short == 3)
    }

    @Test func severalStreamsAreReadAtOnceOnOneThread() async throws {
        let productions = try (0..<8).map { _ in try Production() }
        // The thread that waits may not have been started yet.
        let totals = try await withThrowingTaskGroup(of: Int.self) { group in
            for production in productions {
                let events = try EventStream("records", of: production.object).events(as: Start.self)
                group.addTask {
                    var count = 0
                    for try await event in events {
                        if case .record = event { count += 1 }
                        if count == 100 { break }
                    }
                    return count
                }
            }
            for _ in 0..<10 {
                for production in productions { #expect(try production.send(10, largest: 64) == 10) }
                await Task.yield()
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(totals == Array(repeating: 100, count: 8))
    }

    @Test func oneBufferIsReadByOneStreamAtATime() throws {
        let production = try Production()
        let first = try EventStream("records", of: production.object).events(as: Start.self)
        let error = try #require(throws: EBPFError.self) { _ = try EventStream("records", of: production.object).events(as: Start.self) }
        #expect(error.description.contains("close that first"))
        _ = first
    }

    @Test func aPerfBufferIsReadByATaskAsWell() async throws {
        let (events, sent) = try Self.perf()
        var sequences: [UInt64] = []
        for try await event in events { if case .record(let start) = event { sequences.append(start.sequence) } }
        #expect(sequences.sorted() == Array(1...sent))
    }

    @Test func aTaskThatWaitsInVainNoticesACPUThatComesOnline() async throws {
        guard try CPUs.online().count > 1 else { return print("not run, because this machine has one CPU, and no other can come") }
        let seen = Locked(false)
        let events = try await Self.sendWhereNobodyReads(until: seen)
        var count = 0
        for try await event in events where !seen.withLock({ $0 }) {
            if case .record = event { count += 1 }
            seen.withLock { $0 = true }
        }
        #expect(count == 1)
    }

    /// Reads the ring of one CPU, as if the others were to come, and sends on those until somebody has seen it.
    private static func sendWhereNobodyReads(until seen: Locked<Bool>) async throws -> AsyncEvents<Start> {
        try await withCheckedThrowingContinuation { continuation in
            // On a thread of its own, of which the program sees the calls.
            Thread.detachNewThread {
                do {
                    let (loaded, first) = (try perfObject(), try CPUs.online().first ?? 0)
                    let perf = try PerfBuffer(loaded.map("records"), byteCount: 4096, settlingTime: nil, wakeUpBytes: nil, cpus: [first])
                    let links = try loaded.attachAll()
                    let events = try perf.events(as: Start.self)
                    continuation.resume(returning: events)
                    try? EachCPU.run { cpu in
                        guard cpu != first else { return }
                        // As long as a test may take: on a busy machine the task may come late.
                        for _ in 0..<9 where !EachCPU.see({ seen.withLock { $0 } }, { _ = getsid(8) }) {}
                    }
                    links.detach()
                    events.finish()
                } catch { continuation.resume(throwing: error) }
            }
        }
    }

    @Test func aRingBufferThatNobodyCountsIsReadByATask() async throws {
        let production = try Production()
        let events = try RingBuffer(production.object.map("records")).events(as: Start.self)
        let consumer = Task {
            var sequences: [UInt64] = []
            for try await event in events { if case .record(let start) = event { sequences.append(start.sequence) } }
            return sequences
        }
        for round in 0..<20 { #expect(try production.send(10, seed: UInt64(round), largest: 256) == 10) }
        events.finish()
        #expect(try await consumer.value == Array(1...200))
        let others = try Production()
        let bytes = try RingBuffer(others.object.map("records")).events()
        try others.send(1, largest: 8)
        bytes.finish()
        var count = 0
        for try await event in bytes { if case .record(let record) = event { count += Production.sequence(of: record.span.bytes) == 1 ? 1 : 0 } }
        #expect(count == 1)
    }

    @Test func aRingWhoseOldestRecordsMakeRoomIsNoSequence() throws {
        let fake = FakeRing()
        let error = try #require(throws: EBPFError.self) { _ = try fake.overwritingReader().events() }
        #expect(error.operation == "read ring buffer 'fake' as a sequence")
        #expect(error.remedy?.contains("overwrittenBytes") == true)
    }

    @Test(.enabled(if: PerfLossTests.isTold, PerfLossTests.reason))
    func aPerfBufferThatTheKernelCountsIsReadByATaskWithWhatWasLost() async throws {
        let (events, sent) = try Self.overflowing()
        var (records, lost): (UInt64, UInt64) = (0, 0)
        for try await event in events {
            switch event {
            case .record: records += 1
            case .lost(let count): lost += count
            case .short: #expect(Bool(false))
            }
        }
        #expect(records > 0 && lost > 0)
        #expect(records + lost == sent)
    }

    /// On each CPU many records of four kilobytes, for a few of which there is room.
    private static func overflowing() throws -> (AsyncEvents<Start>, UInt64) {
        let loaded = try perfObject()
        let events = try PerfBuffer(loaded.map("records"), byteCount: 16 * 1024).events(as: Start.self)
        let links = try loaded.attachAll()
        var sent: UInt64 = 0
        try EachCPU.run { _ in
            for _ in 0..<50 { _ = getsid(4000) }
            sent += 50
        }
        links.detach()
        events.finish()
        return (events, sent)
    }

    @Test func samplesInTheOrderOfTimeAreReadByATaskOnceTheyAreSettled() async throws {
        // Up to the end of sending on one thread, of which the program sees the calls.
        let loaded = try Self.perfObject()
        let events = try PerfBuffer(loaded.map("records"), settlingTime: .milliseconds(20)).events(as: Start.self)
        let consumer = Task {
            var sequences: [UInt64] = []
            for try await event in events {
                if case .record(let start) = event { sequences.append(start.sequence) }
                if sequences.count == 40 { break }
            }
            return sequences
        }
        let links = try loaded.attachAll()
        // Nothing comes behind the last of them that would wake who waits for it to settle.
        var sent = 0
        while sent < 40 {
            try EachCPU.run { _ in
                guard sent < 40 else { return }
                _ = getsid(8)
                sent += 1
            }
        }
        links.detach()
        #expect(try await consumer.value == Array(1...40))
    }

    @Test func whoAsksForAStreamThatNobodyCountsIsToldOfTheBuffers() throws {
        var object = try Overwriting.object()
        let index = try #require(object.maps.firstIndex { $0.type == .ringBuffer })
        let name = object.maps[index].name
        object.maps[index].flags.remove(.overwriting)
        let error = try #require(throws: EBPFError.self) { _ = try EventStream(name, of: object.load()) }
        #expect(error.operation == "read stream '\(name)'")
        #expect(error.cause.contains("the object has no variable '\(name)_dropped'"))
        #expect(error.remedy?.contains("RingBuffer(object.map(\"\(name)\"))") == true)
    }

    /// Programs that send this thread's records through a perf buffer.
    static func perfObject() throws -> LoadedObject {
        var object = try Records.object()
        try object.set("target_thread", to: UInt32(bitPattern: current_thread()))
        try object.useCarrier(.perfBuffer, for: "records")
        let loaded = try object.load()
        try loaded.map("pattern").update(UInt32(0), to: StreamTests.Pattern())
        return loaded
    }

    private static func perf() throws -> (AsyncEvents<Start>, UInt64) {
        let loaded = try perfObject()
        let events = try EventStream("records", of: loaded).events(as: Start.self)
        let links = try loaded.attachAll()
        for size in 1...50 { _ = getsid(pid_t(size)) }
        links.detach()
        events.finish()
        return (events, 50)
    }
}
