// SPDX-License-Identifier: Apache-2.0

import EBPF
import struct EBPFKernel.CString
import struct EBPFKernel.IPv4Address
import struct EBPFKernel.TrafficAction
import struct EBPFKernel.XDPAction
import Glibc
import Testing

/// Kernel halves that decide what becomes of packets, which the kernel runs over packets made here.
@Suite(.enabled(if: LiveKernel.isAvailable, LiveKernel.reason))
struct PacketSampleTests {
    private static func action(_ loaded: LoadedObject, _ packet: [UInt8]) throws -> XDPAction {
        XDPAction(rawValue: Int32(bitPattern: try loaded.programs[0].run(TestRun(data: packet)).value))
    }

    @Test func packetsAreDroppedAndCountedByProtocol() throws {
        let loaded = try DropCount.object().load()
        let echo = Packet.ethernet(.ipv4, Packet.ipv4(.icmp, [8, 0, 0, 0, 0, 0, 0, 0]))
        for packet in [Packet.datagram(), Packet.datagram(tags: 1), Packet.datagram(tags: 2), echo] {
            #expect(try Self.action(loaded, packet) == .drop)
        }
        #expect(try [17, 1, 6].map { try loaded.sum("dropped", UInt32($0)) } == [3, 1, 0])
    }

    @Test func datagramsGoBackToWhoHasSentThem() throws {
        let loaded = try SendBack.object().load()
        let packet = Packet.datagram()
        let outcome = try loaded.program("send_back").run(TestRun(data: packet))
        #expect(XDPAction(rawValue: Int32(bitPattern: outcome.value)) == .transmit)
        #expect(outcome.data == Packet.swappingAddresses(packet))
        #expect(try Self.action(loaded, Packet.ethernet(.ipv4, Packet.ipv4(.tcp, [UInt8](repeating: 0, count: 20)))) == .pass)
        #expect(try loaded.value(of: "sentBack", as: UInt64.self) == 1)
    }

    @Test func packetsOfBlockedAddressesAreDropped() throws {
        let loaded = try BlockList.object().load()
        let blocked = IPv4Address(192, 0, 2, 7)
        try loaded.map("blocked").update(blocked, to: UInt64(0))
        for _ in 0..<3 { #expect(try Self.action(loaded, Packet.datagram(from: blocked)) == .drop) }
        #expect(try Self.action(loaded, Packet.datagram()) == .pass)
        #expect(try loaded.map("blocked").value(for: blocked, as: UInt64.self) == 3)
    }

    @Test func moreThanThePermittedNumberOfPacketsIsDropped() throws {
        var object = try RateLimit.object()
        try object.set("capacity", to: UInt64(3))
        try object.set("interval", to: UInt64(3_600_000_000_000))
        let loaded = try object.load()
        let actions = try (0..<5).map { _ in try Self.action(loaded, Packet.datagram()) }
        #expect(actions == [.pass, .pass, .pass, .drop, .drop])
        #expect(try Self.action(loaded, Packet.datagram(from: IPv4Address(192, 0, 2, 7))) == .pass, "each sender has a bucket of its own")
        #expect(try loaded.value(of: "dropped", as: UInt64.self) == 2)
    }

    @Test func packetsThatComeSlowlyEnoughPass() throws {
        var object = try RateLimit.object()
        try object.set("capacity", to: UInt64(1))
        try object.set("interval", to: UInt64(1))
        let loaded = try object.load()
        for _ in 0..<20 { #expect(try Self.action(loaded, Packet.datagram()) == .pass) }
        #expect(try loaded.value(of: "dropped", as: UInt64.self) == 0)
    }

    @Test func dividingByAnIntervalOfNothingEndsTheProgramAndThePacketPasses() throws {
        var object = try RateLimit.object()
        try object.set("capacity", to: UInt64(1))
        try object.set("interval", to: UInt64(0))
        let loaded = try object.load()
        for _ in 0..<3 { #expect(try Self.action(loaded, Packet.datagram()) == .pass) }
        #expect(try loaded.value(of: "dropped", as: UInt64.self) == 0)
    }

    @Test func namesThatAreAskedForAreCounted() throws {
        let loaded = try NameQueries.object().load()
        let header: [UInt8] = [0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0]
        let name = "\u{3}www\u{7}example\u{3}com"
        for _ in 0..<3 { #expect(try Self.action(loaded, Packet.datagram(to: 53, header + Array(name.utf8) + [0, 0, 1, 0, 1])) == .pass) }
        _ = try Self.action(loaded, Packet.datagram(to: 53, header + Array(repeating: 65, count: 100)))
        // A response, which is on its way to a port 53.
        _ = try Self.action(loaded, Packet.datagram(to: 53, [0, 1, 0x81, 0] + header.dropFirst(4) + Array(name.utf8) + [0, 0, 1, 0, 1]))
        _ = try Self.action(loaded, Packet.datagram(to: 54, header + Array(name.utf8) + [0, 0, 1, 0, 1]))
        #expect(try loaded.map("queries").value(for: CString<64>(name), as: UInt64.self) == 3)
        #expect(try loaded.map("queries").value(for: CString<64>(String(repeating: "A", count: 63)), as: UInt64.self) == 1)
        #expect(try LRUHashMap<CString<64>, UInt64>(loaded.map("queries")).entries().count == 2)
    }

    @Test func aPacketThatIsTooBigIsAnsweredWithItsBeginning() throws {
        let loaded = try TooBig.object().load()
        let packet = Packet.datagram([UInt8](repeating: 7, count: 1000))
        let outcome = try loaded.program("answer_big_packets").run(TestRun(data: packet))
        #expect(XDPAction(rawValue: Int32(bitPattern: outcome.value)) == .transmit)
        let answer = outcome.data
        #expect(answer.count == 70)
        #expect(answer.prefix(14).elementsEqual(Packet.swappingAddresses(packet).prefix(14)))
        #expect(answer[26..<30] == packet[30..<34])
        #expect(answer[30..<34] == packet[26..<30])
        #expect(Packet.sum(answer[14..<34]) == 0xFFFF, "the checksum of IP")
        #expect(Packet.sum(answer[34..<70]) == 0xFFFF, "the checksum of ICMP")
        let (type, size): ([UInt8], [UInt8]) = (Array(answer[34..<36]), Array(answer[40..<42]))
        #expect(type == [3, 4])
        #expect(size == [600 >> 8, 600 & 0xFF])
        #expect(answer[42...].elementsEqual(packet[14..<42]))
        #expect(try Self.action(loaded, Packet.datagram()) == .pass)
        #expect(try loaded.value(of: "answered", as: UInt64.self) == 1)
    }

    @Test func packetsOfTheClosedMarkAreDropped() throws {
        var object = try MarkGate.object()
        try object.set("closed", to: UInt32(7))
        let loaded = try object.load()
        func action(mark: UInt8) throws -> TrafficAction {
            // struct __sk_buff, of which the third word is the mark.
            var context = [UInt8](repeating: 0, count: 192)
            context[8] = mark
            let outcome = try loaded.program("drop_mark").run(TestRun(data: Packet.datagram(), context: context))
            return TrafficAction(rawValue: Int32(bitPattern: outcome.value))
        }
        #expect(try action(mark: 7) == .drop)
        #expect(try action(mark: 6) == .next)
        #expect(try action(mark: 0) == .next)
        #expect(try loaded.map("marks").value(for: UInt32(7), as: UInt64.self) == 1)
    }
}
