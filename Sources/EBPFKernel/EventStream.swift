// SPDX-License-Identifier: GPL-2.0-only OR MIT

import CEBPFHelpers

/// Records of any length to user space: through a ring buffer, or through a perf buffer where user space chose one because the kernel has no
/// ring buffers (before Linux 5.8). Records that find no room are counted.
///
/// User space reads it as an `EventStream` of the module EBPF. In the object it is a map, the count `NAME_dropped` and the choice
/// `NAME_is_perf`.
@frozen public struct EventStream: ~Copyable, @unchecked Sendable {
    @usableFromInline let declaration: MapDeclaration
    @usableFromInline let identity = MapIdentity()

    /// A stream over a ring buffer of `byteCount` bytes: a power of two, and a multiple of the size of a page.
    @inline(__always) public init(byteCount: UInt32) {
        declaration = MapDeclaration(type: 27, maxEntries: byteCount, flags: .none, pinning: .none)
    }

    /// Copies the first `byteCount` bytes at `record` into the stream.
    ///
    /// - Parameter context: what the program was called with.
    /// - Returns: whether there was room; where there was none, that is counted.
    @inline(__always) @discardableResult
    public func send(_ record: UnsafeRawPointer, byteCount: UInt64, from context: some ProgramContext) -> Bool {
        withUnsafePointer(to: self) { map in
            let map = UnsafeMutableRawPointer(mutating: map)
            let record = UnsafeMutableRawPointer(mutating: record)
            let status =
                ebpf_stream_is_perf(map) != 0
                ? bpf_perf_event_output(context.address, map, 0xFFFF_FFFF, record, byteCount) : bpf_ringbuf_output(map, record, byteCount, 0)
            guard status < 0 else { return true }
            ebpf_add64(ebpf_dropped_count(map), 1)
            return false
        }
    }
}

extension EventStream {
    /// Counts a record that was lost for another reason than a full buffer.
    @inline(__always) public func countDropped() {
        withUnsafePointer(to: self) { map in ebpf_add64(ebpf_dropped_count(map), 1) }
    }
}
