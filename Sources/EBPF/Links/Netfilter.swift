// SPDX-License-Identifier: Apache-2.0

import BPFObject
import CLinux

/// A place in the way of packets through the network stack (`enum nf_inet_hooks`).
public enum NetfilterHook: UInt32, Sendable, Hashable {
    /// Before the route is known.
    case preRouting = 0
    /// To a process of this machine.
    case localIn = 1
    /// On to another machine.
    case forward = 2
    /// From a process of this machine.
    case localOut = 3
    /// On the way out.
    case postRouting = 4
}

/// A family of protocols, as netfilter numbers them (`NFPROTO_*`).
public enum NetfilterFamily: UInt32, Sendable, Hashable {
    /// `NFPROTO_IPV4`.
    case ipv4 = 2
    /// `NFPROTO_IPV6`.
    case ipv6 = 10
}

extension Program {
    /// Has the program decide over packets at a hook of netfilter, in the network namespace of the calling thread. Linux 6.4.
    ///
    /// - Parameters:
    ///   - priority: smaller ones run first; the smallest and the largest are the kernel's own, and one that is taken is refused.
    ///   - defragmenting: whether packets that came in pieces are put together first (`BPF_F_NETFILTER_IP_DEFRAG`), Linux 6.6.
    /// - Throws: ``EBPFError`` with ``EBPFError/Code/busy`` where the priority is taken.
    public func attach(
        toNetfilter place: NetfilterHook, _ family: NetfilterFamily = .ipv4, priority: Int32 = -128, defragmenting: Bool = false
    ) throws(EBPFError) -> Link {
        try check([.netfilter], for: .netfilter)
        let number = createLink(target: 0, .netfilter) { details in
            details.netfilter.family = family.rawValue
            details.netfilter.hook = place.rawValue
            details.netfilter.priority = priority
            details.netfilter.flags = defragmenting ? 1 : 0
        }
        return try link(.netfilter, number, asking: defragmenting ? [.defragmentation] : []) { Self.holders(of: priority, at: place, family) }
    }

    /// The programs that have a priority at a hook of netfilter; `nil` where this process may not list links.
    ///
    /// The kernel does not tell the network namespace of such a link, so that those of other namespaces are among them.
    private static func holders(of priority: Int32, at place: NetfilterHook, _ family: NetfilterFamily) -> [Holder]? {
        // BPF_LINK_TYPE_NETFILTER: family and hook, then the priority.
        let wanted = [UInt64(family.rawValue) | UInt64(place.rawValue) << 32, UInt64(UInt32(bitPattern: priority))]
        return KernelLinks.all(ofKind: 10) { $0.details.0 == wanted[0] && $0.details.1 & 0xFFFF_FFFF == wanted[1] }?.map {
            .program($0.prog_id, link: $0.id)
        }
    }
}
