// SPDX-License-Identifier: Apache-2.0

import Glibc

/// The reader of a ring buffer, Linux 5.8 and newer: records from all CPUs in the order in which they were reserved.
///
/// The ring is mapped, and each record is handed out where it lies: nothing is copied, nothing allocated. (Only a record of
/// over 16 KiB that wraps around the end of the ring is copied.) There may be one reader of a ring at a time.
///
/// What the ring holds is not believed: positions and lengths that contradict each other end in an error.
///
/// A ring in which new records take the place of the oldest (``MapFlags/overwriting``, Linux 6.19) is read from the oldest that is still there on. Each record
/// is copied, since programs do not wait for its reader; what was overwritten before it was read is counted in ``overwrittenBytes``.
///
/// Unsafe: the records in the mapped ring are read through pointers here; ``RingMemory`` has the positions.
public struct RingBuffer: ~Copyable, Sendable, EventSource {
    let memory: RingMemory
    /// What is watched, and keeps the map; `nil` over memory that a test made up.
    let descriptor: SharedDescriptor?
    let name: String
    /// Room for a record that is copied.
    var wrapped: [UInt8] = []
    /// How far both sides were when this reader looked last.
    var last: RingPositions
    /// How many bytes of a ring whose oldest records make room for new ones were overwritten before this reader came to them, with the headers of records and
    /// those that were discarded. Linux 6.19; 0 for other rings.
    public internal(set) var overwrittenBytes: UInt64 = 0
    /// How many records were shorter than the type asked for, and not handed out. May be set back.
    public var shortRecords: UInt64 = 0
    /// How many bytes a record has, by the declaration of the buffer in the kernel half; `nil` where the object does not say it.
    public let recordByteCount: Int?
    /// The size of the ring in bytes, a power of two.
    public var byteCount: Int { memory.byteCount }
    /// How far the kernel and this reader are now, and so how many bytes wait.
    public var positions: RingPositions { memory.positions }

    /// Maps a ring buffer for reading.
    ///
    /// - Throws: ``EBPFError`` where the map is no ring buffer, or cannot be mapped; for one whose records are overwritten also where the kernel's types do not
    ///   say how far.
    public init(_ map: Map) throws(EBPFError) {
        let operation = "read ring buffer '\(map.name)'"
        guard map.type == .ringBuffer else {
            throw EBPFError(.invalid, operation, cause: "it is a map of type \(map.type)")
        }
        let overwrittenOffset = map.flags.contains(.overwriting) ? try Self.overwrittenOffset(operation) : nil
        // Mapped pages count as resident memory: as much is mapped a second time as records usually need.
        guard
            let memory = RingMemory(
                of: map, overlap: min(map.maxEntries, Self.overlap), writes: .consumer, overwrittenOffset: overwrittenOffset)
        else {
            throw EBPFError(system: errno, operation)
        }
        self.init(memory, name: map.name, descriptor: map.descriptor, recordByteCount: map.recordByteCount)
    }

    /// Reads memory that looks like a ring.
    init(_ memory: RingMemory, name: String, descriptor: SharedDescriptor?, recordByteCount: Int? = nil) {
        self.memory = memory
        self.recordByteCount = recordByteCount
        self.name = name
        self.descriptor = descriptor
        last = memory.positions
    }

    /// The descriptor that becomes readable when a record arrives while none is waiting.
    var pollDescriptors: [Int32] { descriptor.map { [$0.number] } ?? [] }

    /// How much of the data is mapped a second time, in bytes.
    private static let overlap = 16 * 1024

