// SPDX-License-Identifier: Apache-2.0

import BPFObject

/// The key of ``AttachedCgroupStorage``: `struct bpf_cgroup_storage_key`.
public struct CgroupAttachment: BitwiseCopyable, Sendable, Hashable {
    /// The number of the cgroup: that of the inode of its directory.
    public var cgroupID: UInt64
    /// How the program is attached there: `enum bpf_attach_type`.
    public var attachType: UInt32

    /// A cgroup, and how a program is attached to it.
    public init(cgroupID: UInt64, attachType: UInt32) {
        self.cgroupID = cgroupID
        self.attachType = attachType
    }
}

/// A value for each cgroup that a program with the map is attached to. ``CgroupStorage`` replaces it.
///
/// The kernel makes a value, of zeroes, when a program is attached; user space changes those that are there. A value outlives the attachment, for programs that
/// are attached later, and goes with the cgroup or with the map (Linux 5.9 and newer).
///
/// Keys are ``CgroupAttachment``, or the number of the cgroup alone (Linux 5.9), as the map declares it. Linux 4.19. `include/uapi/linux/bpf.h`:
/// `BPF_MAP_TYPE_CGROUP_STORAGE`.
public struct AttachedCgroupStorage<Key: BitwiseCopyable, Value: BitwiseCopyable>: WritableMap {
    /// The map.
    public let map: Map

    /// The map as one of this kind.
    ///
    /// - Throws: ``EBPFError`` where it is of another kind, or its keys and values are of other sizes or types. The kernel is not asked.
    public init(_ map: Map) throws(EBPFError) {
        self.map = try map.checked(as: Self.self, [.cgroupStorage], key: SwiftLayout(Key.self), value: SwiftLayout(Value.self))
    }
}

/// The same with a value for every CPU. Linux 4.20. `BPF_MAP_TYPE_PERCPU_CGROUP_STORAGE`.
public struct AttachedPerCPUCgroupStorage<Key: BitwiseCopyable, Value: BitwiseCopyable>: PerCPUMap {
    /// The map.
    public let map: Map

    /// The map as one of this kind.
    ///
    /// - Throws: ``EBPFError`` where it is of another kind, or its keys and values are of other sizes or types. The kernel is not asked.
    public init(_ map: Map) throws(EBPFError) {
        self.map = try map.checked(as: Self.self, [.perCPUCgroupStorage], key: SwiftLayout(Key.self), value: SwiftLayout(Value.self))
    }
}
