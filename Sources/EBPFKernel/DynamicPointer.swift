// SPDX-License-Identifier: GPL-2.0-only OR MIT

import CEBPFHelpers

/// Memory whose size the verifier does not know, and the kernel checks: what is read and written there is copied. It exists in what hands it out only.
///
/// Linux 5.19. `include/uapi/linux/bpf.h`: `struct bpf_dynptr`.
@frozen public struct DynamicMemory: ~Copyable, ~Escapable {
    @usableFromInline let pointer: UnsafeMutableRawPointer

    @_lifetime(immortal) @inline(__always) @usableFromInline init(_ pointer: UnsafeMutableRawPointer) { self.pointer = pointer }

    /// A value that lies at an offset; `nil` where the memory ends before.
    @inline(__always) public func read<Value: BitwiseCopyable>(_ type: Value.Type = Value.self, at offset: UInt64 = 0) -> Value? {
        // Kernels before 7 look at the lower 32 bits alone (`kernel/bpf/helpers.c`: `bpf_dynptr_read`).
        guard offset &>> 32 == 0 else { return nil }
        return withUnsafeTemporaryAllocation(byteCount: MemoryLayout<Value>.stride, alignment: MemoryLayout<Value>.alignment) { room in
            let place = room.baseAddress.unsafelyUnwrapped
            guard bpf_dynptr_read(place, UInt64(MemoryLayout<Value>.size), pointer, offset, 0) == 0 else { return nil }
            return place.load(as: Value.self)
        }
    }

    /// Writes a value at an offset.
    ///
    /// - Returns: whether there is room for it, in memory that may be written.
    @inline(__always) @discardableResult
    public func write<Value: BitwiseCopyable>(_ value: Value, at offset: UInt64 = 0) -> Bool {
        guard offset &>> 32 == 0 else { return false }
        return withZeroedCopy(of: value) { bpf_dynptr_write(pointer, offset, $0, UInt64(MemoryLayout<Value>.size), 0) == 0 }
    }
}

/// What becomes of room in a ring buffer.
@frozen public struct RoomEnd: BitwiseCopyable, Sendable {
    @usableFromInline let rawValue: UInt32
    @inline(__always) @usableFromInline init(rawValue: UInt32) { self.rawValue = rawValue }
    /// User space gets it.
    @inline(__always) public static var submit: RoomEnd { RoomEnd(rawValue: 0) }
    /// Nobody does.
    @inline(__always) public static var discard: RoomEnd { RoomEnd(rawValue: 1) }
}

extension RingBuffer {
    /// Room for a record whose size is not known when it is compiled, which a body fills; where the buffer is full, the body is not called, and that is
    /// counted.
    ///
    ///     events.withRoom(byteCount: length) { room in
    ///         room.write(header)
    ///         return .submit
    ///     }
    ///
    /// What type the records of such a buffer have is then not told to user space, which does not compare it.
    ///
    /// Linux 5.19. `kernel/bpf/ringbuf.c`: `bpf_ringbuf_reserve_dynptr`.
    ///
    /// - Returns: whether there was room.
    @inline(__always) @discardableResult
    public func withRoom(byteCount: UInt32, _ body: (borrowing DynamicMemory) -> RoomEnd) -> Bool {
        withUnsafePointer(to: self) { ring in
            withUnsafeTemporaryAllocation(of: bpf_dynptr.self, capacity: 1) { room in
                let pointer = UnsafeMutableRawPointer(room.baseAddress.unsafelyUnwrapped)
                guard bpf_ringbuf_reserve_dynptr(UnsafeMutableRawPointer(mutating: ring), byteCount, 0, pointer) == 0 else {
                    // Also what failed is to be ended.
                    bpf_ringbuf_discard_dynptr(pointer, 0)
                    ebpf_add64(ebpf_dropped_count(ring), 1)
                    return false
                }
                if body(DynamicMemory(pointer)).rawValue == 0 {
                    bpf_ringbuf_submit_dynptr(pointer, 0)
                } else {
                    bpf_ringbuf_discard_dynptr(pointer, 0)
                }
                return true
            }
        }
    }
}

/// `include/uapi/linux/bpf.h`: `struct bpf_dynptr`.
@frozen @usableFromInline struct bpf_dynptr: BitwiseCopyable {
    @usableFromInline var __opaque: (UInt64, UInt64)
}
