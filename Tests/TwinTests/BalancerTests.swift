// SPDX-License-Identifier: Apache-2.0

import EBPF
import EBPFKernel
import Testing

/// A program that sends flows to backends, in both languages: it answers the same to the same packets, and what is right.
@Suite(.enabled(if: LiveKernel.isAvailable, LiveKernel.reason))
struct BalancerTests {
    struct Flow: BitwiseCopyable, Hashable {
        var source: UInt32
        var port: UInt16
        var content: UInt8
        var spare: UInt8 = 0
    }

    struct Backend: BitwiseCopyable {
        var address: IPv4Address
        var device: MACAddress
        var isUp: Bool
        var packets: UInt64 = 0
        var bytes: UInt64 = 0

        init(_ number: UInt8, isUp: Bool = true) {
            address = IPv4Address(172, 16, 255, number)
            device = MACAddress(2, 0, 0, 9, 9, number)
            self.isUp = isUp
        }
    }

    /// What somebody sends to the service.
    struct Client {
        var address = IPv4Address(10, 77, 0, 5)
        var port: UInt16 = 40_000
        var content = IPProtocol.tcp
        var options = 0
        var isSummed = true
        var data = Array("event".utf8)

        /// The packet as it is sent to an address.
        func frame(to address: IPv4Address = service, port servicePort: UInt16 = servicePort) -> [UInt8] {
            let header =
                content == .tcp
                ? Frame.bytes(TCPHeader(sourcePort: port, destinationPort: servicePort, flags: [.ack, .psh], sequence: 7))
                : Frame.bytes(UDPHeader(sourcePort: port, destinationPort: servicePort, byteCount: UInt16(8 + data.count)))
            let packet =
                isSummed
                ? Frame.ipv4(content, from: self.address, to: address, options: options, summed: header + data)
                : Frame.ipv4(content, from: self.address, to: address, options: options, header + data)
            return Frame.ethernet(.ipv4, packet)
        }

        /// The packet as it goes on to a backend.
        func frame(through backend: Backend) -> [UInt8] {
            let sent = frame(to: backend.address)
            return Frame.bytes(backend.device) + sent[0..<6] + sent[12...]
        }
    }

    static let service = IPv4Address(10, 77, 0, 1)
    static let servicePort: UInt16 = 443

    /// Both, with eight backends of which each has every eighth slot.
    private func load(up: Set<UInt8> = Set(0..<8), slots: (UInt32) -> UInt32 = { $0 % 8 }) throws -> Twin.Loaded {
        let loaded = try Twin.balancer.load {
            try $0.set("address", to: Self.service.rawValue)
            try $0.set("port", to: Self.servicePort)
        }
        for loaded in [loaded.c, loaded.swift] {
            for number in UInt8(0)..<8 {
                try loaded.map("backends").update(UInt32(number), to: Backend(number, isUp: up.contains(number)))
            }
            try fill(loaded, slots)
        }
        return loaded
    }

    private func fill(_ loaded: LoadedObject, _ slots: (UInt32) -> UInt32) throws {
        for slot in UInt32(0)..<64 { try loaded.map("slots").update(slot, to: slots(slot)) }
    }

    private func run(_ loaded: LoadedObject, _ bytes: [UInt8]) throws -> (action: XDPAction, bytes: [UInt8]) {
        let outcome = try loaded.program("balance").run(TestRun(data: bytes))
        return (XDPAction(rawValue: Int32(bitPattern: outcome.value)), outcome.data)
    }

    /// The backend that a client's packet goes to, after it was seen that it arrives there as if it had been sent there.
    private func backend(_ loaded: LoadedObject, of client: Client) throws -> UInt8 {
        let outcome = try run(loaded, client.frame())
        #expect(outcome.action == .transmit)
        let number = outcome.bytes[5]
        #expect(outcome.bytes == client.frame(through: Backend(number)))
        return number
    }

    /// The slot of a flow that is new.
    private static func slot(of client: Client) -> UInt32 {
        let words = client.address.rawValue.bigEndian ^ (UInt32(client.port) << 16 | UInt32(client.content.rawValue))
        let first = words &* 0x9E37_79B1
        let second = (first ^ first >> 15) &* 0x85EB_CA77
        return (second ^ second >> 13) % 64
    }

