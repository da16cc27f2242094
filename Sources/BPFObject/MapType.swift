// SPDX-License-Identifier: Apache-2.0

public import BPFAssembly

/// A kind of map (`enum bpf_map_type`).
public struct MapType: RawRepresentable, Sendable, Hashable, CustomStringConvertible {
    /// The kernel's number, from `enum bpf_map_type`.
    public let rawValue: UInt32
    /// A kind by the kernel's number, also one that has no name here.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// `BPF_MAP_TYPE_HASH`: values by keys. Linux 3.19.
    public static let hash = MapType(rawValue: 1)
    /// `BPF_MAP_TYPE_ARRAY`: values by numbers from 0 on, all of which exist from the start. Linux 3.19.
    public static let array = MapType(rawValue: 2)
    /// `BPF_MAP_TYPE_PERF_EVENT_ARRAY`: perf events by numbers, which for a perf buffer are those of the CPUs. Linux 4.3.
    public static let perfEventArray = MapType(rawValue: 4)
    /// `BPF_MAP_TYPE_PERCPU_HASH`: a hash in which each key has a value for every CPU. Linux 4.6.
    public static let perCPUHash = MapType(rawValue: 5)
    /// `BPF_MAP_TYPE_PERCPU_ARRAY`: an array in which each number has a value for every CPU. Linux 4.6.
    public static let perCPUArray = MapType(rawValue: 6)
    /// `BPF_MAP_TYPE_RINGBUF`: records for user space in one ring that all CPUs share. Linux 5.8.
    public static let ringBuffer = MapType(rawValue: 27)

    /// The table of the kinds of maps: each with its kernel name and the release in which it appeared.
    static let table: [(type: MapType, name: String, since: KernelVersion)] = [
        (.hash, "hash", "3.19"),
        (.array, "array", "3.19"),
        (.perfEventArray, "perf_event_array", "4.3"),
        (.perCPUHash, "percpu_hash", "4.6"),
        (.perCPUArray, "percpu_array", "4.6"),
        (.ringBuffer, "ringbuf", "5.8"),
    ]

    /// The release in which this kind appeared, where it is known here.
    public var since: KernelVersion? { Self.table.first { $0.type == self }?.since }

    /// The kernel's own name, or the number where it is not known here.
    public var description: String { Self.table.first { $0.type == self }?.name ?? "map type \(rawValue)" }
}

/// The flags with which a map is created (`BPF_F_*`).
public struct MapFlags: OptionSet, Sendable, Hashable {
    /// The bits as the kernel takes them.
    public let rawValue: UInt32
    /// Flags by their bits, also those that have no name here.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// `BPF_F_RDONLY_PROG`: programs only read it. Linux 5.2.
    public static let readOnlyForPrograms = MapFlags(rawValue: 1 << 7)
    /// `BPF_F_MMAPABLE`: user space may map an array's values. Linux 5.5.
    public static let mappable = MapFlags(rawValue: 1 << 10)
}
