// SPDX-License-Identifier: Apache-2.0

import Glibc
import Synchronization

/// The memory of a ring buffer, which the kernel and a reader share; unmapped when its last owner goes.
///
/// Unsafe: the positions and headers of the mapped ring are read through pointers here. The one that mapped the memory, or the test that made it
/// up, answers for
/// its size; nothing that stands in it is believed.
final class RingMemory: @unchecked Sendable {
    // Sendable: the positions and headers are only touched atomically; the rest belongs to the one reader.
    private let consumer: UnsafeMutableRawPointer
    private let producer: UnsafeMutableRawPointer
    /// Where the records are.
    let data: UnsafeMutableRawPointer
    /// The size of the ring in bytes, a power of two.
    let byteCount: Int
    /// How many bytes can be read from `data` on: some are there a second time, so that what wraps around is contiguous.
    let mapped: Int
    /// Where behind the producer's position stands up to where records were overwritten, in bytes; `nil` where none ever are.
    private let overwrittenOffset: Int?
    // They only keep the memory.
    private let first: Mapping?
    private let second: Mapping?

    /// Maps the ring of a map: one of the two pages of positions and the data may be written to.
    ///
    /// - Parameters:
    ///   - overlap: how much of the data is mapped a second time, in bytes; the kernel rounds it up to a page.
    ///   - overwrittenOffset: for a ring whose oldest records make room for new ones, where behind the producer's position stands up to where.
    /// - Returns: `nil`, with `errno` set, where the kernel refuses.
    init?(of map: Map, overlap: Int, writes side: Side, overwrittenOffset: Int? = nil) {
        let page = Mapping.pageSize
        // One page with the consumer's position; one with the producer's; then the data, and once more the data.
        guard let consumer = Mapping(map.descriptor.number, offset: 0, byteCount: page, isWritable: side == .consumer),
            let producer = Mapping(
                map.descriptor.number, offset: page, byteCount: page + map.maxEntries + overlap, isWritable: side == .producer)
        else { return nil }
        self.consumer = consumer.start
        self.producer = producer.start
        data = producer.start + page
        byteCount = map.maxEntries
        mapped = map.maxEntries + overlap
        self.overwrittenOffset = overwrittenOffset
        first = consume consumer
        second = consume producer
    }

    /// Memory that somebody else keeps.
    init(
        consumer: UnsafeMutableRawPointer, producer: UnsafeMutableRawPointer, data: UnsafeMutableRawPointer, byteCount: Int, mapped: Int,
        overwrittenOffset: Int? = nil
    ) {
        self.consumer = consumer
        self.producer = producer
        self.data = data
        self.byteCount = byteCount
        self.mapped = mapped
        self.overwrittenOffset = overwrittenOffset
        first = nil
        second = nil
    }

    /// The side of a ring that user space is on.
    enum Side { case consumer, producer }

    /// The bits of a record's header (`BPF_RINGBUF_BUSY_BIT`, `BPF_RINGBUF_DISCARD_BIT`) and the size of the header.
    static let busy: UInt32 = 1 << 31
    static let discarded: UInt32 = 1 << 30
    static let headerSize: UInt64 = 8

    var positions: RingPositions { RingPositions(consumer: consumed, producer: produced, byteCount: byteCount) }

    /// Acquiring: where the consumer is the kernel, what it has read is read before its room is written to again.
    var consumed: UInt64 {
        consumer.assumingMemoryBound(to: Atomic<UInt64>.self).pointee.load(ordering: .acquiring)
    }

    /// Acquiring: the headers of records before this position are seen as reserved.
    var produced: UInt64 {
        producer.assumingMemoryBound(to: Atomic<UInt64>.self).pointee.load(ordering: .acquiring)
    }

    /// Whether the oldest records make room for new ones.
    var isOverwriting: Bool { overwrittenOffset != nil }

    /// Up to where records were overwritten. Acquiring: the kernel says so before it writes there.
    var overwritten: UInt64 {
        guard let overwrittenOffset else { return 0 }
        return producer.advanced(by: overwrittenOffset).assumingMemoryBound(to: Atomic<UInt64>.self).pointee.load(ordering: .acquiring)
    }

    /// The place from where on a reader that is at `position` finds records that are still there.
    func first(from position: UInt64) -> UInt64 {
        let overwritten = overwritten
        return isOverwriting && Int64(bitPattern: overwritten &- position) > 0 ? overwritten : position
    }

    /// Says up to where was read. The fence: the loads that follow must not overtake this store, see ``RingBuffer/drain(maximum:_:)``.
    func publish(consumed position: UInt64) {
        consumer.assumingMemoryBound(to: Atomic<UInt64>.self).pointee.store(position, ordering: .releasing)
        atomicMemoryFence(ordering: .sequentiallyConsistent)
    }

    /// Says up to where room is reserved. Releasing: the headers before it are seen as busy.
    func publish(produced position: UInt64) {
        producer.assumingMemoryBound(to: Atomic<UInt64>.self).pointee.store(position, ordering: .releasing)
    }

    /// Where in the data a position lies.
    @inline(__always) func offset(_ position: UInt64) -> Int { Int(truncatingIfNeeded: position & UInt64(byteCount - 1)) }

    /// The header of the record at an offset that is a multiple of eight.
    @inline(__always) func header(at offset: Int) -> UInt32 {
        // Acquiring: what the producer wrote before it cleared the busy bit is seen after this load.
        (data + offset).assumingMemoryBound(to: Atomic<UInt32>.self).pointee.load(ordering: .acquiring)
    }

    /// Releasing: what was written into the record is seen by who sees this header.
    func setHeader(_ header: UInt32, at offset: Int) {
        (data + offset).assumingMemoryBound(to: Atomic<UInt32>.self).pointee.store(header, ordering: .releasing)
    }

    /// Whether a reader has something to do: the next record is there and no longer being written, or records were overwritten that it has not passed. What
    /// cannot be believed counts as there: the reader will say so.
    var isReady: Bool {
        let end = produced
        let consumed = consumed
        let position = first(from: consumed)
        // The kernel wakes only who has read up to the record that it commits. So where records were overwritten the reader is to come and say that it is
        // past them, also where the oldest that is left is still being written.
        guard position == consumed else { return true }
        let waiting = end &- position
        guard waiting > 0 else { return false }
        guard waiting <= UInt64(byteCount), position & 7 == 0 else { return true }
        return header(at: offset(position)) & Self.busy == 0
    }
}
