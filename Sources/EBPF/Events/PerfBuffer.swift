// SPDX-License-Identifier: Apache-2.0

import Glibc

/// The reader of a perf event array, Linux 4.4 and newer: one ring per CPU, each in its own order, or all of them in the order of time.
///
/// For kernels without ring buffers. Records are handed out where they lie, but for those that wrap around the end of a ring,
/// which are copied to memory that is kept for that purpose. What the rings hold is not believed: what contradicts itself ends in an error.
///
/// A CPU that comes online has no ring, and what programs send there is lost (they see `ENOENT`, and our headers count it), until
/// ``followCPUs()`` is called: once a second is often enough for machines on which that happens.
public struct PerfBuffer: ~Copyable, Sendable, EventSource {
    /// A ring, and what is known of it.
    struct Member: Sendable {
        let ring: PerfRing
        /// Where the kernel was when this reader looked last.
        var head: UInt64
        /// How many records were lost as the ring itself says, which it does with the next record that finds room.
        var reported: UInt64 = 0

        /// How many records were lost, as far as the kernel tells: what the ring says is among what the event does.
        var lost: UInt64 { max(ring.dropped ?? 0, reported) }
    }

    var members: [Member]
    /// What was lost in rings that are closed.
    private var lostBefore: [Int: UInt64] = [:]
    /// How many records were shorter than the type asked for, and not handed out. May be set back.
    public var shortRecords: UInt64 = 0
    /// For a buffer that is read in order of time: how many samples came later than the settling time, and so behind others that are newer.
    public internal(set) var lateRecords: UInt64 = 0
    var wrapped: [UInt8] = []
    /// For the order of time: the next record of each ring, kept for its storage; how long to wait for others, in nanoseconds; and what was handed
    /// out last.
    var fronts: [Front] = []
    let settlingTime: UInt64?
    var latest: UInt64 = 0
    private let map: Map?
    private let byteCount: Int
    private let wakeUpBytes: UInt32?
    let operation: String

    /// Records that the kernel has dropped because a ring was full, of each CPU that had any.
    ///
    /// Linux 6.0 and newer tell of each at once, by a call for each ring (`PERF_FORMAT_LOST`). Older ones write it into the ring before the next record
    /// that finds room (`PERF_RECORD_LOST`), and it is known once that is read: of what is lost behind the last record, nobody knows there but the program,
    /// whose `bpf_perf_event_output` has failed. Our headers count that, see ``EventStream/dropped()``.
    public var lostByCPU: [Int: UInt64] {
        var lost = lostBefore
        for member in members { Self.add(member.lost, of: member.ring.cpu, to: &lost) }
        return lost
    }

    /// Records that the kernel has dropped because a ring was full, over all CPUs, as far as it tells: see ``lostByCPU``.
    public var lost: UInt64 { lostByCPU.values.reduce(0, &+) }

    private static func add(_ count: UInt64, of cpu: Int, to lost: inout [Int: UInt64]) {
        if count > 0 { lost[cpu, default: 0] &+= count }
    }

    /// How many bytes a record has, by the declaration of the buffer in the kernel half; `nil` where the object does not say it.
    public let recordByteCount: Int?
    /// The CPUs whose rings are read, by their numbers.
    public var cpus: [Int] { members.map(\.ring.cpu) }

    /// The size of each CPU's ring where nobody says another, in bytes: 256 KiB.
    public static let usualByteCount = 256 * 1024

    /// Opens a ring on every CPU that runs, and has the map point to them.
    ///
    /// - Parameters:
    ///   - byteCount: the size of each ring in bytes, rounded up to a power of two of pages.
    ///   - settlingTime: asks for records in the order of the times at which they were sent, over all CPUs. A record is handed out when it is that
    ///     old, since until then an older one may arrive from another CPU; a millisecond is much.
    ///   - wakeUpBytes: how many bytes must wait in one ring to wake the reader; one record without it. A wait then needs a deadline.
    /// - Throws: ``EBPFError`` where the map is no perf event array, a ring cannot be opened, or nobody can tell which CPUs run.
    public init(_ map: Map, byteCount: Int = PerfBuffer.usualByteCount, settlingTime: Duration? = nil, wakeUpBytes: Int? = nil) throws(EBPFError) {
        let cpus = try CPUs.online(for: "read perf buffer '\(map.name)'")
        try self.init(map, byteCount: byteCount, settlingTime: settlingTime, wakeUpBytes: wakeUpBytes, cpus: cpus)
    }

    init(_ map: Map, byteCount: Int, settlingTime: Duration?, wakeUpBytes: Int?, cpus: [Int]) throws(EBPFError) {
        let operation = "read perf buffer '\(map.name)'"
        guard map.type == .perfEventArray else {
            throw EBPFError(.invalid, operation, cause: "it is a map of type \(map.type)")
        }
        var size = Mapping.pageSize
        while size < byteCount, size < 1 << 30 { size *= 2 }
        let wakeUpBytes = wakeUpBytes.map { UInt32(clamping: max($0, 1)) }
        var members: [Member] = []
        for cpu in cpus {
            let ring = try PerfRing(cpu: cpu, byteCount: size, isTimed: settlingTime != nil, wakeUpBytes: wakeUpBytes, for: operation)
            if let ring { members.append(try Self.join(ring, map)) }
        }
        self.init(members, map, operation, byteCount: size, settlingTime: settlingTime, wakeUpBytes: wakeUpBytes)
    }

