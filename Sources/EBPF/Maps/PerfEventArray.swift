// SPDX-License-Identifier: Apache-2.0

import BPFObject

/// Perf events by their index, from 0 on: for reading counters in programs (`bpf_perf_event_read_value`), or for a perf buffer, see ``PerfBuffer``.
/// User space puts them in and cannot read them. An entry goes with the map's descriptor that it was put in through, unless the map has
/// ``MapFlags/preserveElements``.
///
/// Linux 4.3. `include/uapi/linux/bpf.h`: `BPF_MAP_TYPE_PERF_EVENT_ARRAY`.
public struct PerfEventArray: DescriptorMap {
    /// The index, which for a perf buffer is the number of the CPU.
    public typealias Key = UInt32
    /// The map.
    public let map: Map

    /// The map as one of this kind.
    ///
    /// - Throws: ``EBPFError`` where it is of another kind or size. The kernel is not asked.
    public init(_ map: Map) throws(EBPFError) {
        self.map = try map.checked(as: Self.self, [.perfEventArray], key: SwiftLayout(Key.self))
    }

    /// Puts an event under an index.
    ///
    /// - Parameter event: a descriptor of perf_event_open(2), which stays the caller's.
    /// - Throws: ``EBPFError`` where it is no event that programs can read, or the index lies behind the end.
    public func update(_ index: UInt32, toEvent event: Int32) throws(EBPFError) { try put(event, at: index) }
}