    /// Hands every record that is there to `body`, in order, until none is left, the next is still being written, or there
    /// were `maximum` of them: a program that writes as fast as it is read would else never let go.
    ///
    /// The span is valid during the call only, and begins at a multiple of eight. When `body` throws, the record that it was given counts as read.
    /// Allocates nothing.
    ///
    /// - Returns: how many records there were.
    /// - Throws: ``EBPFError`` of `body`; and with ``EBPFError/Code/corrupt`` where positions or lengths in the ring contradict each other, again
    ///   at each
    ///   following call.
    public mutating func drain(maximum: Int, _ body: (RawSpan) throws(EBPFError) -> Void) throws(EBPFError) -> Int {
        let memory = memory
        if memory.isOverwriting { return try drainOverwriting(maximum: maximum, body) }
        var position = memory.consumed
        guard Int64(bitPattern: position &- last.consumer) >= 0 else {
            throw corrupt(.wentBack(side: "consumer", from: last.consumer, to: position))
        }
        guard position & 7 == 0 else { throw corrupt(.unaligned(position: position, side: "consumer")) }
        var published = position
        var producer = last.producer
        var count = 0
        defer {
            if published != position { memory.publish(consumed: position) }
            last = RingPositions(consumer: position, producer: producer, byteCount: memory.byteCount)
        }
        while true {
            let end = memory.produced
            try check(end, after: producer, position)
            producer = end
            while position != end, count < maximum {
                let offset = memory.offset(position)
                let header = memory.header(at: offset)
                if header & RingMemory.busy != 0 { break }
                let length = UInt64(header & ~RingMemory.discarded)
                let total = (length + RingMemory.headerSize + 7) & ~7
                guard total <= end &- position else {
                    throw corrupt(.tooLong(position: position, length: length, waiting: end &- position))
                }
                position &+= total
                if header & RingMemory.discarded == 0 {
                    count += 1
                    try hand(offset + Int(RingMemory.headerSize), Int(length), body)
                }
                // Room is given back in steps: each publication costs the producers a cache line.
                if position &- published >= UInt64(memory.byteCount / 8) {
                    memory.publish(consumed: position)
                    published = position
                }
            }
            // The kernel wakes us only if it sees that we are done with everything before its record. So we say so, and only
            // then look a last time: either we see the record, or the kernel sees that we wait for it.
            guard published != position else { return count }
            memory.publish(consumed: position)
            published = position
        }
    }

    /// Whether the producer's position is one that the kernel could have written.
    @inline(__always) private func check(_ end: UInt64, after before: UInt64, _ position: UInt64) throws(EBPFError) {
        if Int64(bitPattern: end &- before) >= 0, end &- position <= UInt64(memory.byteCount), end & 7 == 0 { return }
        guard Int64(bitPattern: end &- before) >= 0 else { throw corrupt(.wentBack(side: "producer", from: before, to: end)) }
        guard end & 7 == 0 else { throw corrupt(.unaligned(position: end, side: "producer")) }
        throw corrupt(.tooFar(consumer: position, producer: end, byteCount: memory.byteCount))
    }

    /// Apart, so that the loop stays small.
    @inline(never) func corrupt(_ corruption: RingCorruption) -> EBPFError {
        EBPFError(corruption, "read ring buffer '\(name)'")
    }

    /// Hands out a record that is no longer than the ring.
    @inline(__always) private mutating func hand(
        _ offset: Int, _ length: Int, _ body: (RawSpan) throws(EBPFError) -> Void
    ) throws(EBPFError) {
        guard offset + length > memory.mapped else {
            return try body(RawSpan(_unsafeStart: memory.data + offset, byteCount: length))
        }
        try handCopy(offset, length, body)
    }

    @inline(never) private mutating func handCopy(
        _ offset: Int, _ length: Int, _ body: (RawSpan) throws(EBPFError) -> Void
    ) throws(EBPFError) {
        copy(offset, length)
        try body(wrapped.span.bytes)
    }

    /// Copies a record that is no longer than the ring.
    mutating func copy(_ offset: Int, _ length: Int) {
        let offset = offset & (byteCount - 1)
        let first = min(byteCount - offset, length)
        wrapped.removeAll(keepingCapacity: true)
        wrapped.append(contentsOf: UnsafeRawBufferPointer(start: memory.data + offset, count: first))
        wrapped.append(contentsOf: UnsafeRawBufferPointer(start: memory.data, count: length - first))
    }
}