    /// Clients whose sums carry in many ways.
    private static func clients(_ count: Int) -> [Client] {
        var state: UInt64 = 0x5EED
        func number() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state >> 33
        }
        return (0..<count).map { index in
            let content: IPProtocol = number() % 2 == 0 ? .tcp : .udp
            let data = (0..<number() % 40).map { _ in UInt8(number() % 256) }
            return Client(
                address: IPv4Address(rawValue: UInt32(truncatingIfNeeded: number() << 8 ^ number())), port: UInt16(index + 1), content: content,
                options: Int(number() % 4) * 8, isSummed: content == .tcp || number() % 4 > 0, data: data)
        }
    }

    @Test func packetsArriveAsIfTheyHadBeenSentToTheBackend() throws {
        let loaded = try load()
        let clients = Self.clients(300)
        for loaded in [loaded.c, loaded.swift] {
            var expected = [(packets: UInt64, bytes: UInt64)](repeating: (0, 0), count: 8)
            for client in clients {
                let number = try backend(loaded, of: client)
                #expect(UInt32(number) == Self.slot(of: client) % 8)
                expected[Int(number)].packets += 1
                expected[Int(number)].bytes += UInt64(client.frame().count - 14)
            }
            for number in 0..<8 {
                let backend = try #require(try loaded.map("backends").value(for: UInt32(number), as: Backend.self))
                #expect(backend.packets == expected[number].packets && backend.bytes == expected[number].bytes)
            }
            // The hash leaves none without work.
            #expect(expected.allSatisfy { $0.packets > 10 })
            for client in clients {
                let flow = Flow(source: client.address.rawValue.bigEndian, port: client.port, content: client.content.rawValue)
                #expect(try loaded.map("choices").value(for: flow, as: UInt32.self) == Self.slot(of: client) % 8)
            }
        }
    }

    @Test func aDatagramWhoseChecksumBecomesZeroIsSentWithTheOtherZero() throws {
        let loaded = try load { _ in 3 }
        // A word of data that is the checksum of the rest leaves nothing.
        var client = Client(content: .udp, data: [0, 0])
        client.data = Array(client.frame(through: Backend(3))[40..<42])
        #expect(client.frame(through: Backend(3))[40..<42] == [0xFF, 0xFF])
        for loaded in [loaded.c, loaded.swift] { #expect(try backend(loaded, of: client) == 3) }
    }

    @Test func flowsStayWhereTheyAreUntilTheirBackendIsGone() throws {
        let loaded = try load()
        let clients = Self.clients(40)
        for loaded in [loaded.c, loaded.swift] {
            let first = try clients.map { try backend(loaded, of: $0) }
            try fill(loaded) { _ in 6 }
            #expect(try clients.map { try backend(loaded, of: $0) } == first)
            #expect(try backend(loaded, of: Client(address: IPv4Address(10, 1, 1, 1), port: 999)) == 6)
            for gone in [UInt8(1), 2] { try loaded.map("backends").update(UInt32(gone), to: Backend(gone, isUp: false)) }
            let moved = first.map { $0 == 1 || $0 == 2 ? 6 : $0 }
            #expect(try clients.map { try backend(loaded, of: $0) } == moved)
            // They have a new place, to which they keep when the old one is back.
            for back in [UInt8(1), 2] { try loaded.map("backends").update(UInt32(back), to: Backend(back)) }
            #expect(try clients.map { try backend(loaded, of: $0) } == moved)
        }
    }

    @Test func packetsThatNoBackendTakesAreDropped() throws {
        for loaded in try [load(up: []), load { _ in 8 }] {
            for loaded in [loaded.c, loaded.swift] {
                let outcome = try run(loaded, Client().frame())
                #expect(outcome.action == .drop)
                #expect(try loaded.value(of: "refused", as: UInt64.self) == 1)
            }
        }
    }

    @Test func whatIsNotForTheServiceIsLeftAlone() throws {
        let loaded = try load()
        let other = Client().frame(to: IPv4Address(10, 77, 0, 2))
        let otherPort = Client().frame(port: 444)
        let fragment = Frame.ethernet(.ipv4, Frame.ipv4(.tcp, offset: 1480, Array(Client().frame().dropFirst(34))))
        for bytes in Frame.all.map(\.bytes).filter({ $0.count >= 34 }) + [other, otherPort, fragment] {
            for loaded in [loaded.c, loaded.swift] {
                let outcome = try run(loaded, bytes)
                #expect(outcome.action == .pass)
                #expect(outcome.bytes == bytes)
                #expect(try loaded.value(of: "refused", as: UInt64.self) == 0)
            }
        }
    }

    @Test(arguments: [IPProtocol.tcp, .udp]) func packetsThatEndTooEarlyAreLeftAlone(content: IPProtocol) throws {
        let loaded = try load()
        let bytes = Client(content: content, options: 8, data: []).frame()
        for length in 14..<bytes.count {
            for loaded in [loaded.c, loaded.swift] {
                let outcome = try run(loaded, Array(bytes.prefix(length)))
                #expect(outcome.action == .pass, "\(length) bytes")
                #expect(outcome.bytes == Array(bytes.prefix(length)), "\(length) bytes")
            }
        }
    }

    @Test func aChecksumThatFollowsAChangeIsThatOfTheWhole() {
        var state: UInt64 = 77
        for _ in 0..<2000 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let (old, new) = (IPv4Address(rawValue: UInt32(state >> 32)), IPv4Address(rawValue: UInt32(truncatingIfNeeded: state)))
            let rest: [UInt8] = [0x45, 0, UInt8(state >> 24 & 0xFF), 1]
            func sum(_ bytes: [UInt8]) -> UInt16 { Frame.checksum(bytes).reduce(0) { $0 << 8 | UInt16($1) } }
            let (before, after) = (sum(rest + Frame.bytes(old)), sum(rest + Frame.bytes(new)))
            #expect(InternetChecksum.changed(before, from: old, to: new) == after)
            let (port, next) = (UInt16(state >> 48), UInt16(truncatingIfNeeded: state))
            #expect(
                InternetChecksum.changed(sum(rest + Frame.bytes(port.bigEndian)), from: port, to: next)
                    == sum(rest + Frame.bytes(next.bigEndian)))
        }
    }
}
