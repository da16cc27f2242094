// SPDX-License-Identifier: Apache-2.0

import BPFAssembly
@testable import EBPF
import Foundation
import Glibc
import Testing

/// Rings in which new records take the place of the oldest.
@Suite(.serialized)
struct OverwritingRingTests {
    // MARK: Memory that looks like one

    private func bytes(_ record: RawSpan) -> [UInt8] { record.withUnsafeBytes { Array($0) } }

    @Test func recordsThatAreStillThereAreReadFromTheOldestOn() throws {
        let fake = FakeRing()
        var ring = fake.overwritingReader()
        for number in UInt8(1)...5 { fake.send([number]) }
        fake.overwritten = 32
        var found: [[UInt8]] = []
        #expect(try ring.drain { found.append(bytes($0)) } == 3)
        #expect(found == [[3], [4], [5]] && ring.overwrittenBytes == 32 && fake.consumer == 80)
        #expect(try ring.drain { _ in } == 0)
        fake.send([6])
        #expect(try ring.drain { found.append(bytes($0)) } == 1)
        #expect(found.last == [6] && ring.overwrittenBytes == 32)
    }

    @Test func aReaderThatProgramsHaveGoneAroundGoesOnWithTheOldest() throws {
        let fake = FakeRing()
        var ring = fake.overwritingReader()
        // Three times around, while nothing was read; the last record goes around the end.
        fake.producer = UInt64(3 * FakeRing.byteCount) - 16
        fake.overwritten = fake.producer
        fake.send(Array(1...24))
        var found: [[UInt8]] = []
        #expect(try ring.drain { found.append(bytes($0)) } == 1)
        #expect(found == [Array(1...24)] && ring.overwrittenBytes == UInt64(3 * FakeRing.byteCount) - 16)
    }

    @Test func whatIsOverwrittenWhileItIsReadIsNotHandedOut() throws {
        let fake = FakeRing()
        var ring = fake.overwritingReader()
        for number in UInt8(1)...5 { fake.send([number]) }
        var found: [[UInt8]] = []
        // A program takes the room of the next two while the first is looked at.
        let count = try ring.drain { record in
            if found.isEmpty {
                fake.overwritten = 48
                fake.setHeader(.max, at: 16)
                fake.setHeader(12_345, at: 32)
            }
            found.append(bytes(record))
        }
        #expect(count == 3 && found == [[1], [4], [5]] && ring.overwrittenBytes == 32)
    }

    @Test func aRecordThatIsBeingWrittenEndsTheReading() throws {
        let fake = FakeRing()
        var ring = fake.overwritingReader()
        fake.send([1])
        fake.send([2])
        fake.setHeader(RingMemory.busy | 1, at: 16)
        #expect(try ring.drain { _ in } == 1)
        var wait = try EventWait()
        try wait.add(ring, token: 1)
        #expect(try wait.wait(until: .now) == [])
        fake.setHeader(1, at: 16)
        #expect(try wait.wait(until: .now + .seconds(60)) == [1])
        #expect(try ring.drain { _ in } == 1)
    }

    @Test func aReaderBehindARecordThatIsBeingWrittenComesOnceToSayThatItIsThere() throws {
        let fake = FakeRing()
        var ring = fake.overwritingReader()
        var wait = try EventWait()
        try wait.add(ring, token: 1)
        for number in UInt8(1)...3 { fake.send([number]) }
        fake.overwritten = 32
        fake.setHeader(RingMemory.busy | 1, at: 32)
        // The kernel wakes nobody for the third record, as long as the consumer's position is not its place.
        #expect(try wait.wait(until: .now) == [1])
        #expect(try ring.drain { _ in } == 0)
        #expect(fake.consumer == 32 && ring.overwrittenBytes == 32)
        #expect(try wait.wait(until: .now) == [])
        fake.setHeader(1, at: 32)
        #expect(try wait.wait(until: .now) == [1])
        #expect(try ring.drain { _ in } == 1)
    }

    @Test func whoHasHadSoManyRecordsIsLetGo() throws {
        let fake = FakeRing()
        var ring = fake.overwritingReader()
        for number in UInt8(1)...5 { fake.send([number]) }
        // A program goes on meanwhile: what it overwrites is for the next reading to pass.
        var count = 0
        let found = try ring.drain(maximum: 2) { _ in
            count += 1
            fake.overwritten = count == 1 ? 48 : 80
        }
        #expect(found == 2 && fake.consumer == 64 && ring.overwrittenBytes == 32)
        #expect(try ring.drain(maximum: 2) { _ in } == 0)
        #expect(fake.consumer == 80 && ring.overwrittenBytes == 48)
    }

    @Test func programsThatGoAroundWhileAReaderLooksAreNoContradiction() throws {
        let fake = FakeRing()
        var ring = fake.overwritingReader()
        fake.send([1])
        fake.send([2])
        var found: [[UInt8]] = []
        let count = try ring.drain { record in
            found.append(bytes(record))
            guard found.count == 1 else { return }
            // Once around, past the end that the reader knows.
            fake.overwritten = 4096
            fake.producer = 4096
            fake.send([3])
        }
        #expect(count == 2 && found == [[1], [3]] && ring.overwrittenBytes == 4080)
    }

