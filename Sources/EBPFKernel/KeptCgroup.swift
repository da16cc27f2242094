// SPDX-License-Identifier: GPL-2.0-only OR MIT

import CEBPFHelpers

/// A place in the value of a map that keeps a cgroup, which cannot go away while it is kept: what one run of a program looked up, another finds.
///
///     struct Job: BitwiseCopyable {
///         var group = KeptCgroup<cgroup>()
///         var count: UInt64 = 0
///     }
///     let jobs = HashMap<UInt32, Job>(maxEntries: 1024)
///
///     if let job = jobs.lookup(key) {
///         let before = job.pointee.group.exchange(OwnedCgroup(id: wanted.value))
///     }
///
/// What it keeps is given back when its entry is removed or updated; on newer kernels (seen: Linux 7.2) with the map only, and a new entry may find what a
/// removed one kept in the same memory. Take it out first where that matters. No update puts something here, and the value of an entry is not set as a whole
/// where it lies. User space reads zero. Hash maps, arrays and storage maps. Linux 6.4, by the name of whose tag the object has it (`kptr`; kernels before
/// had `kptr_ref`). `kernel/bpf/btf.c`: `btf_find_kptr`.
@frozen public struct KeptCgroup<Group: KernelType>: BitwiseCopyable, Sendable {
    @usableFromInline var address: UInt = 0

    /// A place that keeps nothing.
    @inline(__always) public init() {}

    /// Keeps another one, or nothing.
    ///
    /// - Returns: what was kept before; `nil` where that was nothing.
    @inline(__always) public mutating func exchange(_ group: consuming OwnedCgroup<Group>?) -> OwnedCgroup<Group>? {
        switch consume group {
        case .some(let group):
            let given = group.given()
            return OwnedCgroup(taking: withUnsafeMutablePointer(to: &self) { ebpf_exchange_cgroup($0, given) })
        case .none: return take()
        }
    }

    /// Takes out what is kept.
    @inline(__always) public mutating func take() -> OwnedCgroup<Group>? {
        OwnedCgroup(taking: withUnsafeMutablePointer(to: &self) { ebpf_take_cgroup($0) })
    }

    /// What is kept now, to be read; `nil` where that is nothing. It stays as long as the section.
    @_lifetime(borrow section)
    @inline(__always) public func current(in section: borrowing RCUSection) -> RCUPointer<Group>? {
        if address == 0 { return nil }
        return RCUPointer(address: address)
    }

    /// The same in a program that does not sleep, the whole of which is such a section. One that may sleep asks inside ``withRCU(_:)``.
    @inline(__always) public var current: TrustedPointer<Group>? { address == 0 ? nil : TrustedPointer(address: address) }
}
