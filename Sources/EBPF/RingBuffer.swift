// SPDX-License-Identifier: Apache-2.0

import Glibc
import Synchronization

/// The reader of a ring buffer, Linux 5.8 and newer: records from all CPUs in the order in which they were reserved.
///
/// The ring is mapped, and each record is handed out where it lies: nothing is copied, nothing allocated. (Only a record of
/// over 16 KiB that wraps around the end of the ring is copied.) There may be one reader of a ring at a time.
///
/// Unsafe: the mapped ring is read through pointers here, and only here.
public struct RingBuffer: ~Copyable, Sendable {
    private let map: Map
    private let consumer: Mapping
    private let producer: Mapping
    /// Room for a record that wraps around and is longer than what is mapped a second time.
    private var wrapped: [UInt8] = []
    /// The size of the ring in bytes, a power of two.
    public let byteCount: Int

    /// Maps a ring buffer for reading.
    ///
    /// - Throws: ``EBPFError`` where the map is no ring buffer, or cannot be mapped.
    public init(_ map: Map) throws(EBPFError) {
        let operation = "read ring buffer '\(map.name)'"
        guard map.type == .ringBuffer else {
            throw EBPFError(.invalid, operation, cause: "it is a map of type \(map.type)")
        }
        let page = Mapping.pageSize
        // One page with the consumer's position, which we write; one with the producer's; then the data, and once more the
        // data, so that a record that wraps around is contiguous. Mapped pages count as resident memory: as much of the
        // second time is mapped as records usually need.
        let overlap = min(map.maxEntries, Self.overlap)
        guard let consumer = Mapping(map.descriptor.number, offset: 0, byteCount: page, isWritable: true),
            let producer = Mapping(map.descriptor.number, offset: page, byteCount: page + map.maxEntries + overlap, isWritable: false)
        else { throw EBPFError(system: errno, operation) }
        self.map = map
        self.consumer = consumer
        self.producer = producer
        byteCount = map.maxEntries
    }

    /// How much of the data is mapped a second time, in bytes; the kernel rounds it up to a page.
    private static let overlap = 16 * 1024

    /// The descriptor that becomes readable when a record arrives while none is waiting.
    var pollDescriptor: Int32 { map.descriptor.number }

    /// The bits of a record's header (`BPF_RINGBUF_BUSY_BIT`, `BPF_RINGBUF_DISCARD_BIT`) and the size of the header.
    private static let busy: UInt32 = 1 << 31
    private static let discarded: UInt32 = 1 << 30
    private static let headerSize: UInt64 = 8

    /// Hands every record that is there to `body`, in order, until none is left, the next is still being written, or there
    /// were `maximum` of them: a program that writes as fast as it is read would else never let go.
    ///
    /// The span is valid during the call only, and begins at a multiple of eight. When `body` throws, the record that it was given counts as read. Allocates nothing.
    ///
    /// - Returns: how many records there were.
    public mutating func drain<Failure: Error>(
        maximum: Int = .max, _ body: (RawSpan) throws(Failure) -> Void
    ) throws(Failure) -> Int {
        let positions = Positions(consumer: consumer.start, producer: producer.start)
        let data = UnsafeRawPointer(producer.start + Mapping.pageSize)
        let mask = UInt64(byteCount - 1)
        var position = positions.consumed
        var published = position
        var count = 0
        defer { if published != position { positions.publish(position) } }
        while true {
            let end = positions.produced
            while position < end, count < maximum {
                let start = data + Int(position & mask)
                let header = Self.header(at: start)
                if header & Self.busy != 0 { break }
                let length = UInt64(header & ~Self.discarded)
                position += (length + Self.headerSize + 7) & ~7
                if header & Self.discarded == 0 {
                    count += 1
                    try hand(start + Int(Self.headerSize), min(Int(length), byteCount - Int(Self.headerSize)), of: data, body)
                }
                // Room is given back in steps: each publication costs the producers a cache line.
                if position - published >= UInt64(byteCount / 8) {
                    positions.publish(position)
                    published = position
                }
            }
            // The kernel wakes us only if it sees that we are done with everything before its record. So we say so, and only
            // then look a last time: either we see the record, or the kernel sees that we wait for it.
            guard published != position else { return count }
            positions.publish(position)
            published = position
        }
    }

    private mutating func hand<Failure: Error>(
        _ start: UnsafeRawPointer, _ length: Int, of data: UnsafeRawPointer, _ body: (RawSpan) throws(Failure) -> Void
    ) throws(Failure) {
        let mapped = producer.byteCount - Mapping.pageSize - (start - data)
        guard length > mapped else { return try body(RawSpan(_unsafeStart: start, byteCount: length)) }
        let first = max(byteCount - (start - data), 0)
        wrapped.removeAll(keepingCapacity: true)
        wrapped.append(contentsOf: UnsafeRawBufferPointer(start: start, count: first))
        wrapped.append(contentsOf: UnsafeRawBufferPointer(start: data, count: length - first))
        try body(wrapped.span.bytes)
    }

    private static func header(at start: UnsafeRawPointer) -> UInt32 {
        // Acquiring: what the producer wrote before it cleared the busy bit is seen after this load.
        start.assumingMemoryBound(to: Atomic<UInt32>.self).pointee.load(ordering: .acquiring)
    }

    /// The two counters that kernel and reader share. Both only grow.
    private struct Positions {
        let consumer: UnsafeMutableRawPointer
        let producer: UnsafeMutableRawPointer

        var consumed: UInt64 {
            consumer.assumingMemoryBound(to: Atomic<UInt64>.self).pointee.load(ordering: .relaxed)
        }

        /// Acquiring: the headers of records before this position are seen as reserved.
        var produced: UInt64 {
            producer.assumingMemoryBound(to: Atomic<UInt64>.self).pointee.load(ordering: .acquiring)
        }

        /// The fence: the loads that follow must not overtake this store, see ``RingBuffer/drain(maximum:_:)``.
        func publish(_ position: UInt64) {
            consumer.assumingMemoryBound(to: Atomic<UInt64>.self).pointee.store(position, ordering: .releasing)
            atomicMemoryFence(ordering: .sequentiallyConsistent)
        }
    }
}