    /// Reads memory that looks like rings.
    init(_ rings: [PerfRing], settlingTime: Duration?) {
        self.init(
            rings.map { Member(ring: $0, head: $0.tail) }, nil, "read perf buffer 'made up'", byteCount: 0, settlingTime: settlingTime,
            wakeUpBytes: nil)
    }

    private init(_ members: [Member], _ map: Map?, _ operation: String, byteCount: Int, settlingTime: Duration?, wakeUpBytes: UInt32?) {
        self.members = members
        self.map = map
        // Found in the object's types once, and not at each reading.
        recordByteCount = map?.recordByteCount
        self.operation = operation
        self.byteCount = byteCount
        self.settlingTime = settlingTime.map(Self.nanoseconds)
        self.wakeUpBytes = wakeUpBytes
    }

    private static func nanoseconds(_ duration: Duration) -> UInt64 {
        UInt64(clamping: duration.components.seconds).multipliedReportingOverflow(by: 1_000_000_000).partialValue
            &+ UInt64(clamping: duration.components.attoseconds / 1_000_000_000)
    }

    /// The descriptors that become readable when a record arrives.
    var pollDescriptors: [Int32] { members.compactMap(\.ring.number) }

    /// Opens rings on CPUs that have come online since, and closes those of CPUs that have gone, once they are empty.
    ///
    /// - Returns: whether any ring was opened: what waits for records must then be told, see ``EventWait``.
    /// - Throws: ``EBPFError`` where a ring cannot be opened, or nobody can tell which CPUs run.
    public mutating func followCPUs() throws(EBPFError) -> Bool { try followCPUs(CPUs.online(for: operation)) }

    mutating func followCPUs(_ online: [Int]) throws(EBPFError) -> Bool {
        members.removeAll { member in
            guard !online.contains(member.ring.cpu), member.ring.head == member.ring.tail else { return false }
            Self.add(member.lost, of: member.ring.cpu, to: &lostBefore)
            return true
        }
        var isChanged = false
        for cpu in online where !members.contains(where: { $0.ring.cpu == cpu }) {
            guard let map,
                let ring = try PerfRing(
                    cpu: cpu, byteCount: byteCount, isTimed: settlingTime != nil, wakeUpBytes: wakeUpBytes, for: operation)
            else { continue }
            members.append(try Self.join(ring, map))
            isChanged = true
        }
        return isChanged
    }

    /// Has the map point to a ring that was opened.
    private static func join(_ ring: PerfRing, _ map: Map) throws(EBPFError) -> Member {
        if let number = ring.number { try map.update(UInt32(clamping: ring.cpu), to: number) }
        return Member(ring: ring, head: ring.tail)
    }

    /// Hands every record that is there to `body`, CPU by CPU, or in the order of time where that was asked for; at most `maximum` of them.
    ///
    /// The span is valid during the call only. It begins at a multiple of four, so that wider integers are read as unaligned
    /// ones, and may end with up to seven bytes that are not the record's. When `body` throws,
    /// the record that it was given counts as read.
    ///
    /// - Returns: how many records there were.
    /// - Throws: ``EBPFError`` of `body`; and with ``EBPFError/Code/corrupt`` where a ring contradicts itself, again at each following call.
    public mutating func drain(maximum: Int, _ body: (RawSpan) throws(EBPFError) -> Void) throws(EBPFError) -> Int {
        if let settlingTime { return try drainInOrder(until: settlingTime, maximum: maximum, body) }
        var count = 0
        for index in members.indices where count < maximum {
            count += try drain(index, maximum: maximum - count, body)
        }
        return count
    }

    /// Hands out what is in one CPU's ring.
    private mutating func drain(
        _ index: Int, maximum: Int, _ body: (RawSpan) throws(EBPFError) -> Void
    ) throws(EBPFError) -> Int {
        let ring = members[index].ring
        var position = ring.tail
        let end = ring.head
        guard position != end else { return 0 }
        try check(index, end, position)
        var count = 0
        defer { ring.tail = position }
        while position != end, count < maximum {
            let record: PerfRing.Record
            do { record = try ring.record(at: position, before: end) } catch { throw corrupt(error, ring.cpu) }
            position &+= record.size
            switch record.kind {
            case .sample:
                count += 1
                try ring.hand(record, wrapped: &wrapped, body)
            case .lost: members[index].reported &+= record.lost
            case .other: break
            }
        }
        return count
    }

    mutating func check(_ index: Int, _ head: UInt64, _ tail: UInt64) throws(EBPFError) {
        let ring = members[index].ring
        do { try ring.check(head: head, after: members[index].head, tail: tail) } catch { throw corrupt(error, ring.cpu) }
        members[index].head = head
    }

    /// Apart, so that the loops stay small.
    @inline(never) func corrupt(_ corruption: RingCorruption, _ cpu: Int) -> EBPFError {
        EBPFError(corruption, operation + ", ring of CPU \(cpu)")
    }
}
