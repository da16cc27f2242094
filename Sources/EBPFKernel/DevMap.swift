// SPDX-License-Identifier: GPL-2.0-only OR MIT

import CEBPFHelpers

/// Network devices by their index, from 0 on, to which XDP programs send packets.
///
///     let outputs = DevMap(maxEntries: 8)
///
///     return outputs.redirect(1, otherwise: .pass)
///
/// User space puts them in. Linux 4.14. `include/uapi/linux/bpf.h`: `BPF_MAP_TYPE_DEVMAP`.
@frozen public struct DevMap: DeviceMap, ~Copyable, @unchecked Sendable {
    @usableFromInline let declaration: MapDeclaration
    @usableFromInline let identity = MapIdentity()

    /// A map of at most `maxEntries` entries, none at first. What is passed must be known when the kernel half is compiled.
    @inline(__always) public init(maxEntries: UInt32, flags: MapFlags = .none, pinning: MapPinning = .none) {
        declaration = MapDeclaration(type: 14, maxEntries: maxEntries, flags: flags, pinning: pinning)
    }
}

/// A map of network devices: ``DevMap`` and ``DevMapHash``.
public protocol DeviceMap: RedirectMap, ~Copyable {}

extension DeviceMap where Self: ~Copyable {
    /// What an XDP program answers to send its packet to all devices of the map. Linux 5.14.
    ///
    /// - Parameter excludingIngress: whether the device that has received the packet is left out (`BPF_F_EXCLUDE_INGRESS`).
    @inline(__always) public func broadcast(excludingIngress: Bool = true) -> XDPAction {
        withUnsafePointer(to: self) { map in
            // BPF_F_BROADCAST
            let flags: UInt64 = 1 << 3 | (excludingIngress ? 1 << 4 : 0)
            return XDPAction(rawValue: Int32(truncatingIfNeeded: bpf_redirect_map(UnsafeMutableRawPointer(mutating: map), 0, flags)))
        }
    }
}
