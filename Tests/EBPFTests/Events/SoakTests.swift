// SPDX-License-Identifier: Apache-2.0

import EBPF
import Foundation
import Glibc
import Synchronization
import Testing

/// A writer on one thread and a reader on another: random sizes, discarded records, wrap-arounds, stalls; every byte of every record is checked.
///
/// A second long, or as long as EBPF_SOAK_SECONDS says.
@Suite(
    .serialized, .enabled(if: LiveKernel.isAvailable, LiveKernel.reason),
    .enabled(if: LiveKernel.runsPrograms, LiveKernel.runsProgramsReason))
struct SoakTests {
    static let seconds = ProcessInfo.processInfo.environment["EBPF_SOAK_SECONDS"].flatMap(Int.init) ?? 1

    /// Sends bursts until the time is over; answers how many records were sent, with those that found no room, and how many found room.
    static func write(_ production: Production, for seconds: Int) throws -> (all: Int, sent: Int) {
        var random = SplitMix(seed: 3)
        let end = SuspendingClock.now + .seconds(seconds)
        var all = 0
        var sent = 0
        while SuspendingClock.now < end {
            let count = Int(random.next(below: 60)) + 1
            let largest = 1 << Int(3 + random.next(below: 10))
            let wakeAt = random.next(below: 3) == 0 ? Int(random.next(below: 20_000)) + 1 : 0
            sent += try production.send(count, seed: random.next(), largest: largest, wakeAt: wakeAt, discards: random.next(below: 2) == 0)
            all += count
            if random.next(below: 50) == 0 { usleep(UInt32(random.next(below: 2000))) }
        }
        return (all, sent)
    }

    final class Box: Sendable { let result = Mutex<Result<Reading, any Error>?>(nil) }

    @Test func everyRecordOfALongRunIsWholeInOrderOrCounted() throws {
        let production = try Production()
        // On a thread, not a task: both would keep those on which other tests run.
        let box = Box()
        let thread = Thread { box.result.withLock { $0 = Result { try Self.read(production, for: Self.seconds + 1) } } }
        thread.start()
        let written = try Self.write(production, for: Self.seconds)
        while !thread.isFinished { usleep(10_000) }
        let read = try #require(box.result.withLock { $0 }).get()
        #expect(read.damaged == 0)
        #expect(read.outOfOrder == 0)
        #expect(read.count == written.sent)
        #expect(read.dropped == written.all - written.sent)
        // A machine that is emulated, and busy, has few turns in a second.
        #expect(read.count > 100)
        print("soak: \(Self.seconds) s, \(read.count) records, \(read.bytes >> 20) MiB, \(read.dropped) found no room, \(read.stalls) stalls")
    }

    struct Reading: Sendable {
        var count = 0
        var bytes = 0
        var damaged = 0
        var outOfOrder = 0
        var dropped = 0
        var stalls = 0
    }

    static func read(_ production: Production, for seconds: Int) throws -> Reading {
        var stream = try EventStream("records", of: production.object)
        var wait = try EventWait()
        try wait.add(stream, token: 0)
        var random = SplitMix(seed: 4)
        var reading = Reading()
        var last: UInt64 = 0
        let end = SuspendingClock.now + .seconds(seconds)
        while SuspendingClock.now < end {
            let maximum = random.next(below: 4) == 0 ? Int(random.next(below: 20)) + 1 : .max
            let count = try stream.drain(maximum: maximum) { (record: RawSpan) throws(EBPFError) in
                reading.bytes += record.byteCount
                guard let sequence = Production.sequence(of: record) else { return reading.damaged += 1 }
                if sequence <= last { reading.outOfOrder += 1 }
                last = sequence
            }
            reading.count += count
            if random.next(below: 100) == 0 {
                usleep(UInt32(random.next(below: 3000)))
                reading.stalls += 1
            }
            if count == 0 { _ = try wait.wait(until: min(end, .now + .milliseconds(50))) }
        }
        reading.dropped = Int(try stream.dropped())
        return reading
    }
}
