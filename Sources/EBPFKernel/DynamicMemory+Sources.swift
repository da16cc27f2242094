// SPDX-License-Identifier: GPL-2.0-only OR MIT

import CEBPFHelpers

/// Hands a body the value of a map as memory whose bounds the kernel checks, so that an offset may be any number.
///
///     withDynamicMemory(of: table) { memory in
///         if let entry = memory.read(UInt32.self, at: offset) { sum += entry }
///     }
///
/// Linux 5.19. `kernel/bpf/helpers.c`: `bpf_dynptr_from_mem`.
///
/// - Parameter value: where the value lies, as a lookup answers; another place is refused by the verifier.
@inline(__always)
public func withDynamicMemory<Value: BitwiseCopyable, Answer>(
    of value: UnsafeMutablePointer<Value>, _ body: (borrowing DynamicMemory) -> Answer
) -> Answer {
    withDynamicPointer { pointer in
        // Where that failed there is memory without bytes.
        _ = bpf_dynptr_from_mem(UnsafeMutableRawPointer(value), UInt64(MemoryLayout<Value>.size), 0, pointer)
        return body(DynamicMemory(pointer))
    }
}

extension TrafficContext {
    /// Hands a body the whole packet, whether its bytes lie in one piece or not. What of the packet was read otherwise is refused by the verifier behind
    /// a write.
    ///
    /// Linux 6.4. `net/core/filter.c`: `bpf_dynptr_from_skb`.
    @inline(__always) public func withDynamicMemory<Answer>(_ body: (borrowing DynamicMemory) -> Answer) -> Answer {
        withDynamicPointer { pointer in
            _ = bpf_dynptr_from_skb(address.assumingMemoryBound(to: __sk_buff.self), 0, pointer.assumingMemoryBound(to: bpf_dynptr.self))
            return body(DynamicMemory(pointer))
        }
    }
}

extension CgroupPacketContext {
    /// Hands a body the whole packet, from its header of IP on, whether its bytes lie in one piece or not; it cannot be written.
    ///
    /// Linux 6.4. `net/core/filter.c`: `bpf_dynptr_from_skb`.
    @inline(__always) public func withDynamicMemory<Answer>(_ body: (borrowing DynamicMemory) -> Answer) -> Answer {
        withDynamicPointer { pointer in
            _ = bpf_dynptr_from_skb(address.assumingMemoryBound(to: __sk_buff.self), 0, pointer.assumingMemoryBound(to: bpf_dynptr.self))
            return body(DynamicMemory(pointer))
        }
    }
}

extension XDPContext {
    /// Hands a body the whole packet, also where it lies in several pieces (`xdp.frags`). What of the packet was read otherwise is refused by the verifier
    /// behind a write.
    ///
    /// Linux 6.4. `net/core/filter.c`: `bpf_dynptr_from_xdp`.
    @inline(__always) public func withDynamicMemory<Answer>(_ body: (borrowing DynamicMemory) -> Answer) -> Answer {
        withDynamicPointer { pointer in
            _ = bpf_dynptr_from_xdp(address.assumingMemoryBound(to: xdp_md.self), 0, pointer.assumingMemoryBound(to: bpf_dynptr.self))
            return body(DynamicMemory(pointer))
        }
    }
}

extension DynamicMemory {
    /// Hands a body a value that lies at an offset, without copying it where it lies in one piece; `nil` where the memory ends before. It is read only.
    ///
    /// Linux 6.4. `kernel/bpf/helpers.c`: `bpf_dynptr_slice`.
    @inline(__always)
    public func withSlice<Value: BitwiseCopyable, Answer>(
        of type: Value.Type, at offset: UInt64 = 0, _ body: (UnsafePointer<Value>) -> Answer
    ) -> Answer? {
        guard offset &>> 32 == 0 else { return nil }
        return withUnsafeTemporaryAllocation(byteCount: MemoryLayout<Value>.stride, alignment: MemoryLayout<Value>.alignment) { room in
            let place = bpf_dynptr_slice(
                pointer.assumingMemoryBound(to: bpf_dynptr.self), offset, room.baseAddress.unsafelyUnwrapped,
                UInt64(MemoryLayout<Value>.size))
            guard let place else { return nil }
            return body(UnsafeRawPointer(place).assumingMemoryBound(to: Value.self))
        }
    }
}

/// Room for the kernel's description of memory.
@inline(__always) @usableFromInline
func withDynamicPointer<Answer>(_ body: (UnsafeMutableRawPointer) -> Answer) -> Answer {
    withUnsafeTemporaryAllocation(of: bpf_dynptr.self, capacity: 1) { room in body(UnsafeMutableRawPointer(room.baseAddress.unsafelyUnwrapped)) }
}

/// The kernel's structure, of which nothing is asked here.
@frozen @usableFromInline struct __sk_buff: BitwiseCopyable {}

/// The kernel's structure, of which nothing is asked here.
@frozen @usableFromInline struct xdp_md: BitwiseCopyable {}

@section(".ksyms") @inline(never) @_optimize(none)
@usableFromInline func bpf_dynptr_from_skb(
    _ s: UnsafeMutablePointer<__sk_buff>, _ flags: UInt64, _ ptr: UnsafeMutablePointer<bpf_dynptr>
) -> Int32 { kernelFunction() }

@section(".ksyms") @inline(never) @_optimize(none)
@usableFromInline func bpf_dynptr_from_xdp(
    _ x: UnsafeMutablePointer<xdp_md>, _ flags: UInt64, _ ptr: UnsafeMutablePointer<bpf_dynptr>
) -> Int32 { kernelFunction() }

/// The numbers have 32 bits before Linux 7: more than that must not be passed.
@section(".ksyms") @inline(never) @_optimize(none)
@usableFromInline func bpf_dynptr_slice(
    _ p: UnsafeMutablePointer<bpf_dynptr>, _ offset: UInt64, _ buffer: UnsafeMutableRawPointer, _ count: UInt64
) -> UnsafeMutableRawPointer? { kernelFunction() }
