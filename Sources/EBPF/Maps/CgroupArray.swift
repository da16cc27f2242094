// SPDX-License-Identifier: Apache-2.0

import BPFObject
import CLinux
import Glibc

/// Cgroups by their index, from 0 on, for programs that ask whether a process is in one (`bpf_current_task_under_cgroup`). User space puts them in
/// and cannot read them.
///
/// Linux 4.8. `include/uapi/linux/bpf.h`: `BPF_MAP_TYPE_CGROUP_ARRAY`.
public struct CgroupArray: DescriptorMap {
    /// The index, from 0 on.
    public typealias Key = UInt32
    /// The map.
    public let map: Map

    /// The map as one of this kind.
    ///
    /// - Throws: ``EBPFError`` where it is of another kind or size. The kernel is not asked.
    public init(_ map: Map) throws(EBPFError) {
        self.map = try map.checked(as: Self.self, [.cgroupArray], key: SwiftLayout(Key.self))
    }

    /// Puts a cgroup of the unified hierarchy under an index.
    ///
    /// - Parameter path: its directory.
    /// - Throws: ``EBPFError`` where it is no such directory, or the index lies behind the end.
    public func update(_ index: UInt32, toCgroup path: String) throws(EBPFError) {
        let number = linux_openat(AT_FDCWD, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard number >= 0 else { throw EBPFError(system: errno, "open cgroup \(path)") }
        let cgroup = Descriptor(number)
        try put(cgroup.number, at: index)
    }
}
