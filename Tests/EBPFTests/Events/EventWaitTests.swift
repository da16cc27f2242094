// SPDX-License-Identifier: Apache-2.0

import COpenCalls
@testable import EBPF
import Foundation
import Glibc
import Testing

/// Several buffers in one wait, and its deadlines.
@Suite(
    .serialized, .enabled(if: LiveKernel.isAvailable, LiveKernel.reason),
    .enabled(if: LiveKernel.runsPrograms, LiveKernel.runsProgramsReason))
struct EventWaitTests {
    /// How long something took, and what came of it.
    func timed<Result>(_ body: () throws -> Result) rethrows -> (Result, Duration) {
        let start = SuspendingClock.now
        let result = try body()
        return (result, SuspendingClock.now - start)
    }

    /// How long this thread has had a processor.
    var processorTime: Duration {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }

    @Test func theOnesWithRecordsAreNamedAmongMany() throws {
        let productions = try (0..<20).map { _ in try Production() }
        var streams: [EventStreamBox] = []
        var wait = try EventWait()
        for (index, production) in productions.enumerated() {
            let box = EventStreamBox(try EventStream("records", of: production.object))
            try wait.add(box.stream, token: UInt64(index))
            streams.append(box)
        }
        #expect(try wait.wait(until: .now) == [])
        try productions[17].send(1)
        try productions[3].send(2)
        #expect(try wait.wait(until: .now + .seconds(10)).sorted() == [3, 17])
        // What was not read is still there.
        #expect(try streams[3].stream.drain(maximum: 1) { _ in } == 1)
        #expect(try wait.wait(until: .now + .seconds(60)).sorted() == [3, 17])
        _ = try streams[3].stream.drain { _ in }
        _ = try streams[17].stream.drain { _ in }
        #expect(try wait.wait(until: .now + .milliseconds(1)) == [])
    }

    /// An array cannot hold what is not copyable.
    final class EventStreamBox {
        var stream: EventStream
        init(_ stream: consuming EventStream) { self.stream = stream }
    }

    @Test func aDeadlineHoldsWhileARecordIsBeingWritten() throws {
        let fake = FakeRing()
        var ring = fake.reader()
        fake.send([1])
        fake.setHeader(RingMemory.busy | 1, at: 0)
        var wait = try EventWait()
        try wait.add(ring, token: 1)
        let before = processorTime
        let (tokens, time) = try timed { try wait.wait(until: .now + .milliseconds(400)) }
        #expect(tokens == [])
        #expect(time >= .milliseconds(400))
        // It slept: no spinning shows in the time of the processor.
        #expect(processorTime - before < .milliseconds(200))
        fake.setHeader(1, at: 0)
        #expect(try wait.wait(until: .now + .seconds(60)) == [1])
        #expect(try ring.drain { _ in } == 1)
    }

    @Test func aRingHasOneToken() throws {
        let fake = FakeRing()
        var ring = fake.reader()
        fake.send([1])
        var wait = try EventWait()
        let readiness = try Readiness()
        // Again, as after new CPUs.
        for _ in 0..<2 {
            try wait.add(ring, token: 1)
            try readiness.add(ring.waited, token: 1)
        }
        let error = try #require(throws: EBPFError.self) { try readiness.add(ring.waited, token: 2) }
        #expect(error.code == .invalid && error.cause == "the buffer was added with the token 1 already, and now with 2")
        var other: EBPFError?
        do throws(EBPFError) { try wait.add(ring, token: 2) } catch { other = error }
        #expect(other?.cause == error.cause)
        #expect(try wait.wait(until: .now) == [1])
        #expect(try readiness.wait(milliseconds: 0, for: 1))
        #expect(try !readiness.wait(milliseconds: 0, for: 2))
        #expect(try ring.drain { _ in } == 1)
    }

    @Test func aBufferThatIsDroppedIsNeverReadyAgain() throws {
        let production = try Production()
        var wait = try EventWait()
        let readiness = try Readiness()
        let box = EventStreamBox(try EventStream("records", of: production.object))
        try wait.add(box.stream, token: 1)
        try readiness.add(box.stream, token: 1)
        try production.send(1)
        #expect(try wait.wait(until: .now + .seconds(60)) == [1])
        #expect(try readiness.wait(milliseconds: 60_000, for: 1))
        // What is read next may be known by another token, though the map and its descriptor are the same.
        box.stream = try EventStream("records", of: production.object)
        #expect(try wait.wait(until: .now) == [])
        #expect(try !readiness.wait(milliseconds: 0, for: 1))
        try wait.add(box.stream, token: 2)
        try readiness.add(box.stream, token: 2)
        #expect(try wait.wait(until: .now) == [2])
        #expect(try readiness.wait(milliseconds: 0, for: 2))
        #expect(try box.stream.drain { _ in } == 1)
        // And it is woken.
        #expect(try !readiness.wait(milliseconds: 0, for: 2))
        Thread.detachNewThread {
            usleep(50_000)
            do { try production.send(1) } catch { Issue.record(error) }
        }
        #expect(try readiness.wait(milliseconds: 60_000, for: 2))
        #expect(try wait.wait(until: .now + .seconds(60)) == [2])
        #expect(try box.stream.drain { _ in } == 1)
    }

