// SPDX-License-Identifier: GPL-2.0-only OR MIT

/// CPUs by their numbers, to which XDP programs hand packets.
///
///     let workers = CPUMap(maxEntries: 64)
///
///     return workers.redirect(hash % 4, otherwise: .pass)
///
/// User space puts them in. Linux 4.15. `include/uapi/linux/bpf.h`: `BPF_MAP_TYPE_CPUMAP`.
@frozen public struct CPUMap: RedirectMap, ~Copyable, @unchecked Sendable {
    @usableFromInline let declaration: MapDeclaration
    @usableFromInline let identity = MapIdentity()

    /// A map of at most `maxEntries` entries, none at first. What is passed must be known when the kernel half is compiled.
    @inline(__always) public init(maxEntries: UInt32, flags: MapFlags = .none, pinning: MapPinning = .none) {
        declaration = MapDeclaration(type: 16, maxEntries: maxEntries, flags: flags, pinning: pinning)
    }
}
