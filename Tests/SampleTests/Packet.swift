// SPDX-License-Identifier: Apache-2.0

import struct EBPFKernel.EtherType
import struct EBPFKernel.EthernetHeader
import struct EBPFKernel.IPProtocol
import struct EBPFKernel.IPv4Address
import struct EBPFKernel.IPv4Header
import struct EBPFKernel.MACAddress
import struct EBPFKernel.UDPHeader
import struct EBPFKernel.VLANTag

/// Packets that programs are shown.
enum Packet {
    static let sender = IPv4Address(10, 77, 0, 5)
    static let receiver = IPv4Address(10, 77, 0, 1)

    /// What follows, behind a header of Ethernet and such tags.
    static func ethernet(_ type: EtherType, tags: Int = 0, _ rest: [UInt8]) -> [UInt8] {
        let types = [EtherType](repeating: .vlan, count: tags) + [type]
        let header = EthernetHeader(destination: MACAddress(2, 0, 0, 0, 0, 1), source: MACAddress(2, 0, 0, 0, 0, 5), type: types[0])
        return bytes(header) + types.dropFirst().flatMap { bytes(VLANTag(id: 7, type: $0)) } + rest
    }

    /// What follows, behind a header of IPv4.
    static func ipv4(_ content: IPProtocol, from source: IPv4Address = sender, _ rest: [UInt8]) -> [UInt8] {
        let header = IPv4Header(protocol: content, source: source, destination: receiver, totalByteCount: UInt16(20 + rest.count))
        return bytes(header) + rest
    }

    /// A datagram over IPv4 over Ethernet.
    static func datagram(from source: IPv4Address = sender, to port: UInt16 = 9, tags: Int = 0, _ data: [UInt8] = Array("event".utf8)) -> [UInt8] {
        let header = UDPHeader(sourcePort: 4000, destinationPort: port, byteCount: UInt16(8 + data.count))
        return ethernet(.ipv4, tags: tags, ipv4(.udp, from: source, bytes(header) + data))
    }

    /// A frame of Ethernet to who has sent it.
    static func swappingAddresses(_ frame: [UInt8]) -> [UInt8] { Array(frame[6..<12]) + Array(frame[..<6]) + Array(frame[12...]) }

    static func bytes<Value: BitwiseCopyable>(_ value: Value) -> [UInt8] { withUnsafeBytes(of: value) { Array($0.prefix(MemoryLayout<Value>.size)) } }

    /// The sum of which checksums are the complement: 0xFFFF over what has a right one.
    static func sum(_ bytes: some Collection<UInt8>) -> Int {
        var sum = 0
        for (index, byte) in bytes.enumerated() { sum += index % 2 == 0 ? Int(byte) << 8 : Int(byte) }
        while sum > 0xFFFF { sum = sum & 0xFFFF + sum >> 16 }
        return sum
    }
}
