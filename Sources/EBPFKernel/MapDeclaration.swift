// SPDX-License-Identifier: GPL-2.0-only OR MIT

/// What a map is, as its declaration says it; the compiler makes the object's map definition out of it.
///
/// Every type of map begins with one. The numbers: `include/uapi/linux/bpf.h`.
@frozen public struct MapDeclaration: BitwiseCopyable, Sendable {
    /// `enum bpf_map_type`.
    @usableFromInline let type: UInt32
    @usableFromInline let maxEntries: UInt32
    /// `BPF_F_...`.
    @usableFromInline let flags: UInt32
    @usableFromInline let pinning: UInt32

    @inline(__always) @usableFromInline
    init(type: UInt32, maxEntries: UInt32, flags: MapFlags, pinning: MapPinning) {
        self.type = type
        self.maxEntries = maxEntries
        self.flags = flags.rawValue
        self.pinning = pinning.rawValue
    }
}

/// Keeps a global where it is declared: a value that holds one is only ever handed on by its address, which is what the map is known by.
@_rawLayout(size: 8, alignment: 8)
@frozen public struct MapIdentity: ~Copyable, @unchecked Sendable {
    @inline(__always) @usableFromInline init() {}
}

/// How a map is created: `BPF_F_...` of `include/uapi/linux/bpf.h`.
@frozen public struct MapFlags: BitwiseCopyable, Sendable {
    @usableFromInline let rawValue: UInt32
    /// Flags by their number.
    @inline(__always) public init(rawValue: UInt32) { self.rawValue = rawValue }
    /// None.
    @inline(__always) public static var none: MapFlags { MapFlags(rawValue: 0) }
    /// Entries are allocated when they are added, not all at the start (`BPF_F_NO_PREALLOC`). Hash maps.
    @inline(__always) public static var noPreallocation: MapFlags { MapFlags(rawValue: 1) }
    /// Each CPU has a list of its own of what was used least recently (`BPF_F_NO_COMMON_LRU`). LRU maps.
    @inline(__always) public static var separateLRU: MapFlags { MapFlags(rawValue: 2) }
    /// Programs may read only (`BPF_F_RDONLY_PROG`). Linux 5.2.
    @inline(__always) public static var programsRead: MapFlags { MapFlags(rawValue: 128) }
    /// User space may map it into its memory (`BPF_F_MMAPABLE`). Arrays; Linux 5.5.
    @inline(__always) public static var mappable: MapFlags { MapFlags(rawValue: 1024) }
    /// New records take the place of the oldest where the buffer is full (`BPF_F_RB_OVERWRITE`). Ring buffers; Linux 6.19.
    @inline(__always) public static var overwriting: MapFlags { MapFlags(rawValue: 1 << 19) }
    /// Both.
    @inline(__always) public static func | (left: MapFlags, right: MapFlags) -> MapFlags { MapFlags(rawValue: left.rawValue | right.rawValue) }
}

/// Whether a map is kept by its name when the process that loaded it is gone.
@frozen public struct MapPinning: BitwiseCopyable, Sendable {
    @usableFromInline let rawValue: UInt32
    @inline(__always) @usableFromInline init(rawValue: UInt32) { self.rawValue = rawValue }
    /// It goes with the last who uses it.
    @inline(__always) public static var none: MapPinning { MapPinning(rawValue: 0) }
    /// In the BPF file system, under its name; who loads the object next gets the same map.
    @inline(__always) public static var byName: MapPinning { MapPinning(rawValue: 1) }
}

/// What an update does where the key is there, or is not: `BPF_ANY`, `BPF_NOEXIST`, `BPF_EXIST`.
@frozen public struct UpdateCondition: BitwiseCopyable, Sendable {
    @usableFromInline let rawValue: UInt64
    @inline(__always) @usableFromInline init(rawValue: UInt64) { self.rawValue = rawValue }
    /// Adds or replaces.
    @inline(__always) public static var always: UpdateCondition { UpdateCondition(rawValue: 0) }
    /// Only adds.
    @inline(__always) public static var ifAbsent: UpdateCondition { UpdateCondition(rawValue: 1) }
    /// Only replaces.
    @inline(__always) public static var ifPresent: UpdateCondition { UpdateCondition(rawValue: 2) }
}
