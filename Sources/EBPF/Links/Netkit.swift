// SPDX-License-Identifier: Apache-2.0

import BPFObject
import CLinux

extension Program {
    /// Has the program see what a netkit device hands on: that of the primary, or that of its peer. Linux 6.7.
    ///
    /// - Parameters:
    ///   - interface: the primary of the pair, also for programs of the peer.
    ///   - order: where it stands among other programs; `nil` for last.
    /// - Throws: ``EBPFError`` where the device is no primary, or the kernel has no netkit (`CONFIG_NETKIT`).
    public func attach(toNetkit interface: NetworkInterface, _ side: NetkitSide, order: LinkOrder? = nil) throws(EBPFError) -> Link {
        let hook = Hook.netkit(side, interface: interface.description)
        try check([.schedCLS], for: hook)
        let type = side == .primary ? AttachType.netkitPrimary : .netkitPeer
        return try link(
            hook,
            createLink(target: Int32(bitPattern: interface.index), type, flags: order?.flags ?? 0) { $0.order.relative = order?.relative ?? 0 })
    }
}
