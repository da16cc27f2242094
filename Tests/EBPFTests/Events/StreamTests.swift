// SPDX-License-Identifier: Apache-2.0

import CAllocationCount
import COpenCalls
import EBPF
import Glibc
import Testing

/// Streams of records through ring buffers and perf buffers, with every byte checked.
///
/// One after the other: each goes around a ring some fifty times, and counts what is allocated meanwhile.
@Suite(.serialized, .enabled(if: LiveKernel.isAvailable, LiveKernel.reason))
struct StreamTests {
    static let largest = 4096

    /// What `struct record` of the kernel half begins with.
    struct Pattern: BitwiseCopyable {
        var sequence: UInt64 = 0
        var size: UInt64 = 0
        var bytes: InlineArray<4096, UInt8> = .init { UInt8(truncatingIfNeeded: 31 &* $0) }
    }

    func load(_ carrier: EventStream.Carrier) throws -> LoadedObject {
        var object = try Records.object()
        try object.set("target_thread", to: UInt32(bitPattern: current_thread()))
        try object.useCarrier(carrier, for: "records")
        let loaded = try object.load()
        try loaded.map("pattern").update(UInt32(0), to: Pattern())
        return loaded
    }

    /// The sizes of the records, after every byte of each was checked; the last sequence number of each.
    func check(_ record: RawSpan, isExact: Bool) -> (sequence: UInt64, size: Int)? {
        guard record.byteCount >= 16 else { return nil }
        let sequence = record.unsafeLoadUnaligned(as: UInt64.self)
        let size = Int(record.unsafeLoadUnaligned(fromByteOffset: 8, as: UInt64.self))
        guard isExact ? record.byteCount == 16 + size : record.byteCount >= 16 + size else { return nil }
        for index in 0..<size where record.unsafeLoad(fromByteOffset: 16 + index, as: UInt8.self) != UInt8(truncatingIfNeeded: 31 &* index) {
            return nil
        }
        return (sequence, size)
    }