    @Test func aWaitEndsByFillLevelOrByDeadline() throws {
        let production = try Production()
        let ring = try RingBuffer(production.object.map("records"))
        var wait = try EventWait()
        try wait.add(ring, token: 5)
        #expect(throws: EBPFError.self) { _ = try wait.wait(forBytes: 1, of: 6, until: .now) }
        #expect(try !wait.wait(forBytes: 8192, of: 5, until: .now + .milliseconds(20)))
        try production.send(1, wakeAt: 8192, discards: false)
        #expect(ring.positions.waiting > 0)
        #expect(try !wait.wait(forBytes: 8192, of: 5, until: .now + .milliseconds(20)))
        try production.send(30, wakeAt: 8192, discards: false)
        #expect(ring.positions.waiting >= 8192)
        #expect(try wait.wait(forBytes: 8192, of: 5, until: .now + .seconds(10)))
    }

    @Test func recordsThatWakeNobodyAreFoundByTheNextWait() throws {
        let production = try Production()
        var ring = try RingBuffer(production.object.map("records"))
        var wait = try EventWait()
        try wait.add(ring, token: 0)
        for _ in 0..<3 {
            try production.send(2, largest: 64, wakeAt: 60_000)
            #expect(try wait.wait(until: .now + .seconds(60)) == [0])
            #expect(try ring.drain { _ in } == 2)
        }
    }

    @Test func perfBuffersAreWaitedForWithRings() throws {
        var object = try Records.object()
        try object.set("target_thread", to: UInt32(bitPattern: current_thread()))
        try object.useCarrier(.perfBuffer, for: "records")
        let loaded = try object.load()
        try loaded.map("pattern").update(UInt32(0), to: StreamTests.Pattern())
        let production = try Production()
        let ring = try RingBuffer(production.object.map("records"))
        var perf = try PerfBuffer(loaded.map("records"), settlingTime: .milliseconds(1))
        var wait = try EventWait()
        try wait.add(ring, token: 0)
        try wait.add(perf, token: 1)
        let links = try loaded.attachAll()
        var sequences: [UInt64] = []
        for _ in 0..<20 {
            for size in 1...10 { _ = getsid(pid_t(size)) }
            #expect(try wait.wait(until: .now + .seconds(60)) == [1])
            _ = try perf.drain { sequences.append($0.unsafeLoadUnaligned(as: UInt64.self)) }
        }
        links.detach()
        while sequences.count < 200, try wait.wait(until: .now + .seconds(60)) == [1] {
            _ = try perf.drain { sequences.append($0.unsafeLoadUnaligned(as: UInt64.self)) }
        }
        // In order, whichever CPUs they were sent on.
        #expect(sequences == Array(1...200))
        #expect(perf.lateRecords == 0)
    }

    @Test func buffersWithoutAStreamEndAWait() throws {
        let loaded = try perfObject(sends: true)
        let map = try Map.create(MapDefinition(name: "ring", type: .ringBuffer, maxEntries: 4096), btf: nil)
        let ring = try RingBuffer(map)
        let perf = try PerfBuffer(loaded.map("records"))
        let readiness = try Readiness()
        try readiness.add(ring, token: 1)
        try readiness.add(perf, token: 2)
        #expect(try !readiness.wait(milliseconds: 0, for: 1) && !readiness.wait(milliseconds: 0, for: 2))
        let links = try loaded.attachAll()
        #expect(
            try EachCPU.see {
                try readiness.wait(milliseconds: 0, for: 2)
            } _: {
                _ = getsid(1)
            })
        links.detach()
        #expect(throws: EBPFError.self) { try readiness.add(perf, token: 3) }
    }

    @Test func aPerfBufferHasTheSizeOfTheStreamThatItCarriesOrAnother() throws {
        let loaded = try perfObject()
        func rings(_ stream: consuming EventStream) -> [String] {
            stream.waited.map { if case .perf(let ring, let settlingTime) = $0 { "\(ring.byteCount) \(settlingTime ?? 0)" } else { "none" } }
        }
        let count = try CPUs.online().count
        #expect(try rings(EventStream("records", of: loaded)) == Array(repeating: "65536 0", count: count))
        let other = try EventStream("records", of: loaded, byteCountPerCPU: 10_000, settlingTime: .milliseconds(3), wakeUpBytes: 4096)
        #expect(rings(other) == Array(repeating: "16384 3000000", count: count))
    }

    @Test func ringsFollowTheCPUsThatRun() throws {
        let loaded = try perfObject()
        let map = try loaded.map("records")
        let online = try CPUs.online()
        var perf = try PerfBuffer(map, byteCount: 4096, settlingTime: nil, wakeUpBytes: nil, cpus: [0])
        #expect(perf.cpus == [0])
        #expect(try perf.followCPUs() == (online.count > 1))
        #expect(perf.cpus == online)
        #expect(try !perf.followCPUs())
        // One that has gone is read no longer, and opened again when it comes back.
        _ = try perf.followCPUs([0])
        #expect(perf.cpus == [0])
        #expect(try perf.followCPUs(online) == (online.count > 1))
    }

    /// - Parameter sends: whether calls of this thread send records.
    private func perfObject(sends: Bool = false) throws -> LoadedObject {
        var object = try Records.object()
        if sends { try object.set("target_thread", to: UInt32(bitPattern: current_thread())) }
        try object.useCarrier(.perfBuffer, for: "records")
        return try object.load()
    }
}
