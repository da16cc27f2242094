// SPDX-License-Identifier: GPL-2.0-only OR MIT

import CEBPFHelpers

/// A cgroup that was looked up, and cannot go away while it is held. It is given back at the end of its scope.
///
///     if let group = OwnedCgroup<cgroup>(id: 42) { level = group.level }
///
/// Programs of `tp_btf`, `fentry`, `lsm`, `tc`, `syscall` and `struct_ops`. Linux 6.4. `kernel/bpf/helpers.c`: `bpf_cgroup_from_id`.
@dynamicMemberLookup
@frozen public struct OwnedCgroup<Group: KernelType>: ~Copyable {
    @usableFromInline let group: UnsafeMutablePointer<cgroup>

    /// The cgroup of an id, the inode of its directory; `nil` where there is none that this program's process could see.
    @inline(__always) public init?(id: UInt64) {
        guard let group = bpf_cgroup_from_id(id) else { return nil }
        self.group = group
    }

    /// Holds a cgroup that is known otherwise, such as the one that a map keeps; `nil` where it is about to go. Linux 6.2.
    @inline(__always) public init?(_ group: TrustedPointer<Group>) {
        guard let pointer = UnsafeMutablePointer<cgroup>(bitPattern: group.address) else { return nil }
        guard let group = bpf_cgroup_acquire(pointer) else { return nil }
        self.group = group
    }

    /// Holds a cgroup beyond the section of RCU in which it was found; `nil` where it leads nowhere or is about to go. Linux 6.2.
    @inline(__always) public init?(_ group: RCUPointer<Group>) { self.init(TrustedPointer<Group>(address: group.address)) }

    /// What somebody else held.
    @inline(__always) @usableFromInline init?(taking group: UnsafeMutableRawPointer?) {
        guard let group else { return nil }
        self.group = group.assumingMemoryBound(to: cgroup.self)
    }

    /// Leaves it to somebody else to give it back.
    @inline(__always) @usableFromInline consuming func given() -> UnsafeMutableRawPointer {
        let group = UnsafeMutableRawPointer(group)
        discard self
        return group
    }

    /// Gives it back now.
    @inline(__always) public consuming func release() {}

    /// Reads a field.
    public subscript<Field: KernelValue>(dynamicMember path: KeyPath<Group, Field>) -> Field {
        @_transparent get { TrustedPointer<Group>(address: UInt(bitPattern: group))[dynamicMember: path] }
    }

    @inline(__always) deinit { bpf_cgroup_release(group) }
}

/// The kernel's structure, of which nothing is asked here.
@frozen @usableFromInline struct cgroup: BitwiseCopyable {}

@section(".ksyms") @inline(never) @_optimize(none)
@usableFromInline func bpf_cgroup_from_id(_ cgid: UInt64) -> UnsafeMutablePointer<cgroup>? { kernelFunction() }

@section(".ksyms") @inline(never) @_optimize(none)
@usableFromInline func bpf_cgroup_release(_ cgrp: UnsafeMutablePointer<cgroup>) { kernelFunction() }

@section(".ksyms") @inline(never) @_optimize(none)
@usableFromInline func bpf_cgroup_acquire(_ cgrp: UnsafeMutablePointer<cgroup>) -> UnsafeMutablePointer<cgroup>? { kernelFunction() }
