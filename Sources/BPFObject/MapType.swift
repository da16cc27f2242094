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
    /// `BPF_MAP_TYPE_PROG_ARRAY`: programs by numbers, for tail calls. Linux 4.2.
    public static let programArray = MapType(rawValue: 3)
    /// `BPF_MAP_TYPE_PERF_EVENT_ARRAY`: perf events by numbers, which for a perf buffer are those of the CPUs. Linux 4.3.
    public static let perfEventArray = MapType(rawValue: 4)
    /// `BPF_MAP_TYPE_PERCPU_HASH`: a hash in which each key has a value for every CPU. Linux 4.6.
    public static let perCPUHash = MapType(rawValue: 5)
    /// `BPF_MAP_TYPE_PERCPU_ARRAY`: an array in which each number has a value for every CPU. Linux 4.6.
    public static let perCPUArray = MapType(rawValue: 6)
    /// `BPF_MAP_TYPE_STACK_TRACE`: call stacks by numbers that the kernel gives. Linux 4.6.
    public static let stackTrace = MapType(rawValue: 7)
    /// `BPF_MAP_TYPE_CGROUP_ARRAY`: cgroups by numbers, to ask whether a process is in one. Linux 4.8.
    public static let cgroupArray = MapType(rawValue: 8)
    /// `BPF_MAP_TYPE_LRU_HASH`: a hash that drops what was used least recently when it is full. Linux 4.10.
    public static let lruHash = MapType(rawValue: 9)
    /// `BPF_MAP_TYPE_LRU_PERCPU_HASH`: a hash of that kind in which each key has a value for every CPU. Linux 4.10.
    public static let lruPerCPUHash = MapType(rawValue: 10)
    /// `BPF_MAP_TYPE_LPM_TRIE`: values by the longest prefix that fits, as in routing. Linux 4.11.
    public static let lpmTrie = MapType(rawValue: 11)
    /// `BPF_MAP_TYPE_ARRAY_OF_MAPS`: maps by numbers. Linux 4.12.
    public static let arrayOfMaps = MapType(rawValue: 12)
    /// `BPF_MAP_TYPE_HASH_OF_MAPS`: maps by keys. Linux 4.12.
    public static let hashOfMaps = MapType(rawValue: 13)
    /// `BPF_MAP_TYPE_DEVMAP`: network devices by numbers, to which XDP sends packets. Linux 4.14.
    public static let devmap = MapType(rawValue: 14)
    /// `BPF_MAP_TYPE_SOCKMAP`: sockets by numbers. Linux 4.14.
    public static let sockmap = MapType(rawValue: 15)
    /// `BPF_MAP_TYPE_CPUMAP`: CPUs to which XDP sends packets. Linux 4.15.
    public static let cpumap = MapType(rawValue: 16)
    /// `BPF_MAP_TYPE_XSKMAP`: AF_XDP sockets by numbers. Linux 4.18.
    public static let xskmap = MapType(rawValue: 17)
    /// `BPF_MAP_TYPE_SOCKHASH`: sockets by keys. Linux 4.18.
    public static let sockhash = MapType(rawValue: 18)
    /// `BPF_MAP_TYPE_CGROUP_STORAGE`: a value for each cgroup that a program is attached to. Linux 4.19; ``cgrpStorage`` replaces it.
    public static let cgroupStorage = MapType(rawValue: 19)
    /// `BPF_MAP_TYPE_REUSEPORT_SOCKARRAY`: sockets that share a port, by numbers. Linux 4.19.
    public static let reuseportSockArray = MapType(rawValue: 20)
    /// `BPF_MAP_TYPE_PERCPU_CGROUP_STORAGE`: the same with a value for every CPU. Linux 4.20.
    public static let perCPUCgroupStorage = MapType(rawValue: 21)
    /// `BPF_MAP_TYPE_QUEUE`: values, of which the first that was put in comes out first. Linux 4.20.
    public static let queue = MapType(rawValue: 22)
    /// `BPF_MAP_TYPE_STACK`: values, of which the last that was put in comes out first. Linux 4.20.
    public static let stack = MapType(rawValue: 23)
    /// `BPF_MAP_TYPE_SK_STORAGE`: a value for each socket, which goes with it. Linux 5.2.
    public static let skStorage = MapType(rawValue: 24)
    /// `BPF_MAP_TYPE_DEVMAP_HASH`: network devices by keys. Linux 5.4.
    public static let devmapHash = MapType(rawValue: 25)
    /// `BPF_MAP_TYPE_STRUCT_OPS`: a set of functions that the kernel calls. Linux 5.6.
    public static let structOps = MapType(rawValue: 26)
    /// `BPF_MAP_TYPE_RINGBUF`: records for user space in one ring that all CPUs share. Linux 5.8.
    public static let ringBuffer = MapType(rawValue: 27)
    /// `BPF_MAP_TYPE_INODE_STORAGE`: a value for each inode, which goes with it. Linux 5.10.
    public static let inodeStorage = MapType(rawValue: 28)
    /// `BPF_MAP_TYPE_TASK_STORAGE`: a value for each task, which goes with it. Linux 5.11.
    public static let taskStorage = MapType(rawValue: 29)
    /// `BPF_MAP_TYPE_BLOOM_FILTER`: values of which it is known whether they surely were not put in. Linux 5.16.
    public static let bloomFilter = MapType(rawValue: 30)
    /// `BPF_MAP_TYPE_USER_RINGBUF`: records from user space in one ring. Linux 6.1.
    public static let userRingBuffer = MapType(rawValue: 31)
    /// `BPF_MAP_TYPE_CGRP_STORAGE`: a value for each cgroup, which goes with it. Linux 6.2.
    public static let cgrpStorage = MapType(rawValue: 32)
    /// `BPF_MAP_TYPE_ARENA`: memory that programs and user space share, with pointers that both understand. Linux 6.9.
    public static let arena = MapType(rawValue: 33)
    /// `BPF_MAP_TYPE_INSN_ARRAY`: places in a program, for jumps by number. Linux 6.19.
    public static let instructionArray = MapType(rawValue: 34)
    /// `BPF_MAP_TYPE_RHASH`: a hash that grows and shrinks. Linux 7.2.
    public static let resizableHash = MapType(rawValue: 35)

    /// The table: each with its kernel name without `BPF_MAP_TYPE_`, in lower case, and the release in which it appeared. The number is the place.
    static let table: [(name: String, since: KernelVersion)] = [
        ("unspec", "3.18"), ("hash", "3.19"), ("array", "3.19"), ("prog_array", "4.2"), ("perf_event_array", "4.3"), ("percpu_hash", "4.6"),
        ("percpu_array", "4.6"), ("stack_trace", "4.6"), ("cgroup_array", "4.8"), ("lru_hash", "4.10"), ("lru_percpu_hash", "4.10"),
        ("lpm_trie", "4.11"), ("array_of_maps", "4.12"), ("hash_of_maps", "4.12"), ("devmap", "4.14"), ("sockmap", "4.14"), ("cpumap", "4.15"),
        ("xskmap", "4.18"), ("sockhash", "4.18"), ("cgroup_storage", "4.19"), ("reuseport_sockarray", "4.19"), ("percpu_cgroup_storage", "4.20"),
        ("queue", "4.20"), ("stack", "4.20"), ("sk_storage", "5.2"), ("devmap_hash", "5.4"), ("struct_ops", "5.6"), ("ringbuf", "5.8"),
        ("inode_storage", "5.10"), ("task_storage", "5.11"), ("bloom_filter", "5.16"), ("user_ringbuf", "6.1"), ("cgrp_storage", "6.2"),
        ("arena", "6.9"), ("insn_array", "6.19"), ("rhash", "7.2"),
    ]

    /// All kinds that are known here, in the order of their numbers.
    public static var all: some RandomAccessCollection<MapType> { table.indices.dropFirst().lazy.map { MapType(rawValue: UInt32($0)) } }

    private var row: (name: String, since: KernelVersion)? {
        rawValue > 0 && Self.table.indices.contains(Int(rawValue)) ? Self.table[Int(rawValue)] : nil
    }

    /// The release in which this kind appeared, where it is known here.
    public var since: KernelVersion? { row?.since }

    /// Whether each CPU has a value of its own for every key.
    public var isPerCPU: Bool {
        self == .perCPUHash || self == .perCPUArray || self == .lruPerCPUHash || self == .perCPUCgroupStorage
    }

    /// Whether its values are maps, of which one is told when it is created, as a pattern of the others.
    public var holdsMaps: Bool { self == .arrayOfMaps || self == .hashOfMaps }

    /// Whether it is created without a number of entries: one goes with each object of the kernel's that has a value.
    package var hasNoEntries: Bool {
        switch self {
        case .cgroupStorage, .perCPUCgroupStorage, .skStorage, .inodeStorage, .taskStorage, .cgrpStorage: true
        default: false
        }
    }

    /// Whether its size in bytes stands in place of a number of entries, and is a power of two of whole pages.
    package var isRing: Bool { self == .ringBuffer || self == .userRingBuffer }

    /// Whether the kernel takes the types of keys and values for this kind; those of some it refuses (`bpf_object__create_map` of libbpf's).
    package var takesTypes: Bool {
        switch self {
        case .perfEventArray, .cgroupArray, .stackTrace, .arrayOfMaps, .hashOfMaps, .devmap, .devmapHash, .cpumap, .xskmap, .sockmap, .sockhash,
            .queue, .stack, .arena, .instructionArray, .programArray, .ringBuffer, .userRingBuffer:
            false
        default: true
        }
    }

    /// The kernel's own name, or the number where it is not known here.
    public var description: String { row?.name ?? "map type \(rawValue)" }
}
