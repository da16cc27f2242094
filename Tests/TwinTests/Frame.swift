// SPDX-License-Identifier: Apache-2.0

import EBPFKernel
import Testing

/// A packet put together of the headers that kernel halves read.
struct Frame: Sendable, CustomTestStringConvertible {
    /// What is special about it.
    let name: String
    var bytes: [UInt8]
    /// The protocol that is counted; `nil` where none is.
    var counted: IPProtocol?
    var isDropped = false

    var testDescription: String { name }

    /// The port whose datagrams are dropped, and another one.
    static let port: UInt16 = 4000
    static let otherPort: UInt16 = 4001

    /// The bytes of a header as they lie in a packet.
    static func bytes<Header: BitwiseCopyable>(_ header: Header) -> [UInt8] {
        withUnsafeBytes(of: header) { Array($0.prefix(MemoryLayout<Header>.size)) }
    }

    /// Ethernet and the tags of VLANs, the outer one first, in front of what follows.
    static func ethernet(_ type: EtherType, tags: [EtherType] = [], _ rest: [UInt8]) -> [UInt8] {
        let types = tags + [type]
        let header = EthernetHeader(destination: .broadcast, source: MACAddress(2, 0, 0, 0, 0, 1), type: types[0])
        return bytes(header) + types.dropFirst().flatMap { bytes(VLANTag(id: 77, priority: 3, type: $0)) } + rest
    }

    /// A datagram with five bytes of data.
    static func udp(to port: UInt16) -> [UInt8] { bytes(UDPHeader(sourcePort: 9, destinationPort: port, byteCount: 13)) + Array("event".utf8) }

    /// A header of IPv4 with its checksum, in front of what follows.
    static func ipv4(
        _ content: IPProtocol, from source: IPv4Address = IPv4Address(10, 77, 0, 5), to destination: IPv4Address = IPv4Address(10, 77, 0, 1),
        options: Int = 0, offset: UInt16 = 0, _ rest: [UInt8]
    ) -> [UInt8] {
        let size = 20 + options
        var header = bytes(
            IPv4Header(protocol: content, source: source, destination: destination, totalByteCount: UInt16(size + rest.count)))
        header += [UInt8](repeating: 1, count: options)
        header[0] = 0x40 | UInt8(size / 4)
        (header[6], header[7]) = (UInt8(offset >> 11), UInt8(offset >> 3 & 0xFF))
        header.replaceSubrange(10..<12, with: checksum(header))
        return header + rest
    }

    /// The checksum of bytes, among which it is still 0, as it lies in a packet (RFC 1071).
    static func checksum(_ bytes: [UInt8]) -> [UInt8] {
        var sum = stride(from: 0, to: bytes.count, by: 2).reduce(0) { $0 + Int(bytes[$1]) << 8 + ($1 + 1 < bytes.count ? Int(bytes[$1 + 1]) : 0) }
        while sum > 0xFFFF { sum = sum & 0xFFFF + sum >> 16 }
        return [UInt8(~sum >> 8 & 0xFF), UInt8(~sum & 0xFF)]
    }

    /// A segment of TCP or a datagram in a packet of IPv4, with the checksum of both.
    ///
    /// - Parameter segment: its header, in which the checksum is 0, and its data.
    static func ipv4(
        _ content: IPProtocol, from source: IPv4Address, to destination: IPv4Address, options: Int = 0, summed segment: [UInt8]
    ) -> [UInt8] {
        let size = UInt16(segment.count)
        let around = bytes(source) + bytes(destination) + [0, content.rawValue, UInt8(size >> 8), UInt8(size & 0xFF)]
        var sum = checksum(around + segment)
        // A datagram's 0 would say that there is none (RFC 768).
        if content == .udp && sum == [0, 0] { sum = [0xFF, 0xFF] }
        var segment = segment
        let place = content == .tcp ? 16 : 6
        segment.replaceSubrange(place..<place + 2, with: sum)
        return ipv4(content, from: source, to: destination, options: options, segment)
    }

    /// A header of IPv6 in front of what follows.
    static func ipv6(_ next: IPProtocol, _ rest: [UInt8]) -> [UInt8] {
        let header = IPv6Header(
            nextHeader: next, source: IPv6Address(0xFD77, 0, 0, 0, 0, 0, 0, 5), destination: IPv6Address(0xFD77, 0, 0, 0, 0, 0, 0, 1),
            payloadByteCount: UInt16(rest.count))
        return bytes(header) + rest
    }

    /// An extension of IPv6 of so many bytes in front of what follows.
    static func part(_ kind: IPProtocol, next: IPProtocol, _ size: Int, _ rest: [UInt8]) -> [UInt8] {
        let length = kind == .authentication ? size / 4 - 2 : size / 8 - 1
        return bytes(IPv6Extension(nextHeader: next, length: UInt8(length))) + [UInt8](repeating: 0, count: size - 2) + rest
    }

