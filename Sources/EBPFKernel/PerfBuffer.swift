// SPDX-License-Identifier: GPL-2.0-only OR MIT

import CEBPFHelpers

/// Records to user space through a buffer for each CPU; records that find no room are counted.
///
/// For kernels before 5.8, which have no ring buffers. The count is a global variable of the object: the map's name and `_dropped`.
/// Linux 4.4. `include/uapi/linux/bpf.h`: `BPF_MAP_TYPE_PERF_EVENT_ARRAY`.
@frozen public struct PerfBuffer<Record: BitwiseCopyable>: ~Copyable, @unchecked Sendable {
    @usableFromInline let declaration: MapDeclaration
    @usableFromInline let identity = MapIdentity()

    /// A buffer whose size user space chooses.
    @inline(__always) public init(flags: MapFlags = .none, pinning: MapPinning = .none) {
        declaration = MapDeclaration(type: 4, maxEntries: 0, flags: flags, pinning: pinning)
    }

    /// Copies a record into the buffer of this CPU.
    ///
    /// - Parameter context: what the program was called with.
    /// - Returns: whether there was room; where there was none, that is counted.
    @inline(__always) @discardableResult
    public func send(_ record: Record, from context: some ProgramContext) -> Bool {
        withZeroedCopy(of: record) { output($0, context) }
    }

    /// Copies a record into the buffer of this CPU from where it lies, such as in a map: the stack has none of it. The bytes between its members are copied
    /// as well.
    ///
    /// - Parameter context: what the program was called with.
    /// - Returns: whether there was room; where there was none, that is counted.
    @inline(__always) @discardableResult
    public func send(copying record: UnsafePointer<Record>, from context: some ProgramContext) -> Bool {
        output(UnsafeMutableRawPointer(mutating: record), context)
    }

    @inline(__always) @usableFromInline func output(_ record: UnsafeMutableRawPointer, _ context: some ProgramContext) -> Bool {
        withUnsafePointer(to: self) { map in
            let map = UnsafeMutableRawPointer(mutating: map)
            let size = UInt64(MemoryLayout<Record>.stride)
            guard bpf_perf_event_output(context.address, map, 0xFFFF_FFFF, record, size) == 0 else {
                ebpf_add64(ebpf_dropped_count(map), 1)
                return false
            }
            return true
        }
    }
}
