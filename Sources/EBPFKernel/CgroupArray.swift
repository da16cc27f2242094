// SPDX-License-Identifier: GPL-2.0-only OR MIT

import CEBPFHelpers

/// Cgroups by their index, from 0 on, which user space puts in: programs ask whether something belongs to them.
///
///     let watched = CgroupArray(maxEntries: 1)
///
///     guard watched.containsCurrentTask(0) else { return 0 }
///
/// Linux 4.8. `include/uapi/linux/bpf.h`: `BPF_MAP_TYPE_CGROUP_ARRAY`. Only cgroups of version 2.
@frozen public struct CgroupArray: ~Copyable, @unchecked Sendable {
    @usableFromInline let declaration: MapDeclaration
    @usableFromInline let identity = MapIdentity()

    /// An array of `maxEntries` cgroups, none at first. What is passed must be known when the kernel half is compiled.
    @inline(__always) public init(maxEntries: UInt32, flags: MapFlags = .none, pinning: MapPinning = .none) {
        declaration = MapDeclaration(type: 8, maxEntries: maxEntries, flags: flags, pinning: pinning)
    }

    /// Whether the thread that runs is in a cgroup or below it; not where there is none at that index. Linux 4.9.
    @inline(__always) public func containsCurrentTask(_ index: UInt32) -> Bool {
        withUnsafePointer(to: self) { bpf_current_task_under_cgroup(UnsafeMutableRawPointer(mutating: $0), index) == 1 }
    }

    /// Whether the socket that a packet belongs to was made in a cgroup or below it; not where there is none at that index. Linux 4.8.
    @inline(__always) public func containsSocket(of context: TrafficContext, _ index: UInt32) -> Bool {
        withUnsafePointer(to: self) { bpf_skb_under_cgroup(context.address, UnsafeMutableRawPointer(mutating: $0), index) == 1 }
    }
}
