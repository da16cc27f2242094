// SPDX-License-Identifier: Apache-2.0

import CLinux
import Glibc
import Synchronization

/// The reader of a perf event array, Linux 4.4 and newer: one ring per CPU, each in its own order.
///
/// For kernels without ring buffers. Records are handed out where they lie, but for those that wrap around the end of a ring,
/// which are copied to memory that is kept for that purpose.
///
/// Unsafe: the mapped rings are read through pointers here, and only here.
public struct PerfBuffer: ~Copyable, Sendable {
    private let rings: [PerfRing]
    /// Records that the kernel says it dropped because a ring was full.
    public private(set) var lost: UInt64 = 0
    private var wrapped: [UInt8] = []

    /// Opens a ring on every CPU that runs, and has the map point to them.
    ///
    /// - Parameter byteCount: the size of each ring in bytes, rounded up to a power of two of pages.
    /// - Throws: ``EBPFError`` where the map is no perf event array, or a ring cannot be opened.
    public init(_ map: Map, byteCount: Int = 256 * 1024) throws(EBPFError) {
        let operation = "read perf buffer '\(map.name)'"
        guard map.type == .perfEventArray else {
            throw EBPFError(.invalid, operation, cause: "it is a map of type \(map.type)")
        }
        var size = Mapping.pageSize
        while size < byteCount, size < 1 << 30 { size *= 2 }
        var rings: [PerfRing] = []
        for cpu in CPUs.online {
            guard let ring = try PerfRing(cpu: cpu, byteCount: size, for: operation) else { continue }
            try map.update(UInt32(clamping: cpu), to: ring.number)
            rings.append(ring)
        }
        self.rings = rings
    }

    /// The descriptors that become readable when a record arrives.
    var pollDescriptors: [Int32] { rings.map(\.number) }

    /// Hands every record that is there to `body`, CPU by CPU, at most `maximum` of them.
    ///
    /// The span is valid during the call only. It begins at a multiple of four, so that wider integers are read as unaligned
    /// ones, and may end with up to seven bytes that are not the record's. When `body` throws,
    /// the record that it was given counts as read.
    ///
    /// - Returns: how many records there were.
    public mutating func drain<Failure: Error>(
        maximum: Int = .max, _ body: (RawSpan) throws(Failure) -> Void
    ) throws(Failure) -> Int {
        var count = 0
        for ring in rings {
            count += try ring.drain(maximum: maximum - count, wrapped: &wrapped, lost: &lost, body)
        }
        return count
    }
}

/// The ring of one CPU. A class, since an array cannot hold what is not copyable.
private final class PerfRing: Sendable {
    private let event: Descriptor
    private let mapping: Mapping
    private let byteCount: Int

    var number: Int32 { event.number }

    /// `nil` for a CPU that has gone meanwhile.
    init?(cpu: Int, byteCount: Int, for operation: String) throws(EBPFError) {
        var attributes = perf_event_attributes()
        attributes.type = 1  // PERF_TYPE_SOFTWARE
        attributes.size = UInt32(MemoryLayout<perf_event_attributes>.size)
        attributes.config = 10  // PERF_COUNT_SW_BPF_OUTPUT
        attributes.sample_type = 1 << 10  // PERF_SAMPLE_RAW
        attributes.sample_period = 1
        attributes.wakeup_events = 1
        let number = linux_perf_event_open(&attributes, -1, Int32(clamping: cpu), -1, 1 << 3)  // PERF_FLAG_FD_CLOEXEC
        guard number >= 0 else {
            if errno == ENODEV { return nil }
            throw EBPFError(system: errno, operation, attempting: .openEvent(.output))
        }
        let event = Descriptor(number)
        // A page of positions, then the ring.
        guard let mapping = Mapping(event.number, offset: 0, byteCount: Mapping.pageSize + byteCount, isWritable: true) else {
            let remedy =
                "raise the limit of locked memory (ulimit -l) or /proc/sys/kernel/perf_event_mlock_kb, "
                + "or ask for less than \(byteCount) bytes"
            throw EBPFError(system: errno, operation, remedy: remedy)
        }
        guard linux_ioctl(event.number, 0x2400, 0) == 0 else { throw EBPFError(system: errno, operation) }  // PERF_EVENT_IOC_ENABLE
        self.event = event
        self.mapping = mapping
        self.byteCount = byteCount
    }

    func drain<Failure: Error>(
        maximum: Int, wrapped: inout [UInt8], lost: inout UInt64, _ body: (RawSpan) throws(Failure) -> Void
    ) throws(Failure) -> Int {
        // data_head and data_tail of struct perf_event_mmap_page.
        let head = mapping.start.advanced(by: 1024).assumingMemoryBound(to: Atomic<UInt64>.self)
        let tail = mapping.start.advanced(by: 1032).assumingMemoryBound(to: Atomic<UInt64>.self)
        let end = head.pointee.load(ordering: .acquiring)
        var position = tail.pointee.load(ordering: .relaxed)
        // Releasing: the kernel may overwrite what was read only after it was read.
        defer { tail.pointee.store(position, ordering: .releasing) }
        var count = 0
        while position < end, count < maximum {
            let header = word(at: position)
            let size = UInt64(header >> 48)
            guard size >= 8, size & 7 == 0, position & 7 == 0, size <= end - position else {
                // The kernel never writes this; to go on with the next batch is better than never to come back.
                position = end
                break
            }
            let start = position
            position += size
            switch UInt32(truncatingIfNeeded: header) {
            case 9 where size >= 16:  // PERF_RECORD_SAMPLE: the size of the raw data in four bytes, then the data
                let length = min(UInt64(UInt32(truncatingIfNeeded: word(at: start + 8))), size - 12)
                count += 1
                try hand(start + 12, Int(length), wrapped: &wrapped, body)
            case 2 where size >= 24:  // PERF_RECORD_LOST: an id, then how many
                lost &+= word(at: start + 16)
            default: break
            }
        }
        return count
    }

    /// The eight bytes at a position that is a multiple of eight, so that they never wrap around.
    private func word(at position: UInt64) -> UInt64 {
        data.load(fromByteOffset: Int(position & UInt64(byteCount - 1)), as: UInt64.self)
    }

    private var data: UnsafeRawPointer { UnsafeRawPointer(mapping.start + Mapping.pageSize) }

    private func hand<Failure: Error>(
        _ position: UInt64, _ length: Int, wrapped: inout [UInt8], _ body: (RawSpan) throws(Failure) -> Void
    ) throws(Failure) {
        let offset = Int(position & UInt64(byteCount - 1))
        guard offset + length > byteCount else {
            return try body(RawSpan(_unsafeStart: data + offset, byteCount: length))
        }
        let first = byteCount - offset
        wrapped.removeAll(keepingCapacity: true)
        wrapped.append(contentsOf: UnsafeRawBufferPointer(start: data + offset, count: first))
        wrapped.append(contentsOf: UnsafeRawBufferPointer(start: data, count: length - first))
        try body(wrapped.span.bytes)
    }
}
