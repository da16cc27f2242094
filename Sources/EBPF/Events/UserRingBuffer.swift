// SPDX-License-Identifier: Apache-2.0

import CLinux
import Glibc

/// The writer of a user ring buffer, Linux 6.1 and newer: records from this process to programs, which read them with `bpf_user_ringbuf_drain`.
///
///     var commands = try UserRingBuffer(object.map("commands"))
///     if var room = try commands.reserve(byteCount: 16) {
///         room.withBytes { $0.storeBytes(of: 42, as: UInt64.self) }
///         room.submit()
///     }
///
/// There may be one writer of a ring at a time. Nothing is lost: where there is no room, the writer is told.
/// `include/uapi/linux/bpf.h`: `BPF_MAP_TYPE_USER_RINGBUF`; `kernel/bpf/ringbuf.c`: `__bpf_user_ringbuf_peek`.
///
/// Unsafe: the memory of a reservation is a pointer into the mapped ring.
public struct UserRingBuffer: ~Copyable, Sendable {
    private let memory: RingMemory
    private let name: String
    private let descriptor: SharedDescriptor?
    /// Waits for room.
    private let epoll: Descriptor?
    /// Up to where room was reserved: what the kernel reads, and nobody else should write.
    private var producer: UInt64
    /// How often no room was found at once.
    public private(set) var fullCount: UInt64 = 0
    /// The size of the ring in bytes, a power of two.
    public var byteCount: Int { memory.byteCount }
    /// How far this writer and the programs are, and so how many bytes wait for them.
    public var positions: RingPositions { memory.positions }

    /// Maps a user ring buffer for writing.
    ///
    /// - Throws: ``EBPFError`` where the map is no user ring buffer, or cannot be mapped.
    public init(_ map: Map) throws(EBPFError) {
        let operation = "write user ring buffer '\(map.name)'"
        guard map.type == .userRingBuffer else {
            throw EBPFError(.invalid, operation, cause: "it is a map of type \(map.type)")
        }
        // A reservation is contiguous: all of the data is mapped twice.
        guard let memory = RingMemory(of: map, overlap: map.maxEntries, writes: .producer) else { throw EBPFError(system: errno, operation) }
        let number = linux_epoll_create()
        guard number >= 0 else { throw EBPFError(system: errno, operation) }
        let epoll = Descriptor(number)
        // Woken when a program has read something, not while there is any room.
        guard linux_epoll_add(epoll.number, map.descriptor.number, WatchedEvents.room, 0) == 0 else { throw EBPFError(system: errno, operation) }
        self.init(memory, name: map.name, descriptor: map.descriptor, epoll: epoll)
    }

    /// Writes to memory that looks like a ring.
    init(_ memory: RingMemory, name: String) { self.init(memory, name: name, descriptor: nil, epoll: nil) }

    private init(_ memory: RingMemory, name: String, descriptor: SharedDescriptor?, epoll: consuming Descriptor?) {
        self.memory = memory
        self.name = name
        self.descriptor = descriptor
        self.epoll = epoll
        producer = memory.produced
    }

    /// Room for a record of so many bytes, to be filled and submitted; `nil` where the ring is full.
    ///
    /// The room holds what was there before. Several may be reserved at once; programs read them in the order of their reservation, and none
    /// behind one that is not submitted or discarded.
    ///
    /// - Throws: ``EBPFError`` where the size is negative or more than the ring can ever hold, and with ``EBPFError/Code/corrupt`` where the
    ///   positions
    ///   contradict each other.
    public mutating func reserve(byteCount: Int) throws(EBPFError) -> UserRingReservation? {
        let limit = memory.byteCount - Int(RingMemory.headerSize)
        guard byteCount >= 0, byteCount <= limit else {
            throw EBPFError(
                .invalid, operation, cause: "a record of \(byteCount) bytes was asked for, and the ring has room for 0 to \(limit)",
                remedy: "create the map with more bytes, or send several records")
        }
        let consumer = memory.consumed
        let waiting = producer &- consumer
        guard memory.produced == producer else {
            throw EBPFError(.wentBack(side: "producer", from: producer, to: memory.produced), operation)
        }
        guard waiting <= UInt64(memory.byteCount) else {
            throw EBPFError(.tooFar(consumer: consumer, producer: producer, byteCount: memory.byteCount), operation)
        }
        guard producer & 7 == 0 else { throw EBPFError(.unaligned(position: producer, side: "producer"), operation) }
        let total = (UInt64(byteCount) + RingMemory.headerSize + 7) & ~7
        guard total <= UInt64(memory.byteCount) - waiting else {
            fullCount &+= 1
            return nil
        }
        let offset = memory.offset(producer)
        memory.setHeader(UInt32(byteCount) | RingMemory.busy, at: offset)
        producer &+= total
        memory.publish(produced: producer)
        return UserRingReservation(memory, offset: offset, byteCount: byteCount)
    }

    /// Room for a record, waited for until the deadline while the ring is full; `nil` when that has passed.
    ///
    /// - Parameter deadline: of the monotonic clock.
    /// - Throws: ``EBPFError``, see ``reserve(byteCount:)``, or where the kernel refuses to wait.
    public mutating func reserve(byteCount: Int, until deadline: SuspendingClock.Instant) throws(EBPFError) -> UserRingReservation? {
        while true {
            if let room = try reserve(byteCount: byteCount) { return room }
            let left = MonotonicWait.milliseconds(until: deadline)
            guard left > 0 else { return nil }
            try sleep(left)
        }
    }

    private func sleep(_ milliseconds: Int32) throws(EBPFError) {
        var token: UInt64 = 0
        switch epoll {
        case .some(let epoll):
            guard linux_epoll_wait(epoll.number, &token, 1, milliseconds) >= 0 || errno == EINTR else { throw EBPFError(system: errno, operation) }
        case .none: break
        }
    }

    private var operation: String { "write user ring buffer '\(name)'" }
}
