// SPDX-License-Identifier: GPL-2.0-only OR MIT

import CEBPFHelpers

/// Records from user space to programs, in the order in which they were written.
///
///     let commands = UserRingBuffer<Command>(byteCount: 4096)
///
///     commands.drain { command in
///         guard let command = command.read() else { return .next }
///         limit.value = command.limit
///         return .next
///     }
///
/// User space writes them through the module EBPF's type of the same name. Linux 6.1. `include/uapi/linux/bpf.h`: `BPF_MAP_TYPE_USER_RINGBUF`.
@frozen public struct UserRingBuffer<Record: BitwiseCopyable>: ~Copyable, @unchecked Sendable {
    @usableFromInline let declaration: MapDeclaration
    @usableFromInline let identity = MapIdentity()

    /// A buffer of `byteCount` bytes: a power of two, and a multiple of the size of a page. It must be known when the kernel half is compiled.
    @inline(__always) public init(byteCount: UInt32, flags: MapFlags = .none, pinning: MapPinning = .none) {
        declaration = MapDeclaration(type: 31, maxEntries: byteCount, flags: flags, pinning: pinning)
    }

    /// Calls a body with each record that waits, and takes it out. What the body may do is said at ``loop(_:_:)``.
    ///
    /// - Returns: how many records it was called with, or a negative errno: -EBUSY where another program drains the buffer.
    @inline(__always) @discardableResult
    public func drain(_ body: (_ record: borrowing WaitingRecord<Record>) -> Turn) -> Int {
        withUnsafePointer(to: self) { ring in ebpf_callback_drain(UnsafeMutableRawPointer(mutating: ring), body) }
    }
}

/// A record in a user ring buffer, which user space may have written of any size. It exists in the body that it is handed to only.
@frozen public struct WaitingRecord<Record: BitwiseCopyable>: ~Copyable {
    @usableFromInline let pointer: UnsafeMutableRawPointer

    /// A copy of it; `nil` where user space has written fewer bytes.
    @inline(__always) public func read() -> Record? { DynamicMemory(pointer).read(Record.self) }

    /// A copy of another type, at an offset.
    @inline(__always) public func read<Value: BitwiseCopyable>(_ type: Value.Type, at offset: UInt64 = 0) -> Value? {
        DynamicMemory(pointer).read(type, at: offset)
    }
}

/// What the compiler for kernel halves puts a call of `bpf_user_ringbuf_drain` in place of. Linux 6.1.
@inline(never) @_optimize(none)
public func ebpf_callback_drain<Record>(_ ring: UnsafeMutableRawPointer, _ body: (borrowing WaitingRecord<Record>) -> Turn) -> Int {
    #if hasFeature(Embedded)
        return 0
    #else
        return bpf_user_ringbuf_drain(ring, nil, nil, 0)
    #endif
}
