// SPDX-License-Identifier: Apache-2.0

@testable import EBPF
import Testing

/// Rings that contradict themselves, made up in memory. No kernel is asked.
struct CorruptRingTests {
    /// What the second drain of a ring says, before which `change` was made; the first reads a record of 24 bytes.
    func cause(_ change: (FakeRing) -> Void) throws -> String {
        let fake = FakeRing()
        var ring = fake.reader()
        fake.send([UInt8](repeating: 1, count: 24))
        var size = 0
        #expect(try ring.drain { size = $0.byteCount } == 1)
        #expect(size == 24)
        change(fake)
        let error = try #require(throws: EBPFError.self) { _ = try ring.drain { _ in } }
        #expect(error.code == .corrupt)
        #expect(error.operation == "read ring buffer 'fake'")
        #expect(error.remedy != nil)
        // And again: it neither goes on nor hangs.
        #expect(throws: EBPFError.self) { _ = try ring.drain { _ in } }
        return String(error.cause.dropFirst("its content is corrupt: ".count))
    }

    @Test func aProducerThatGoesBackIsSaid() throws {
        #expect(try cause { $0.producer = 24 } == "the producer's position went back from 32 to 24")
    }

    @Test func aConsumerThatGoesBackIsSaid() throws {
        #expect(try cause { $0.consumer = 0 } == "the consumer's position went back from 32 to 0")
    }

    @Test func aConsumerPastTheProducerIsSaid() throws {
        #expect(try cause { $0.consumer = 64 } == "the consumer is at 64 and the producer at 32, in a ring of 4096 bytes")
    }

    @Test(arguments: [4136, 0x100_0000_0000, 0x7FFF_FFFF_FFFF_FFF8] as [UInt64]) func moreThanTheRingHoldsIsSaid(position: UInt64) throws {
        #expect(try cause { $0.producer = position } == "the consumer is at 32 and the producer at \(position), in a ring of 4096 bytes")
    }

    @Test func positionsBetweenRecordsAreSaid() throws {
        #expect(try cause { $0.producer = 43 } == "the producer's position 43 is no multiple of 8")
        #expect(try cause { $0.consumer = 33 } == "the consumer's position 33 is no multiple of 8")
    }

    @Test(arguments: [9, 4089, 0x2000_0000, 0x3FFF_FFFF] as [UInt32]) func aLengthPastTheEndIsSaid(length: UInt32) throws {
        let found = try cause {
            $0.setHeader(length, at: 32)
            $0.producer = 48
        }
        #expect(found == "the record at position 32 has \(length) bytes, where 16 are left")
    }

    @Test func whatComesBeforeTheCorruptionIsHandedOut() throws {
        let fake = FakeRing()
        var ring = fake.reader()
        fake.send([1, 2, 3])
        fake.send([4, 5])
        fake.setHeader(5000, at: 32)
        fake.producer = 40
        var sizes: [Int] = []
        #expect(throws: EBPFError.self) { _ = try ring.drain { sizes.append($0.byteCount) } }
        #expect(sizes == [3, 2])
        #expect(fake.consumer == 32)
    }

    @Test func aRecordOfNoBytesIsARecord() throws {
        let fake = FakeRing()
        var ring = fake.reader()
        for _ in 0..<512 { fake.send([]) }
        var bytes = 0
        #expect(try ring.drain { bytes += $0.byteCount } == 512)
        #expect(bytes == 0)
        #expect(fake.consumer == 4096)
    }

    @Test func aRecordThatIsBeingWrittenEndsTheDrainAndIsNotReady() throws {
        let fake = FakeRing()
        var ring = fake.reader()
        fake.send([1])
        fake.send([2])
        fake.setHeader(RingMemory.busy | 1, at: 16)
        #expect(ring.memory.isReady)
        #expect(try ring.drain { _ in } == 1)
        #expect(!ring.memory.isReady)
        #expect(ring.positions == RingPositions(consumer: 16, producer: 32, byteCount: 4096))
        #expect(ring.positions.waiting == 16)
        #expect(try ring.drain { _ in } == 0)
        fake.setHeader(1, at: 16)
        #expect(try ring.drain { _ in } == 1)
    }

    @Test func recordsGoAroundTheEndWhole() throws {
        let fake = FakeRing()
        var ring = fake.reader()
        for round in 0..<1000 {
            let bytes = (0..<(round * 37 % 3000)).map { UInt8(truncatingIfNeeded: $0 + round) }
            fake.send(bytes)
            var found: [UInt8] = []
            let count = try ring.drain { record in found = (0..<record.byteCount).map { record.unsafeLoad(fromByteOffset: $0, as: UInt8.self) } }
            #expect(count == 1)
            #expect(found == bytes)
        }
    }

    @Test(arguments: [false, true]) func anyContentIsReadOrRefused(isOverwriting: Bool) throws {
        var random = SplitMix(seed: 7)
        for _ in 0..<1_000 {
            let fake = FakeRing()
            fake.consumer = random.next(below: 4) == 0 ? random.next() : random.next(below: 2048) & ~7
            fake.producer = random.next(below: 4) == 0 ? random.next() : fake.consumer &+ random.next(below: 4200) & ~7
            for position in stride(from: 0, to: FakeRing.byteCount, by: 8) {
                fake.setHeader(UInt32(truncatingIfNeeded: random.next(below: 3) == 0 ? random.next() : random.next(below: 64)), at: position)
            }
            if isOverwriting { fake.overwritten = random.next(below: 4) == 0 ? random.next() : fake.consumer &+ random.next(below: 4200) & ~7 }
            var ring = isOverwriting ? fake.overwritingReader() : fake.reader()
            var bytes = 0
            do { _ = try ring.drain { bytes += $0.byteCount } } catch { #expect(error.code == .corrupt) }
            #expect(bytes <= FakeRing.byteCount)
        }
    }

    @Test func typedRecordsThatAreShortAreCountedAndLongOnesCut() throws {
        let fake = FakeRing()
        var ring = fake.reader()
        fake.send([1, 0, 0, 0])
        fake.send([2, 0])
        fake.send([3, 0, 0, 0, 9, 9])
        var values: [UInt32] = []
        #expect(try ring.drain(as: UInt32.self) { values.append($0) } == 3)
        #expect(values == [1, 3])
        #expect(ring.shortRecords == 1)
    }
}
