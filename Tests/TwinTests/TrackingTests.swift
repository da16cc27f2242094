// SPDX-License-Identifier: Apache-2.0

import EBPF
import EBPFKernel
import Testing

/// A program that follows connections of TCP, in both languages: it answers the same to the same packets, and what is right.
@Suite(.enabled(if: LiveKernel.isAvailable, LiveKernel.reason))
struct TrackingTests {
    struct Ends: BitwiseCopyable {
        var low: UInt64
        var high: UInt64
    }

    struct Connection: BitwiseCopyable, Equatable {
        var state: UInt32
        var isFromHigh: Bool
        var finished: UInt8
        var spare: UInt16
        var sent: UInt64
        var received: UInt64
        var bytes: UInt64
    }

    enum State {
        static let asked: UInt32 = 0
        static let answered: UInt32 = 1
        static let established: UInt32 = 2
        static let closing: UInt32 = 3
    }

    /// One end of a connection.
    struct End: Sendable {
        var address: IPv4Address
        var port: UInt16

        var number: UInt64 { UInt64(address.rawValue) << 16 | UInt64(port) }

        /// What it sends to the other end: 40 bytes and those of the data.
        func segment(to other: End, _ flags: TCPFlags, data: Int = 0) -> [UInt8] {
            let header = Frame.bytes(TCPHeader(sourcePort: port, destinationPort: other.port, flags: flags))
            return Frame.ethernet(
                .ipv4, Frame.ipv4(.tcp, from: address, to: other.address, summed: header + [UInt8](repeating: 7, count: data)))
        }
    }

    /// Who opens a connection and who takes it: the lower address, the higher one, and the same with either port.
    static let pairs: [(End, End)] = {
        let low = End(address: IPv4Address(10, 77, 0, 5), port: 50_000)
        let high = End(address: IPv4Address(192, 168, 200, 1), port: 443)
        let (first, second) = (End(address: IPv4Address(127, 0, 0, 1), port: 80), End(address: IPv4Address(127, 0, 0, 1), port: 60_000))
        return [(low, high), (high, low), (first, second), (second, first)]
    }()

    private func run(_ loaded: LoadedObject, _ bytes: [UInt8]) throws -> XDPAction {
        let outcome = try loaded.program("track").run(TestRun(data: bytes))
        #expect(outcome.data == bytes)
        return XDPAction(rawValue: Int32(bitPattern: outcome.value))
    }

    private func connection(_ loaded: LoadedObject, _ pair: (End, End)) throws -> Connection? {
        let numbers = (pair.0.number, pair.1.number)
        return try loaded.map("connections").value(for: Ends(low: min(numbers.0, numbers.1), high: max(numbers.0, numbers.1)), as: Connection.self)
    }

    private func counts(_ loaded: LoadedObject) throws -> [UInt64] {
        try ["opened", "closed", "strays"].map { try loaded.value(of: $0, as: UInt64.self) }
    }

    @Test(arguments: pairs) func aConnectionIsFollowedFromItsFirstSegmentToItsLast(client: End, server: End) throws {
        let loaded = try Twin.tracking.load()
        for loaded in [loaded.c, loaded.swift] {
            var expected = Connection(
                state: State.asked, isFromHigh: client.number > server.number, finished: 0, spare: 0, sent: 0, received: 0, bytes: 0)
            func step(_ isSent: Bool, _ flags: TCPFlags, data: Int = 0, state: UInt32, finished: UInt8 = 0) throws {
                let (from, to) = isSent ? (client, server) : (server, client)
                #expect(try run(loaded, from.segment(to: to, flags, data: data)) == .pass)
                if isSent { expected.sent += 1 } else { expected.received += 1 }
                expected.bytes += UInt64(40 + data)
                (expected.state, expected.finished) = (state, finished)
                #expect(try connection(loaded, (client, server)) == expected)
            }
            try step(true, .syn, state: State.asked)
            // It may be sent again, and what does not answer changes nothing.
            try step(true, .syn, state: State.asked)
            try step(false, .ack, state: State.asked)
            try step(true, [.syn, .ack], state: State.asked)
            try step(false, [.syn, .ack], state: State.answered)
            try step(false, .ack, state: State.answered)
            try step(true, .psh, state: State.answered)
            try step(true, .ack, state: State.established)
            try step(true, [.ack, .psh], data: 100, state: State.established)
            try step(false, .ack, data: 200, state: State.established)
            try step(true, [.syn], state: State.established)
            try step(false, [.fin, .ack], state: State.closing, finished: 2)
            try step(true, .ack, data: 5, state: State.closing, finished: 2)
            try step(true, [.fin, .ack], state: State.closing, finished: 3)
            #expect(try counts(loaded) == [1, 0, 0])
            #expect(try run(loaded, server.segment(to: client, .ack)) == .pass)
            #expect(try connection(loaded, (client, server)) == nil)
            #expect(try counts(loaded) == [1, 1, 0])
            #expect(try run(loaded, client.segment(to: server, .ack)) == .drop)
            #expect(try counts(loaded) == [1, 1, 1])
        }
    }

