// SPDX-License-Identifier: GPL-2.0-only OR MIT

/// Sockets of XDP (AF_XDP) by their index, from 0 on, to which XDP programs hand packets.
///
///     let sockets = XSKMap(maxEntries: 64)
///
///     return sockets.redirect(context.receiveQueue, otherwise: .pass)
///
/// User space puts them in. Linux 4.18. `include/uapi/linux/bpf.h`: `BPF_MAP_TYPE_XSKMAP`.
@frozen public struct XSKMap: RedirectMap, ~Copyable, @unchecked Sendable {
    @usableFromInline let declaration: MapDeclaration
    @usableFromInline let identity = MapIdentity()

    /// A map of at most `maxEntries` entries, none at first. What is passed must be known when the kernel half is compiled.
    @inline(__always) public init(maxEntries: UInt32, flags: MapFlags = .none, pinning: MapPinning = .none) {
        declaration = MapDeclaration(type: 17, maxEntries: maxEntries, flags: flags, pinning: pinning)
    }
}