    /// A fragment of a packet in front of what follows.
    static func fragment(offset: UInt16, next: IPProtocol, _ rest: [UInt8]) -> [UInt8] {
        [next.rawValue, 0, UInt8(offset >> 8), UInt8(offset & 0xF8) | 1, 0, 0, 0, 7] + rest
    }
}

extension Frame {
    static let all: [Frame] = ipv4 + tagged + ipv6 + other

    private static let ipv4: [Frame] = [
        Frame(name: "UDP to the port", bytes: ethernet(.ipv4, ipv4(.udp, udp(to: port))), counted: .udp, isDropped: true),
        Frame(name: "UDP to another port", bytes: ethernet(.ipv4, ipv4(.udp, udp(to: otherPort))), counted: .udp),
        Frame(name: "UDP behind options", bytes: ethernet(.ipv4, ipv4(.udp, options: 40, udp(to: port))), counted: .udp, isDropped: true),
        Frame(name: "a later fragment", bytes: ethernet(.ipv4, ipv4(.udp, offset: 1480, udp(to: port)))),
        Frame(name: "a header that says that it is shorter than it can be", bytes: ethernet(.ipv4, [0x44] + ipv4(.udp, udp(to: port)).dropFirst())),
        Frame(
            name: "TCP to the port", bytes: ethernet(.ipv4, ipv4(.tcp, bytes(TCPHeader(sourcePort: 9, destinationPort: port, flags: .syn)))),
            counted: .tcp),
        Frame(name: "an echo", bytes: ethernet(.ipv4, ipv4(.icmp, bytes(ICMPHeader(type: 8)))), counted: .icmp),
    ]

    private static let tagged: [Frame] = [
        Frame(name: "UDP in a VLAN", bytes: ethernet(.ipv4, tags: [.vlan], ipv4(.udp, udp(to: port))), counted: .udp, isDropped: true),
        Frame(
            name: "UDP in a VLAN of a VLAN", bytes: ethernet(.ipv4, tags: [.serviceVLAN, .vlan], ipv4(.udp, udp(to: port))), counted: .udp,
            isDropped: true),
        Frame(name: "UDP in three VLANs", bytes: ethernet(.ipv4, tags: [.vlan, .vlan, .vlan], ipv4(.udp, udp(to: port)))),
        Frame(
            name: "UDP of IPv6 in two VLANs", bytes: ethernet(.ipv6, tags: [.serviceVLAN, .vlan], ipv6(.udp, udp(to: port))), counted: .udp,
            isDropped: true),
    ]

    private static let ipv6: [Frame] = [
        Frame(name: "UDP of IPv6", bytes: ethernet(.ipv6, ipv6(.udp, udp(to: port))), counted: .udp, isDropped: true),
        Frame(name: "UDP of IPv6 to another port", bytes: ethernet(.ipv6, ipv6(.udp, udp(to: otherPort))), counted: .udp),
        Frame(
            name: "UDP behind four extensions",
            bytes: ethernet(
                .ipv6,
                ipv6(
                    .hopByHop,
                    part(
                        .hopByHop, next: .routing, 8,
                        part(
                            .routing, next: .authentication, 24,
                            part(.authentication, next: .destinationOptions, 24, part(.destinationOptions, next: .udp, 2048, udp(to: port))))))),
            counted: .udp, isDropped: true),
        Frame(
            name: "UDP in a first fragment", bytes: ethernet(.ipv6, ipv6(.fragment, fragment(offset: 0, next: .udp, udp(to: port)))), counted: .udp,
            isDropped: true),
        Frame(
            name: "a later fragment of IPv6", bytes: ethernet(.ipv6, ipv6(.fragment, fragment(offset: 1448, next: .udp, udp(to: port)))),
            counted: .fragment),
        Frame(
            name: "UDP behind five extensions", bytes: ethernet(.ipv6, ipv6(.destinationOptions, many(5, udp(to: port)))), counted: .udp,
            isDropped: true),
        Frame(name: "UDP behind more extensions than are looked at", bytes: ethernet(.ipv6, ipv6(.destinationOptions, many(6, udp(to: port))))),
        Frame(name: "an echo of IPv6", bytes: ethernet(.ipv6, ipv6(.icmpv6, bytes(ICMPHeader(type: 128)))), counted: .icmpv6),
    ]

    private static func many(_ count: Int, _ rest: [UInt8]) -> [UInt8] {
        (0..<count).reversed().reduce(rest) { part(.destinationOptions, next: $1 == count - 1 ? .udp : .destinationOptions, 16, $0) }
    }

    private static let other: [Frame] = [
        Frame(name: "nothing behind Ethernet", bytes: ethernet(.ipv4, [])),
        Frame(name: "a question for an address", bytes: ethernet(.arp, [UInt8](repeating: 0, count: 28))),
        Frame(name: "a type that nobody knows", bytes: ethernet(EtherType(rawValue: 0x1234), ipv4(.udp, udp(to: port)))),
    ]
}
