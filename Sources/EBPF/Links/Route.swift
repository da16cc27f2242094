// SPDX-License-Identifier: Apache-2.0

import BPFObject
import Glibc

/// A route of the network namespace that a program is to see the packets of.
public struct Route: Sendable, Hashable {
    /// Where it leads: an address of IPv4 or IPv6, with the number of bits that count (`10.1.0.0/24`, `fd00::/64`).
    public var destination: String
    /// The device through which packets leave.
    public var interface: NetworkInterface
    /// For programs of `lwt_xmit`, how many bytes may be put in front of packets.
    public var headroom: UInt32

    /// A route.
    public init(to destination: String, through interface: NetworkInterface, headroom: UInt32 = 0) {
        self.destination = destination
        self.interface = interface
        self.headroom = headroom
    }

    /// The family, the address's bytes and the number of bits; `nil` where the text is no such address.
    var address: (family: UInt8, bytes: [UInt8], bits: UInt8)? {
        let parts = destination.split(separator: "/", maxSplits: 1)
        guard let text = parts.first else { return nil }
        var bytes = [UInt8](repeating: 0, count: 16)
        let isLong = text.contains(":")
        guard inet_pton(isLong ? AF_INET6 : AF_INET, String(text), &bytes) == 1 else { return nil }
        let most: UInt8 = isLong ? 128 : 32
        guard let bits = parts.count == 2 ? UInt8(parts[1]) : most, bits <= most else { return nil }
        return (UInt8(isLong ? AF_INET6 : AF_INET), Array(bytes.prefix(isLong ? 16 : 4)), bits)
    }
}

extension Program {
    /// Adds a route whose packets the program sees (`lwt_in`, `lwt_out`, `lwt_xmit`, `lwt_seg6local`), as `ip route add ... encap bpf` does; it is taken out
    /// again with the link. Linux 4.10; `lwt_seg6local` 4.18, for routes of IPv6.
    ///
    /// The route holds the program: where the process is killed, both stay until the route is removed (`ip route del`) or its device goes.
    ///
    /// - Throws: ``EBPFError`` where there is such a route already, the destination is no address, or the kernel is built without (`CONFIG_LWTUNNEL_BPF`,
    ///   `CONFIG_IPV6_SEG6_BPF`).
    public func attach(toRoute route: Route) throws(EBPFError) -> Link {
        let hook = Hook.route(type)
        let operation = "\(operation(attachingTo: hook)) to \(route.destination)"
        try check([.lwtIn, .lwtOut, .lwtXmit, .lwtSeg6Local], for: hook)
        guard let address = route.address else {
            throw EBPFError(
                .invalid, operation, cause: "'\(route.destination)' is no address", remedy: "write it as 10.1.0.0/24 or fd00::/64")
        }
        let netlink = try Netlink(for: operation)
        var added = Self.message(24, NetlinkMessage.create | NetlinkMessage.exclusive, address, route.interface)
        let number = descriptor.number.nativeBytes
        let name = Array(name.utf8.prefix(63)) + [0]
        if type == .lwtSeg6Local {
            // LWTUNNEL_ENCAP_SEG6_LOCAL: SEG6_LOCAL_ACTION is SEG6_LOCAL_ACTION_END_BPF, SEG6_LOCAL_BPF the program.
            added.append(21, UInt16(7))
            added.append(22, nesting: [(1, UInt32(15).nativeBytes), (8 | 0x8000, NetlinkMessage.nested([(1, number), (2, name)]))])
        } else {
            // LWTUNNEL_ENCAP_BPF: LWT_BPF_IN, LWT_BPF_OUT or LWT_BPF_XMIT, and LWT_BPF_XMIT_HEADROOM.
            let place: UInt16 = type == .lwtIn ? 1 : type == .lwtOut ? 2 : 3
            var parts: [(UInt16, [UInt8])] = [(place | 0x8000, NetlinkMessage.nested([(1, number), (2, name)]))]
            if route.headroom > 0 { parts.append((4, route.headroom.nativeBytes)) }
            added.append(21, UInt16(6))
            added.append(22, nesting: parts)
        }
        do {
            try netlink.request(added)
        } catch {
            let isAbsent = error.errno == EOPNOTSUPP
            throw EBPFError(
                error.errno == EEXIST ? .busy : isAbsent ? .unsupported : .system, operation,
                cause: error.errno == EEXIST ? "there is such a route already" : error.cause,
                remedy: isAbsent ? "use a kernel that is built with CONFIG_LWTUNNEL_BPF (for lwt_seg6local, CONFIG_IPV6_SEG6_BPF)" : nil,
                errno: error.errno)
        }
        let removed = Self.message(25, 0, address, route.interface)
        return Link(hook: hook, .undone { _ = try? netlink.request(removed) })
    }

    /// `RTM_NEWROUTE` or `RTM_DELROUTE` with a struct rtmsg: in the main table, by this program, to everywhere.
    private static func message(
        _ type: UInt16, _ flags: UInt16, _ address: (family: UInt8, bytes: [UInt8], bits: UInt8), _ interface: NetworkInterface
    ) -> NetlinkMessage {
        // Family, bits, source bits, tos, table (RT_TABLE_MAIN), protocol (RTPROT_STATIC), scope, kind (RTN_UNICAST), flags.
        let scope: UInt8 = address.family == UInt8(AF_INET) ? 253 : 0
        var message = NetlinkMessage(
            type: type, flags: flags | NetlinkMessage.acknowledged,
            fixed: [address.family, address.bits, 0, 0, 254, 4, scope, 1, 0, 0, 0, 0])
        message.append(1, address.bytes)  // RTA_DST
        message.append(4, interface.index)  // RTA_OIF
        return message
    }
}
