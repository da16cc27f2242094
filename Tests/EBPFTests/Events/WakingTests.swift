// SPDX-License-Identifier: Apache-2.0

import COpenCalls
@testable import EBPF
import Foundation
import Glibc
import Testing

/// When who waits for records is woken, and that nobody spins.
@Suite(
    .serialized, .timeLimit(.minutes(10)), .enabled(if: LiveKernel.isAvailable, LiveKernel.reason),
    .enabled(if: LiveKernel.runsPrograms, LiveKernel.runsProgramsReason))
struct WakingTests {
    /// The kernel half that sends a record while the next stays reserved for a fifth of a second.
    struct Holding: Sendable {
        let object: LoadedObject
        private let program: Program

        init() throws {
            object = try Held.object().load()
            program = try object.program("holds")
        }

        /// Runs it on a thread of its own.
        func start() {
            Thread.detachNewThread { _ = try? program.run(TestRun(context: UInt64(200_000_000).nativeBytes + UInt64(0).nativeBytes)) }
        }

        static func number(of record: RawSpan) -> UInt64 { record.unsafeLoadUnaligned(as: UInt64.self) }
    }

    @Test func aReaderSleepsWhileARecordStaysReserved() throws {
        let holding = try Holding()
        var stream = try EventStream("records", of: holding.object)
        let readiness = try Readiness()
        try readiness.add(stream, token: 3)
        holding.start()
        var (numbers, rounds) = ([UInt64](), 0)
        // Who spins comes here thousands of times.
        while numbers.count < 2, rounds < 20 {
            rounds += 1
            guard try readiness.wait(milliseconds: 60_000, for: 3) else { continue }
            _ = try stream.drain { numbers.append(Holding.number(of: $0)) }
        }
        #expect(numbers == [1, 2])
        #expect(rounds < 20)
    }

    @Test func aWaitForManyBuffersSleepsWhileARecordStaysReserved() throws {
        let holding = try Holding()
        var ring = try RingBuffer(holding.object.map("records"))
        var wait = try EventWait()
        try wait.add(ring, token: 3)
        holding.start()
        var (numbers, rounds) = ([UInt64](), 0)
        while numbers.count < 2, rounds < 20 {
            rounds += 1
            guard try wait.wait(until: .now + .seconds(60)) == [3] else { continue }
            _ = try ring.drain { numbers.append(Holding.number(of: $0)) }
        }
        #expect(numbers == [1, 2])
        #expect(rounds < 20)
    }

    @Test func aTaskSleepsWhileARecordStaysReserved() async throws {
        let holding = try Holding()
        let events = try EventStream("records", of: holding.object).events(as: UInt64.self)
        holding.start()
        var numbers: [UInt64] = []
        for try await event in events {
            if case .record(let number) = event { numbers.append(number) }
            if numbers.count == 2 { break }
        }
        #expect(numbers == [1, 2])
        #expect(events.source.wakeUps < 20)
    }

    @Test func aDescriptorIsReadyAsLongAsItCanBeRead() throws {
        var pipes: [Int32] = [-1, -1]
        try #require(pipe(&pipes) == 0)
        defer { pipes.forEach { close($0) } }
        let holding = try Holding()
        let stream = try EventStream("records", of: holding.object)
        let readiness = try Readiness()
        try readiness.add(stream, token: 0)
        // Again, as after new CPUs.
        try readiness.add(stream, token: 0)
        try readiness.add(descriptor: pipes[0], token: 1)
        #expect(try !readiness.wait(milliseconds: 0, for: 1))
        #expect(write(pipes[1], "x", 1) == 1)
        for _ in 0..<3 { #expect(try readiness.wait(milliseconds: 10_000, for: 1)) }
        // Another token is not what was asked for, and ends the wait.
        #expect(try !readiness.wait(milliseconds: nil, for: 0))
        holding.start()
        #expect(try EachCPU.see { try readiness.wait(milliseconds: 0, for: 0) })
        #expect(try readiness.wait(milliseconds: 0, for: 1))
    }

    @Test func aRingWakesItsReaderOnceSoManyBytesWait() throws {
        let production = try Production()
        var ring = try RingBuffer(production.object.map("records"))
        // The kernel's own answer, which knows nothing of the memory.
        let readiness = try Readiness()
        for descriptor in ring.pollDescriptors { try readiness.add(descriptor: descriptor, token: 1) }
        for _ in 0..<3 {
            try production.send(1, wakeAt: 16_384, discards: false)
            #expect(ring.positions.waiting > 0)
            #expect(try !readiness.wait(milliseconds: 0, for: 1))
            while ring.positions.waiting < 16_384 { try production.send(1, wakeAt: 16_384, discards: false) }
            // The next one finds so many.
            try production.send(1, wakeAt: 16_384, discards: false)
            #expect(try readiness.wait(milliseconds: 60_000, for: 1))
            #expect(try ring.drain { _ in } > 3)
            #expect(try !readiness.wait(milliseconds: 0, for: 1))
        }
    }

    @Test(arguments: [nil, 4096]) func aPerfBufferWakesItsReaderOnceSoManyBytesWait(byteCount: Int?) throws {
        var object = try Records.object()
        try object.set("target_thread", to: UInt32(bitPattern: current_thread()))
        try object.useCarrier(.perfBuffer, for: "records")
        let loaded = try object.load()
        try loaded.map("pattern").update(UInt32(0), to: StreamTests.Pattern())
        var perf = try PerfBuffer(loaded.map("records"), wakeUpBytes: byteCount)
        let links = try loaded.attachAll()
        // Each CPU has a ring, and counts its bytes.
        try EachCPU.run { _ in
            let readiness = try Readiness()
            for descriptor in perf.pollDescriptors { try readiness.add(descriptor: descriptor, token: 1) }
            for _ in 0..<3 { _ = getsid(1000) }
            if byteCount != nil { #expect(try !readiness.wait(milliseconds: 0, for: 1)) }
            for _ in 0..<3 { _ = getsid(1000) }
            #expect(try readiness.wait(milliseconds: 60_000, for: 1))
            #expect(try perf.drain { _ in } == 6)
        }
        links.detach()
    }
}
