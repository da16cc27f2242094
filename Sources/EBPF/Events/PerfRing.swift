// SPDX-License-Identifier: Apache-2.0

import CLinux
import Glibc
import Synchronization

/// The ring of one CPU, and the event that fills it. A class, since an array cannot hold what is not copyable.
///
/// `include/uapi/linux/perf_event.h`: `struct perf_event_mmap_page`, `enum perf_event_type`.
/// Unsafe: the mapped ring is read through pointers here, and only here; nothing that stands in it is believed.
final class PerfRing: @unchecked Sendable {
    // Sendable: the positions are only touched atomically; the rest belongs to the one reader.
    let cpu: Int
    let byteCount: Int
    /// Whether samples say when they were taken.
    let isTimed: Bool
    /// Whether the kernel tells at once how many records it has dropped.
    private let tellsLosses: Bool
    private let event: SharedDescriptor?
    private let mapping: Mapping?
    /// The page with the positions, and the data.
    private let page: UnsafeMutableRawPointer
    private let data: UnsafeMutableRawPointer

    /// What is watched; `nil` over memory that a test made up.
    var number: Int32? { event?.number }

    /// Opens the event and maps its ring; `nil` for a CPU that does not run, or no longer.
    init?(cpu: Int, byteCount: Int, isTimed: Bool, wakeUpBytes: UInt32?, for operation: String) throws(EBPFError) {
        var attributes = perf_event_attributes()
        attributes.type = 1  // PERF_TYPE_SOFTWARE
        attributes.size = UInt32(MemoryLayout<perf_event_attributes>.size)
        attributes.config = 10  // PERF_COUNT_SW_BPF_OUTPUT
        attributes.sample_type = 1 << 10  // PERF_SAMPLE_RAW
        attributes.sample_period = 1
        attributes.wakeup_events = 1
        if isTimed {
            attributes.sample_type |= 1 << 2  // PERF_SAMPLE_TIME
            attributes.flags |= 1 << 25  // use_clockid
            attributes.clockid = Int32(CLOCK_MONOTONIC)
        }
        if let wakeUpBytes {
            attributes.flags |= 1 << 14  // watermark, of which wakeup_events are the bytes
            attributes.wakeup_events = wakeUpBytes
        }
        attributes.read_format = 1 << 4  // PERF_FORMAT_LOST
        var number = Self.open(&attributes, cpu)
        // Before Linux 6.0 the kernel does not know the format.
        tellsLosses = number >= 0
        if number < 0, errno == EINVAL {
            attributes.read_format = 0
            number = Self.open(&attributes, cpu)
        }
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
        self.cpu = cpu
        self.isTimed = isTimed
        self.event = SharedDescriptor(event)
        page = mapping.start
        data = mapping.start + Mapping.pageSize
        self.mapping = consume mapping
        self.byteCount = byteCount
    }

    private static func open(_ attributes: inout perf_event_attributes, _ cpu: Int) -> Int32 {
        linux_perf_event_open(&attributes, -1, Int32(clamping: cpu), -1, 1 << 3)  // PERF_FLAG_FD_CLOEXEC
    }

    /// How many records the kernel has dropped since the ring was opened: all of them, whether or not a later record has found room (`PERF_FORMAT_LOST`,
    /// Linux 6.0); `nil` where it does not tell.
    var dropped: UInt64? {
        guard tellsLosses, let number else { return nil }
        // struct read_format: what the event counts, then what was lost.
        var words: (count: UInt64, lost: UInt64) = (0, 0)
        let size = MemoryLayout.size(ofValue: words)
        return read(number, &words, size) == size ? words.lost : nil
    }

    /// Memory that somebody else keeps.
    init(cpu: Int, page: UnsafeMutableRawPointer, data: UnsafeMutableRawPointer, byteCount: Int, isTimed: Bool) {
        self.cpu = cpu
        self.byteCount = byteCount
        self.isTimed = isTimed
        self.page = page
        self.data = data
        tellsLosses = false
        event = nil
        mapping = nil
    }