    @Test(arguments: pairs) func aConnectionThatIsBrokenOffIsGone(client: End, server: End) throws {
        let loaded = try Twin.tracking.load()
        for loaded in [loaded.c, loaded.swift] {
            #expect(try run(loaded, client.segment(to: server, .syn)) == .pass)
            #expect(try run(loaded, server.segment(to: client, [.rst, .ack])) == .pass)
            #expect(try connection(loaded, (client, server)) == nil)
            #expect(try run(loaded, server.segment(to: client, [.rst, .ack])) == .drop)
            #expect(try counts(loaded) == [1, 1, 1])
        }
    }

    @Test(arguments: pairs) func whileOneClosesAnotherBeginsFromEitherEnd(client: End, server: End) throws {
        let loaded = try Twin.tracking.load()
        for loaded in [loaded.c, loaded.swift] {
            #expect(try run(loaded, client.segment(to: server, .syn)) == .pass)
            #expect(try run(loaded, client.segment(to: server, [.fin, .ack])) == .pass)
            #expect(try run(loaded, server.segment(to: client, .syn, data: 2)) == .pass)
            let begun = Connection(
                state: State.asked, isFromHigh: server.number > client.number, finished: 0, spare: 0, sent: 1, received: 0, bytes: 42)
            #expect(try connection(loaded, (client, server)) == begun)
            #expect(try counts(loaded) == [2, 0, 0])
        }
    }

    @Test func whatBelongsToNoConnectionIsDroppedAndWhatIsNoTCPPasses() throws {
        let loaded = try Twin.tracking.load()
        let (client, server) = Self.pairs[0]
        for loaded in [loaded.c, loaded.swift] {
            let flags: [TCPFlags] = [[], .ack, [.syn, .ack], .fin, .rst, [.ack, .psh]]
            for flags in flags { #expect(try run(loaded, client.segment(to: server, flags)) == .drop) }
            for frame in Frame.all where frame.bytes.count >= 34 { #expect(try run(loaded, frame.bytes) == .pass, "\(frame.name)") }
            // Of those, one begins a connection.
            #expect(try counts(loaded) == [1, 0, UInt64(flags.count)])
            let bytes = client.segment(to: server, .ack)
            for length in 34..<bytes.count { #expect(try run(loaded, Array(bytes.prefix(length))) == .pass, "\(length) bytes") }
            #expect(try counts(loaded) == [1, 0, UInt64(flags.count)])
        }
    }

    @Test func anyOrderOfSegmentsIsTheSameToBoth() throws {
        let loaded = try Twin.tracking.load()
        var state: UInt64 = 0x5EED
        func number(below bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        for _ in 0..<4000 {
            let pair = Self.pairs[number(below: 4)]
            // Most are what connections are made of.
            let usual: [TCPFlags] = [.syn, [.syn, .ack], .ack, .ack, [.fin, .ack]]
            let flags = number(below: 4) > 0 ? usual[number(below: usual.count)] : TCPFlags(rawValue: UInt8(number(below: 64)))
            let bytes = pair.0.segment(to: pair.1, flags, data: number(below: 30))
            let actions = try loaded.each { try run($0, bytes) }
            #expect(actions.c == actions.swift)
            let connections = try loaded.each { try connection($0, pair) }
            #expect(connections.c == connections.swift)
        }
        let ends = try loaded.each(counts)
        #expect(ends.c == ends.swift)
        #expect(ends.c.allSatisfy { $0 > 100 })
    }
}
