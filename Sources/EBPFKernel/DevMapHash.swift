// SPDX-License-Identifier: GPL-2.0-only OR MIT

/// Network devices by numbers of any size, to which XDP programs send packets.
///
///     let outputs = DevMapHash(maxEntries: 64)
///
///     return outputs.redirect(address.rawValue, otherwise: .pass)
///
/// User space puts them in. Linux 5.4. `include/uapi/linux/bpf.h`: `BPF_MAP_TYPE_DEVMAP_HASH`.
@frozen public struct DevMapHash: DeviceMap, ~Copyable, @unchecked Sendable {
    @usableFromInline let declaration: MapDeclaration
    @usableFromInline let identity = MapIdentity()

    /// A map of at most `maxEntries` entries, none at first. What is passed must be known when the kernel half is compiled.
    @inline(__always) public init(maxEntries: UInt32, flags: MapFlags = .none, pinning: MapPinning = .none) {
        declaration = MapDeclaration(type: 25, maxEntries: maxEntries, flags: flags, pinning: pinning)
    }
}
