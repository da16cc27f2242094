// SPDX-License-Identifier: GPL-2.0-only OR MIT

import CEBPFHelpers

/// Records to user space in the order in which they were reserved, over all CPUs; records that find no room are counted.
///
///     let opened = RingBuffer<OpenEvent>(byteCount: 256 * 1024)
///
///     guard let slot = opened.reserve() else { return 0 }
///     slot.record = OpenEvent(...)
///     slot.submit()
///
/// The count is a global variable of the object, `opened_dropped` in this case, which user space reads.
/// Linux 5.8. `include/uapi/linux/bpf.h`: `BPF_MAP_TYPE_RINGBUF`.
@frozen public struct RingBuffer<Record: BitwiseCopyable>: ~Copyable, @unchecked Sendable {
    @usableFromInline let declaration: MapDeclaration
    @usableFromInline let identity = MapIdentity()

    /// A buffer of `byteCount` bytes: a power of two, and a multiple of the size of a page. It must be known when the kernel half is
    /// compiled.
    @inline(__always) public init(byteCount: UInt32, flags: MapFlags = .none, pinning: MapPinning = .none) {
        declaration = MapDeclaration(type: 27, maxEntries: byteCount, flags: flags, pinning: pinning)
    }

    /// Room for one record, to be filled and submitted; `nil`, and counted, where the buffer is full.
    ///
    /// What is not submitted is discarded at the end of its scope: a reservation cannot leak, which the verifier demands.
    @inline(__always) public func reserve() -> Reservation<Record>? {
        withUnsafePointer(to: self) { ring in
            let size = UInt64(MemoryLayout<Record>.stride)
            guard let room = bpf_ringbuf_reserve(UnsafeMutableRawPointer(mutating: ring), size, 0) else {
                ebpf_add64(ebpf_dropped_count(ring), 1)
                return nil
            }
            return Reservation(room.assumingMemoryBound(to: Record.self))
        }
    }

    /// Copies a record into the buffer.
    ///
    /// - Parameter wakeUp: whether the reader is woken.
    /// - Returns: whether there was room; where there was none, that is counted.
    @inline(__always) @discardableResult
    public func send(_ record: Record, waking wakeUp: RingWakeUp = .adaptive) -> Bool {
        withZeroedCopy(of: record) { output($0, wakeUp) }
    }

    /// Copies a record into the buffer from where it lies, such as in a map: the stack has none of it. The bytes between its members are copied as well.
    ///
    /// - Parameter wakeUp: whether the reader is woken.
    /// - Returns: whether there was room; where there was none, that is counted.
    @inline(__always) @discardableResult
    public func send(copying record: UnsafePointer<Record>, waking wakeUp: RingWakeUp = .adaptive) -> Bool {
        output(UnsafeMutableRawPointer(mutating: record), wakeUp)
    }

    @inline(__always) @usableFromInline func output(_ record: UnsafeMutableRawPointer, _ wakeUp: RingWakeUp) -> Bool {
        withUnsafePointer(to: self) { ring in
            let size = UInt64(MemoryLayout<Record>.stride)
            guard bpf_ringbuf_output(UnsafeMutableRawPointer(mutating: ring), record, size, wakeUp.rawValue) == 0 else {
                ebpf_add64(ebpf_dropped_count(ring), 1)
                return false
            }
            return true
        }
    }

    /// How many bytes wait for the reader, with the headers of records. `BPF_RB_AVAIL_DATA`.
    @inline(__always) public var waitingByteCount: UInt64 {
        withUnsafePointer(to: self) { ring in bpf_ringbuf_query(UnsafeMutableRawPointer(mutating: ring), 0) }
    }

    /// Wakes the reader once so many bytes wait for it, and until then not at all: for a reader that waits with a deadline, and streams of many records.
    @inline(__always) public func wakeUp(at byteCount: UInt64) -> RingWakeUp { waitingByteCount >= byteCount ? .forced : .never }
}

/// Whether a record wakes the reader of a ring buffer: `BPF_RB_...` of `include/uapi/linux/bpf.h`.
@frozen public struct RingWakeUp: BitwiseCopyable, Sendable {
    @usableFromInline let rawValue: UInt64
    @inline(__always) @usableFromInline init(rawValue: UInt64) { self.rawValue = rawValue }
    /// Where the reader has read all that came before.
    @inline(__always) public static var adaptive: RingWakeUp { RingWakeUp(rawValue: 0) }
    /// Never (`BPF_RB_NO_WAKEUP`).
    @inline(__always) public static var never: RingWakeUp { RingWakeUp(rawValue: 1) }
    /// In any case (`BPF_RB_FORCE_WAKEUP`).
    @inline(__always) public static var forced: RingWakeUp { RingWakeUp(rawValue: 2) }
}

/// Room for a record in a ring buffer. It is submitted, or discarded at the end of its scope.
@frozen public struct Reservation<Record: BitwiseCopyable>: ~Copyable {
    @usableFromInline let pointer: UnsafeMutablePointer<Record>

    @inline(__always) @usableFromInline init(_ pointer: UnsafeMutablePointer<Record>) { self.pointer = pointer }

    /// The record. What was in the buffer before is still there: set every part of it.
    @inline(__always) public var record: Record {
        _read { yield pointer.pointee }
        nonmutating _modify { yield &pointer.pointee }
    }

    /// Fills the record with one that lies somewhere, such as in a map: the stack has none of it. Records of up to 1,024 bytes, of which each 8 are a copy
    /// where the type has a member of 8, and each 1 where it has no larger.
    @inline(__always) public borrowing func fill(copying record: UnsafePointer<Record>) { pointer.initialize(from: record, count: 1) }

    /// Hands the record to user space.
    ///
    /// - Parameter wakeUp: whether the reader is woken.
    @inline(__always) public consuming func submit(waking wakeUp: RingWakeUp = .adaptive) {
        bpf_ringbuf_submit(pointer, wakeUp.rawValue)
        discard self
    }

    /// Gives the room back.
    @inline(__always) public consuming func discard() {}

    @inline(__always) deinit { bpf_ringbuf_discard(pointer, 0) }
}
