// SPDX-License-Identifier: GPL-2.0-only OR MIT

/// Whether something is allowed: what programs of cgroups answer. `Documentation/bpf/prog_cgroup_sockopt.rst` and `kernel/bpf/cgroup.c`.
@frozen public struct CgroupVerdict: BitwiseCopyable, Equatable, Sendable {
    /// The number that the kernel knows it by.
    public let rawValue: Int32

    /// A verdict by its number.
    @inline(__always) public init(rawValue: Int32) { self.rawValue = rawValue }

    /// It is not done; who asked for it is told EPERM.
    @inline(__always) public static var deny: CgroupVerdict { CgroupVerdict(rawValue: 0) }
    /// It is done.
    @inline(__always) public static var allow: CgroupVerdict { CgroupVerdict(rawValue: 1) }
}