    @Test(arguments: [EventStream.Carrier.ringBuffer, .perfBuffer])
    func recordsOfEverySizeArriveWholeAndInOrderAroundTheEndOfTheRing(carrier: EventStream.Carrier) throws {
        let loaded = try load(carrier)
        var stream = try EventStream("records", of: loaded)
        let links = try loaded.attachAll()
        var seed: UInt64 = 42
        var expected: UInt64 = 0
        // Enough to go around a ring of 64 KiB some fifty times.
        for _ in 0..<200 {
            var sizes: [Int] = []
            for _ in 0..<8 {
                seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                sizes.append(Int(seed >> 33) % (Self.largest + 1))
            }
            for size in sizes { _ = getsid(pid_t(size)) }
            var arrived: [Int] = []
            _ = try stream.drain { record in
                let found = check(record, isExact: carrier == .ringBuffer)
                // On one thread, but perhaps on several CPUs: rings per CPU keep only their own order.
                if carrier == .ringBuffer { #expect(found?.sequence == expected + 1) }
                expected += 1
                arrived.append(found?.size ?? -1)
            }
            if carrier == .ringBuffer { #expect(arrived == sizes) } else { #expect(arrived.sorted() == sizes.sorted()) }
        }
        #expect(try stream.dropped() == 0)
        links.detach()
    }

    @Test func aRecordThatIsLongerThanTheOverlapIsWholeAlsoAroundTheEnd() throws {
        var object = try LargeRecords.object()
        try object.set("target_thread", to: UInt32(bitPattern: current_thread()))
        let loaded = try object.load()
        let pattern: InlineArray<100_000, UInt8> = .init { UInt8(truncatingIfNeeded: $0 / 7) }
        try loaded.map("pattern").update(UInt32(0), to: pattern)
        var stream = try EventStream("records", of: loaded)
        let links = try loaded.attachAll()
        // Eight times around a ring of two and a half records.
        for _ in 0..<20 {
            _ = getpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0)
            var isWhole = false
            let count = try stream.drain { record in
                isWhole = record.byteCount == 100_000
                for index in 0..<record.byteCount where record.unsafeLoad(fromByteOffset: index, as: UInt8.self) != pattern[index] {
                    isWhole = false
                }
            }
            #expect(count == 1)
            #expect(isWhole)
        }
        links.detach()
    }

    @Test(arguments: [EventStream.Carrier.ringBuffer, .perfBuffer])
    func recordsThatFindNoRoomAreCountedExactly(carrier: EventStream.Carrier) throws {
        let loaded = try load(carrier)
        var stream = try EventStream("records", of: loaded)
        let links = try loaded.attachAll()
        let sent: UInt64 = 400
        for _ in 0..<sent { _ = getsid(4000) }
        var arrived: UInt64 = 0
        _ = try stream.drain { record in arrived += check(record, isExact: carrier == .ringBuffer) == nil ? 0 : 1 }
        let dropped = try stream.dropped()
        #expect(arrived > 0)
        #expect(dropped > 0)
        #expect(arrived + dropped == sent)
        links.detach()
    }

    @Test func aBoundedDrainLeavesTheRestForTheNext() throws {
        let loaded = try load(.ringBuffer)
        var stream = try EventStream("records", of: loaded)
        let links = try loaded.attachAll()
        for size in 1...10 { _ = getsid(pid_t(size)) }
        links.detach()
        var sizes: [Int] = []
        #expect(try stream.drain(maximum: 4) { sizes.append(check($0, isExact: true)?.size ?? -1) } == 4)
        #expect(sizes == [1, 2, 3, 4])
        #expect(try stream.drain { sizes.append(check($0, isExact: true)?.size ?? -1) } == 6)
        #expect(sizes == Array(1...10))
        #expect(try stream.drain { _ in } == 0)
    }

    @Test func anErrorOfTheReaderLosesOnlyTheRecordThatItWasGiven() throws {
        struct Enough: Error {}
        let loaded = try load(.ringBuffer)
        var stream = try EventStream("records", of: loaded)
        let links = try loaded.attachAll()
        for size in 1...4 { _ = getsid(pid_t(size)) }
        links.detach()
        #expect(throws: Enough.self) { _ = try stream.drain { _ throws(Enough) in throw Enough() } }
        var sizes: [Int] = []
        _ = try stream.drain { sizes.append(check($0, isExact: true)?.size ?? -1) }
        #expect(sizes == [2, 3, 4])
    }

    @Test func drainingAllocatesNothing() throws {
        let loaded = try load(.ringBuffer)
        var stream = try EventStream("records", of: loaded)
        let links = try loaded.attachAll()
        for _ in 0..<200 { _ = getsid(32) }
        links.detach()
        var bytes = 0
        let before = allocation_count()
        let count = try stream.drain { bytes += $0.byteCount }
        #expect(allocation_count() == before)
        #expect(count == 200)
        #expect(bytes == 200 * 48)
    }

    @Test func aWaitEndsWithARecordAndWithItsTime() throws {
        let loaded = try load(.ringBuffer)
        var stream = try EventStream("records", of: loaded)
        let links = try loaded.attachAll()
        let readiness = try Readiness()
        try readiness.add(stream, token: 7)
        #expect(try !readiness.wait(milliseconds: 0, for: 7))
        for round in 1...3 {
            _ = getsid(pid_t(round))
            #expect(try readiness.wait(milliseconds: 10_000, for: 7))
            #expect(try stream.drain { _ in } == 1)
            #expect(try !readiness.wait(milliseconds: 10, for: 7))
        }
        links.detach()
    }

    @Test func aMapOfAnotherKindIsNoRingBuffer() throws {
        let loaded = try load(.ringBuffer)
        let map = try loaded.map("pattern")
        let error = try #require(throws: EBPFError.self) { _ = try RingBuffer(map) }
        #expect(error.description == "cannot read ring buffer 'pattern': it is a map of type array")
    }
}
