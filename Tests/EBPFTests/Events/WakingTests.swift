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
    /// The kernel half that sends a record while the next stays reserved until it is released.
    struct Holding: Sendable {
        let object: LoadedObject
        private let program: Program

        init() throws {
            object = try Held.object().load()
            program = try object.program("holds")
        }

        /// Runs it on a thread of its own. It does not hold for longer than two seconds: on a machine with one CPU nobody may come to release it.
        func start() -> Run {
            let run = Run()
            Thread.detachNewThread {
                run.outcome = Result { try program.run(TestRun(context: UInt64(2_000_000_000).nativeBytes + UInt64(0).nativeBytes)).value }
                run.end.signal()
            }
            return run
        }

        /// Has it send the second record.
        func release() throws { try object.set("released", to: UInt64(1)) }

        static func number(of record: RawSpan) -> UInt64 { record.unsafeLoadUnaligned(as: UInt64.self) }

        /// Reads both records: a wait ends with each of them, and not between them.
        ///
        /// - Parameters:
        ///   - wait: waits so many milliseconds at most; answers whether something can be read.
        ///   - read: reads what is there.
        func expectBoth(_ wait: (Int) throws -> Bool, _ read: () throws -> [UInt64]) throws {
            let run = start()
            #expect(try wait(60_000))
            var numbers = try read()
            // That both are there means that this thread came late, and is rare.
            if numbers == [1] {
                // The time may be over meanwhile. Then the second is there, else nothing is to be read.
                if try wait(100) {
                    numbers += try read()
                    #expect(numbers == [1, 2])
                }
                try release()
            }
            if numbers == [1] {
                #expect(try wait(60_000))
                numbers += try read()
            }
            #expect(numbers == [1, 2])
            try run.expectEnd()
        }
    }

    /// A run on another thread, and what came of it.
    final class Run: @unchecked Sendable {
        // Sendable: written by the thread before it signals, read after that.
        fileprivate var outcome: Result<UInt32, any Error>?
        fileprivate let end = DispatchSemaphore(value: 0)

        /// Waits for the end, for a minute at most.
        func expectEnd() throws {
            try #require(end.wait(timeout: .now() + 60) == .success, "the program has not ended")
            #expect(try outcome?.get() == 0)
        }
    }

    @Test func aReaderSleepsWhileARecordStaysReserved() throws {
        let holding = try Holding()
        var stream = try EventStream("records", of: holding.object)
        let readiness = try Readiness()
        try readiness.add(stream, token: 3)
        try holding.expectBoth {
            try readiness.wait(milliseconds: Int32($0), for: 3)
        } _: {
            var numbers: [UInt64] = []
            _ = try stream.drain { numbers.append(Holding.number(of: $0)) }
            return numbers
        }
    }

    @Test func aWaitForManyBuffersSleepsWhileARecordStaysReserved() throws {
        let holding = try Holding()
        var ring = try RingBuffer(holding.object.map("records"))
        var wait = try EventWait()
        try wait.add(ring, token: 3)
        try holding.expectBoth {
            try wait.wait(until: .now + .milliseconds($0)) == [3]
        } _: {
            var numbers: [UInt64] = []
            _ = try ring.drain { numbers.append(Holding.number(of: $0)) }
            return numbers
        }
    }

    @Test func aTaskSleepsWhileARecordStaysReserved() async throws {
        let holding = try Holding()
        let events = try EventStream("records", of: holding.object).events(as: UInt64.self)
        let source = events.source
        let late = Task {
            try await Task.sleep(for: .seconds(60))
            source.finish()
        }
        defer { late.cancel() }
        let run = holding.start()
        // While the task waits for the second record, or before it comes to the first.
        let releasing = Task {
            try await Task.sleep(for: .milliseconds(200))
            try holding.release()
        }
        var numbers: [UInt64] = []
        for try await event in events {
            if case .record(let number) = event { numbers.append(number) }
            if numbers.count == 2 { break }
        }
        #expect(numbers == [1, 2])
        // Who spins comes thousands of times.
        #expect(source.wakeUps < 20)
        try await releasing.value
        try run.expectEnd()
    }

    @Test func aDescriptorIsReadyAsLongAsItCanBeRead() throws {
        var pipes: [Int32] = [-1, -1]
        try #require(pipe(&pipes) == 0)
        defer { pipes.forEach { close($0) } }
        let holding = try Holding()
        var stream = try EventStream("records", of: holding.object)
        let readiness = try Readiness()
        try readiness.add(stream, token: 0)
        // Again, as after new CPUs.
        try readiness.add(stream, token: 0)
        try readiness.add(descriptor: pipes[0], token: 1)
        #expect(try !readiness.wait(milliseconds: 0, for: 1))
        #expect(write(pipes[1], "x", 1) == 1)
        for _ in 0..<3 { #expect(try readiness.wait(milliseconds: 10_000, for: 1)) }
        // Another token is not what was asked for, and ends the wait.
        let start = SuspendingClock.now
        #expect(try !readiness.wait(milliseconds: 60_000, for: 0))
        #expect(SuspendingClock.now - start < .seconds(60))
        let run = holding.start()
        #expect(try EachCPU.see { try readiness.wait(milliseconds: 0, for: 0) })
        #expect(try readiness.wait(milliseconds: 0, for: 1))
        try holding.release()
        try run.expectEnd()
        #expect(try stream.drain { _ in } == 2)
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