    @Test func aRingThatContradictsItselfIsSaidToBeCorrupt() throws {
        // Positions of producer and consumer, and up to where was overwritten.
        for (producer, consumer, overwritten) in [
            (UInt64(8192), UInt64(0), UInt64(0)), (8192, 0, 4088), (20, 0, 0), (16, 24, 0), (16, 0, 4096), (16, 1 << 40, 0),
        ] {
            let fake = FakeRing()
            var ring = fake.overwritingReader()
            (fake.producer, fake.consumer, fake.overwritten) = (producer, consumer, overwritten)
            for _ in 0..<2 {
                let error = try #require(throws: EBPFError.self, "\(producer), \(consumer), \(overwritten)") { try ring.drain { _ in } }
                #expect(error.code == .corrupt)
            }
        }
        for (overwritten, header) in [(UInt64(3), UInt32(1)), (0, 4096), (0, 200)] {
            let fake = FakeRing()
            var ring = fake.overwritingReader()
            fake.send([1])
            fake.setHeader(header, at: 0)
            fake.overwritten = overwritten
            #expect(try #require(throws: EBPFError.self) { try ring.drain { _ in } }.code == .corrupt)
        }
        let fake = FakeRing()
        var ring = fake.overwritingReader()
        fake.send([1])
        _ = try ring.drain { _ in }
        fake.producer = 0
        #expect(try #require(throws: EBPFError.self) { try ring.drain { _ in } }.code == .corrupt)
    }

    // MARK: The kernel's

    /// The kernel half, whose records are numbered.
    struct Numbered: Sendable {
        let object: LoadedObject
        private let program: Program

        init() throws {
            object = try Overwriting.object().load()
            program = try object.program("overwrites")
        }

        /// Sends records; answers how many the kernel took.
        func send(_ count: UInt64) throws -> UInt64 {
            let outcome = try program.run(TestRun(context: count.nativeBytes + UInt64(0).nativeBytes))
            return outcome.context.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: 8, as: UInt64.self) }
        }

        /// The number of a record of which every byte is right.
        static func number(of record: RawSpan) -> UInt64? {
            guard record.byteCount >= 16 else { return nil }
            let words = (0..<record.byteCount / 8).map { record.unsafeLoadUnaligned(fromByteOffset: $0 * 8, as: UInt64.self) }
            guard words[1] == words[0] % 16, words.count == 2 + Int(words[1]), words.dropFirst(2).allSatisfy({ $0 == words[0] }) else { return nil }
            return words[0]
        }
    }

    static let isThere = LiveKernel.isAvailable && LiveKernel.isSince("6.19")
    static let isNotThere: Comment = "not run, because it needs root, and rings that overwrite came with Linux 6.19"

    @Test(.enabled(if: isThere, isNotThere)) func theLastRecordsOfManyAreReadInOrder() throws {
        let numbered = try Numbered()
        var ring = try RingBuffer(numbered.object.map("records"))
        for round in UInt64(1)...3 {
            #expect(try numbered.send(1000) == 1000)
            var numbers: [UInt64?] = []
            let count = try ring.drain { numbers.append(Numbered.number(of: $0)) }
            #expect(count > 10 && numbers == (round * 1000 - UInt64(count) + 1...round * 1000).map { $0 })
        }
        #expect(ring.overwrittenBytes > 3 * 4096)
        // Where the reader keeps up nothing is overwritten.
        let overwritten = ring.overwrittenBytes
        #expect(try numbered.send(3) == 3)
        #expect(try ring.drain { _ in } == 3)
        #expect(ring.overwrittenBytes == overwritten)
    }

    @Test(.enabled(if: isThere, isNotThere)) func whatIsHandedOutWhileAProgramWritesIsWholeAndInOrder() throws {
        let numbered = try Numbered()
        var ring = try RingBuffer(numbered.object.map("records"))
        var wait = try EventWait()
        try wait.add(ring, token: 0)
        let thread = Thread { for _ in 0..<500 { _ = try? numbered.send(50) } }
        thread.start()
        var (count, last) = (0, UInt64(0))
        while last < 500 * 50, try wait.wait(until: .now + .seconds(60)) == [0] {
            count += try ring.drain { record in
                let number = Numbered.number(of: record)
                #expect(number ?? 0 > last)
                last = number ?? .max
            }
        }
        #expect(last == 500 * 50)
        print("overwriting: \(count) of \(last) records read, \(ring.overwrittenBytes) bytes overwritten")
    }

    @Test(.enabled(if: isThere, isNotThere)) func aStreamThatCountsItsLossesIsNoSuchRing() throws {
        var object = try Produced.object()
        object.maps[try object.mapIndex("records")].flags.insert(.overwriting)
        let error = try #require(throws: EBPFError.self) { _ = try EventStream("records", of: object.load()) }
        #expect(error.code == .invalid && error.cause.contains("BPF_F_RB_OVERWRITE"))
    }

    @Test(.enabled(if: LiveKernel.isAvailable && !isThere, "not run, because it needs root and a kernel before Linux 6.19"))
    func aKernelWithoutThemIsNamed() throws {
        let error = try #require(throws: EBPFError.self) { _ = try Numbered() }
        #expect(error.cause.contains("BPF_F_RB_OVERWRITE appeared in Linux 6.19"), "\(error)")
    }
}
