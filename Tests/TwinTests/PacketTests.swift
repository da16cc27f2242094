// SPDX-License-Identifier: Apache-2.0

import CNamespaces
import EBPF
import EBPFKernel
import Glibc
import Testing

/// Programs that look at packets, in both languages: they answer the same to the same packets, and what is right.
@Suite(.enabled(if: LiveKernel.isAvailable, LiveKernel.reason))
struct PacketTests {
    private func load() throws -> Twin.Loaded { try Twin.packets.load { try $0.set("port", to: Frame.port) } }

    /// How many packets were counted, by their protocols.
    static func counts(_ loaded: LoadedObject) throws -> [UInt8: UInt64] {
        let map = try loaded.map("protocols")
        var counts: [UInt8: UInt64] = [:]
        for number in 0..<256 {
            let sum = try map.values(for: UInt32(number), as: UInt64.self)?.reduce(0, +) ?? 0
            if sum > 0 { counts[UInt8(number)] = sum }
        }
        return counts
    }

    static func action(_ loaded: LoadedObject, _ bytes: [UInt8]) throws -> XDPAction {
        XDPAction(rawValue: Int32(bitPattern: try loaded.program("filter_packet").run(TestRun(data: bytes)).value))
    }

    @Test(arguments: Frame.all) func datagramsToThePortAreDroppedAndPacketsAreCounted(frame: Frame) throws {
        for loaded in [try load().c, try load().swift] {
            #expect(try Self.action(loaded, frame.bytes) == (frame.isDropped ? .drop : .pass))
            let expected: [UInt8: UInt64] = frame.counted.map { [$0.rawValue: 1] } ?? [:]
            #expect(try Self.counts(loaded) == expected)
        }
    }

    @Test func packetsThatEndTooEarlyAreLeftAlone() throws {
        let loaded = try load()
        for frame in Frame.all where frame.isDropped {
            // The data of the datagram is not looked at.
            let lengths = [14, 15, 18, 19, 33, 34, 40, 41, 54] + (frame.bytes.count - 40..<frame.bytes.count - 5)
            for length in lengths where length >= 14 && length < frame.bytes.count - 5 {
                let bytes = Array(frame.bytes.prefix(length))
                #expect(try Self.action(loaded.c, bytes) == .pass, "\(frame.name), \(length) bytes")
                #expect(try Self.action(loaded.swift, bytes) == .pass, "\(frame.name), \(length) bytes")
            }
        }
    }

    @Test func damagedPacketsAreTheSameToBoth() throws {
        let loaded = try load()
        var state: UInt64 = 0x5EED
        func number(below bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        for _ in 0..<3000 {
            var bytes = Frame.all[number(below: Frame.all.count)].bytes
            for _ in 0...number(below: 3) { bytes[12 + number(below: min(bytes.count, 80) - 12)] = UInt8(number(below: 256)) }
            #expect(try Self.action(loaded.c, bytes) == Self.action(loaded.swift, bytes))
        }
        let counts = try loaded.each(Self.counts)
        #expect(counts.c == counts.swift)
    }

    @Test func theTypesOfHeadersLieAsInPackets() {
        #expect(MemoryLayout<EthernetHeader>.size == 14)
        #expect(MemoryLayout<VLANTag>.size == 4)
        #expect(MemoryLayout<ARPHeader>.size == 28)
        #expect(MemoryLayout<IPv4Header>.size == 20)
        #expect(MemoryLayout<IPv6Header>.size == 40)
        #expect(MemoryLayout<IPv6Extension>.size == 2)
        #expect(MemoryLayout<IPv6Fragment>.size == 8)
        #expect(MemoryLayout<TCPHeader>.size == 20)
        #expect(MemoryLayout<UDPHeader>.size == 8)
        #expect(MemoryLayout<ICMPHeader>.size == 8)
        #expect(MemoryLayout<DNSHeader>.size == 12)
        let bytes = Frame.bytes(EthernetHeader(destination: MACAddress(1, 2, 3, 4, 5, 6), source: MACAddress(7, 8, 9, 10, 11, 12), type: .ipv6))
        #expect(bytes == [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 0x86, 0xDD])
        let tcp = TCPHeader(sourcePort: 0x1234, destinationPort: 80, flags: [.syn, .ack], sequence: 0x0102_0304, acknowledgement: 5)
        #expect(Frame.bytes(tcp) == [0x12, 0x34, 0, 80, 1, 2, 3, 4, 0, 0, 0, 5, 0x50, 0x12, 4, 0, 0, 0, 0, 0])
    }

    @Test func theBitsOfADNSHeaderLieAsTheStandardHasThem() {
        // A response of RFC 1035: a name that is not, to a query with recursion.
        var header = DNSHeader(identifier: 0x1234)
        #expect(Frame.bytes(header) == [0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0])
        #expect(!header.isResponse && header.operationCode == 0 && header.questionCount == 1)
        header.isResponse = true
        header.operationCode = 4
        header.flags.formUnion([.authoritative, .recursionAvailable])
        header.responseCode = 3
        (header.answerCount, header.authorityCount, header.additionalCount) = (2, 0x0304, 5)
        #expect(Frame.bytes(header) == [0x12, 0x34, 0xA5, 0x83, 0, 1, 0, 2, 3, 4, 0, 5])
        #expect(header.operationCode == 4 && header.responseCode == 3 && header.flags.contains(.recursionDesired))
        #expect(!header.flags.contains(.truncated) && header.additionalCount == 5)
    }

    @Test(.enabled("not run, because this kernel makes no pairs of devices (veth)") { DevicePair.areMade })
    func aDeviceHandsOnWhatTheProgramDoesNotDrop() async {
        await #expect(processExitsWith: .success) {
            if take_own_network() != 0 { throw DevicePair.Failure(description: "no network namespace") }
            let pair = try DevicePair()
            let (dropped, passed) = (try DevicePair.receiver(Frame.port), try DevicePair.receiver(Frame.otherPort))
            defer { for socket in [dropped, passed] { close(socket) } }
            let loaded = try Twin.packets.load { try $0.set("port", to: Frame.port) }
            for loaded in [loaded.c, loaded.swift] {
                let link = try loaded.program("filter_packet").attach(toXDP: NetworkInterface(pair.first), mode: .native)
                for port in [Frame.port, Frame.otherPort] {
                    try pair.inject(Frame.ethernet(.ipv4, Frame.ipv4(.udp, Frame.udp(to: port))))
                }
                // They come in the order in which they were sent: where the second one is there, the first one is not on its way.
                #expect(DevicePair.receive(passed, waiting: true) == Array("event".utf8))
                #expect(DevicePair.receive(dropped, waiting: false) == nil)
                link.detach()
                try pair.inject(Frame.ethernet(.ipv4, Frame.ipv4(.udp, Frame.udp(to: Frame.port))))
                #expect(DevicePair.receive(dropped, waiting: true) == Array("event".utf8))
                #expect(try PacketTests.counts(loaded)[IPProtocol.udp.rawValue] == 2)
            }
        }
    }
}
