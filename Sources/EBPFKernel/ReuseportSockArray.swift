// SPDX-License-Identifier: GPL-2.0-only OR MIT

import CEBPFHelpers

/// Sockets that listen at one port, by their index, from 0 on: programs choose which of them gets a connection or packet.
///
///     let listeners = ReuseportSockArray(maxEntries: 8)
///
///     return listeners.choose(hash & 7, context) ? 1 : 0   // SK_PASS, SK_DROP
///
/// User space puts them in. Linux 4.19. `include/uapi/linux/bpf.h`: `BPF_MAP_TYPE_REUSEPORT_SOCKARRAY`.
@frozen public struct ReuseportSockArray: ~Copyable, @unchecked Sendable {
    @usableFromInline let declaration: MapDeclaration
    @usableFromInline let identity = MapIdentity()

    /// A map of at most `maxEntries` sockets, none at first. What is passed must be known when the kernel half is compiled.
    @inline(__always) public init(maxEntries: UInt32, flags: MapFlags = .none, pinning: MapPinning = .none) {
        declaration = MapDeclaration(type: 20, maxEntries: maxEntries, flags: flags, pinning: pinning)
    }

    /// Chooses the socket at an index, in a program of `sk_reuseport`. Linux 4.19.
    ///
    /// - Returns: whether there is one that can be chosen.
    @inline(__always) public func choose(_ index: UInt32, _ context: some ProgramContext) -> Bool {
        withUnsafePointer(to: self) { map in
            withZeroedCopy(of: index) { bpf_sk_select_reuseport(context.address, UnsafeMutableRawPointer(mutating: map), $0, 0) == 0 }
        }
    }
}
