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
        return try link(
            .netfilter,
            createLink(target: 0, .netfilter) { details in
                details.netfilter.family = family.rawValue
                details.netfilter.hook = place.rawValue
                details.netfilter.priority = priority
                details.netfilter.flags = defragmenting ? 1 : 0
            }, asking: defragmenting ? [.defragmentation] : [])
    }
}
