// SPDX-License-Identifier: Apache-2.0

import BPFAssembly

/// The flags with which a map is created (`BPF_F_*` of `include/uapi/linux/bpf.h`).
public struct MapFlags: OptionSet, Sendable, Hashable {
    /// The bits as the kernel takes them.
    public let rawValue: UInt32
    /// Flags by their bits, also those that have no name here.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// `BPF_F_NO_PREALLOC`: entries are allocated when they are put in. Linux 4.6.
    public static let noPreallocation = MapFlags(rawValue: 1 << 0)
    /// `BPF_F_NO_COMMON_LRU`: each CPU has a list of its own of what was used least recently. Linux 4.10.
    public static let noCommonLRU = MapFlags(rawValue: 1 << 1)
    /// `BPF_F_NUMA_NODE`: the memory is that of one node (``MapDefinition/numaNode``). Linux 4.14.
    public static let numaNode = MapFlags(rawValue: 1 << 2)
    /// `BPF_F_RDONLY`: user space only reads it. Linux 4.15.
    public static let readOnly = MapFlags(rawValue: 1 << 3)
    /// `BPF_F_WRONLY`: user space only writes it. Linux 4.15.
    public static let writeOnly = MapFlags(rawValue: 1 << 4)
    /// `BPF_F_STACK_BUILD_ID`: stacks are build ids and offsets rather than addresses. Linux 4.17.
    public static let stackBuildID = MapFlags(rawValue: 1 << 5)
    /// `BPF_F_ZERO_SEED`: the hash function is the same for all maps. Linux 5.0.
    public static let zeroSeed = MapFlags(rawValue: 1 << 6)
    /// `BPF_F_RDONLY_PROG`: programs only read it. Linux 5.2.
    public static let readOnlyForPrograms = MapFlags(rawValue: 1 << 7)
    /// `BPF_F_WRONLY_PROG`: programs only write it. Linux 5.2.
    public static let writeOnlyForPrograms = MapFlags(rawValue: 1 << 8)
    /// `BPF_F_CLONE`: the values of sockets go to those that they accept. Linux 5.4.
    public static let clone = MapFlags(rawValue: 1 << 9)
    /// `BPF_F_MMAPABLE`: user space may map an array's values. Linux 5.5.
    public static let mappable = MapFlags(rawValue: 1 << 10)
    /// `BPF_F_PRESERVE_ELEMS`: perf events stay when the descriptor goes that they were put in through. Linux 5.10.
    public static let preserveElements = MapFlags(rawValue: 1 << 11)
    /// `BPF_F_INNER_MAP`: maps of other sizes may take its place in a map of maps. Linux 5.10.
    public static let innerMap = MapFlags(rawValue: 1 << 12)
    /// `BPF_F_LINK`: a `struct_ops` that a link attaches. Linux 6.4.
    public static let link = MapFlags(rawValue: 1 << 13)
    /// `BPF_F_RB_OVERWRITE`: in a ring buffer that is full, new records take the place of the oldest. Linux 6.19.
    public static let overwriting = MapFlags(rawValue: 1 << 19)
}

extension MapFlags {
    /// The flags by their bits, and the release in which each appeared (`include/uapi/linux/bpf.h`).
    static let table: [(bit: UInt32, name: String, since: KernelVersion)] = [
        (0, "BPF_F_NO_PREALLOC", "4.6"), (1, "BPF_F_NO_COMMON_LRU", "4.10"), (2, "BPF_F_NUMA_NODE", "4.14"), (3, "BPF_F_RDONLY", "4.15"),
        (4, "BPF_F_WRONLY", "4.15"), (5, "BPF_F_STACK_BUILD_ID", "4.17"), (6, "BPF_F_ZERO_SEED", "5.0"), (7, "BPF_F_RDONLY_PROG", "5.2"),
        (8, "BPF_F_WRONLY_PROG", "5.2"), (9, "BPF_F_CLONE", "5.4"), (10, "BPF_F_MMAPABLE", "5.5"), (11, "BPF_F_PRESERVE_ELEMS", "5.10"),
        (12, "BPF_F_INNER_MAP", "5.10"), (13, "BPF_F_LINK", "6.4"), (14, "BPF_F_PATH_FD", "6.5"), (15, "BPF_F_VTYPE_BTF_OBJ_FD", "6.9"),
        (16, "BPF_F_TOKEN_FD", "6.9"), (17, "BPF_F_SEGV_ON_FAULT", "6.9"), (18, "BPF_F_NO_USER_CONV", "6.9"),
        (19, "BPF_F_RB_OVERWRITE", "6.19"),
    ]

    /// The kernel's names for the flags that are set; those that have no name here are said as bits.
    package var names: String {
        let bits = (0..<UInt32(UInt32.bitWidth)).filter { rawValue >> $0 & 1 == 1 }
        return bits.map { bit in Self.table.first { $0.bit == bit }?.name ?? "1 << \(bit)" }.joined(separator: ", ")
    }
}

extension MapType {
    /// Flags that a map of this type has whether they were asked for or not: the kernel adds them.
    ///
    /// `kernel/bpf/devmap.c`, since Linux 5.3: programs look the device up, and must not change it. `kernel/bpf/bpf_insn_array.c`, Linux 6.19.
    package var addedFlags: MapFlags {
        switch self {
        case .devmap, .devmapHash, .instructionArray: .readOnlyForPrograms
        default: []
        }
    }
}