    /// Up to where the kernel has written (`data_head`), in bytes since the ring was opened. Acquiring: what is before it is seen as written.
    var head: UInt64 {
        page.advanced(by: 1024).assumingMemoryBound(to: Atomic<UInt64>.self).pointee.load(ordering: .acquiring)
    }

    /// Up to where was read (`data_tail`). Releasing: the kernel may overwrite what was read only after it was read.
    var tail: UInt64 {
        get { page.advanced(by: 1032).assumingMemoryBound(to: Atomic<UInt64>.self).pointee.load(ordering: .relaxed) }
        set { page.advanced(by: 1032).assumingMemoryBound(to: Atomic<UInt64>.self).pointee.store(newValue, ordering: .releasing) }
    }

    /// The next record of the ring.
    struct Record {
        enum Kind { case sample, lost, other }
        let kind: Kind
        let position: UInt64
        /// With its header, a multiple of eight.
        let size: UInt64
        /// When a sample was taken, in nanoseconds of the monotonic clock; 0 for other records, and where samples do not say.
        let time: UInt64
        /// How many records are reported as lost.
        let lost: UInt64
    }

    /// Reads what stands at a position before `end`.
    func record(at position: UInt64, before end: UInt64) throws(RingCorruption) -> Record {
        let header = word(at: position)
        let size = header >> 48
        guard position & 7 == 0 else { throw .unaligned(position: position, side: "consumer") }
        guard size >= 8, size & 7 == 0, size <= end &- position else {
            throw .tooLong(position: position, length: size, waiting: end &- position)
        }
        switch UInt32(truncatingIfNeeded: header) {
        case 9 where size >= (isTimed ? 24 : 16):  // PERF_RECORD_SAMPLE
            return Record(kind: .sample, position: position, size: size, time: isTimed ? word(at: position &+ 8) : 0, lost: 0)
        case 2 where size >= 24:  // PERF_RECORD_LOST: an id, then how many
            return Record(kind: .lost, position: position, size: size, time: 0, lost: word(at: position &+ 16))
        default: return Record(kind: .other, position: position, size: size, time: 0, lost: 0)
        }
    }

    /// Whether the next record is as old as it must be to be handed out. What cannot be believed is: the reader will say so.
    func isSettled(_ settlingTime: UInt64?) -> Bool {
        guard let settlingTime, let next = try? record(at: tail, before: head) else { return true }
        let now = MonotonicWait.nanoseconds
        return next.time <= now && now - next.time >= settlingTime
    }

    /// Whether positions are such as the kernel could have written them.
    func check(head: UInt64, after before: UInt64, tail: UInt64) throws(RingCorruption) {
        guard Int64(bitPattern: head &- before) >= 0 else { throw .wentBack(side: "producer", from: before, to: head) }
        guard head &- tail <= UInt64(byteCount) else { throw .tooFar(consumer: tail, producer: head, byteCount: byteCount) }
        guard head & 7 == 0 else { throw .unaligned(position: head, side: "producer") }
    }

    /// Hands out the data of a sample: its size in four bytes, then the data.
    func hand(_ sample: Record, wrapped: inout [UInt8], _ body: (RawSpan) throws(EBPFError) -> Void) throws(EBPFError) {
        let start = sample.position &+ (isTimed ? 16 : 8)
        let length = Int(min(UInt64(UInt32(truncatingIfNeeded: word(at: start))), sample.size - (isTimed ? 20 : 12)))
        let offset = offset(start &+ 4)
        guard offset + length > byteCount else {
            return try body(RawSpan(_unsafeStart: data + offset, byteCount: length))
        }
        let first = byteCount - offset
        wrapped.removeAll(keepingCapacity: true)
        wrapped.append(contentsOf: UnsafeRawBufferPointer(start: data + offset, count: first))
        wrapped.append(contentsOf: UnsafeRawBufferPointer(start: data, count: length - first))
        try body(wrapped.span.bytes)
    }

    /// The eight bytes at a position that is rounded down to a multiple of eight, so that they never wrap around.
    private func word(at position: UInt64) -> UInt64 { data.load(fromByteOffset: offset(position & ~7), as: UInt64.self) }

    private func offset(_ position: UInt64) -> Int { Int(truncatingIfNeeded: position & UInt64(byteCount - 1)) }
}
