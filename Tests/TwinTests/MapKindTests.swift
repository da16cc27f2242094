// SPDX-License-Identifier: Apache-2.0

import CNamespaces
import CTwinEvents
@testable import EBPF
import EBPFKernel
import Glibc
import Testing

/// Kinds of maps that are more than tables, in both languages.
@Suite(.serialized, .enabled(if: LiveKernel.isAvailable, LiveKernel.reason))
struct MapKindTests {
    // MARK: Queues and stacks

    @Test func valuesComeOutOfQueuesAndStacksInTheirOrders() throws {
        let loaded = try Twin.tickets.run {
            // The queue has room for four; on the stack the oldest makes room.
            for number: Int32 in 1...6 { _ = getpgid(number) }
            for _ in 0..<5 { _ = getsid(0) }
            _ = getpgid(7)
            _ = getsid(0)
        }
        for loaded in [loaded.c, loaded.swift] {
            var orders: [[UInt64]] = []
            try EventStream.read("orders", of: loaded) { (order: InlineArray<2, UInt64>) in orders.append([order[0], order[1]]) }
            #expect(orders == [[1, 6], [2, 5], [3, 4], [4, 3], [7, 7]])
            #expect(try loaded.value(of: "refused", as: UInt64.self) == 2)
            #expect(try loaded.value(of: "taken", as: UInt64.self) == 5)
            #expect(try loaded.value(of: "next_number", as: UInt64.self) == 7)
        }
    }

    @Test func recordsAreNotReadAsATypeOfAnotherSizeThanTheKernelHalfDeclares() throws {
        let loaded = try Twin.tickets.load()
        var ring = try RingBuffer(loaded.swift.map("orders"))
        #expect(ring.recordByteCount == 16)
        #expect(try ring.drain(as: InlineArray<2, UInt64>.self) { (_: InlineArray<2, UInt64>) in } == 0)
        for error in [
            #expect(throws: EBPFError.self) { try ring.drain(as: UInt64.self) { (_: UInt64) in } },
            #expect(throws: EBPFError.self) { try ring.drain(as: InlineArray<3, UInt64>.self) { (_: InlineArray<3, UInt64>) in } },
        ] {
            #expect(error?.code == .invalid)
            #expect(error?.cause.contains("declares the buffer with records of 16 bytes") == true)
        }
        let record = [UInt8](repeating: 0, count: 16)
        #expect(try loaded.swift.map("orders").json(record: record) == "[0,0]")
        // Objects in C do not say it, and what is too short is counted.
        #expect(try loaded.c.map("orders").json(record: record) == nil)
        #expect(try RingBuffer(loaded.c.map("orders")).recordByteCount == nil)
    }

    // MARK: Prefixes

    struct Rule: BitwiseCopyable {
        var action: Int32
        var spare: UInt32 = 0
        var packets: UInt64 = 0
    }

    /// A packet from an address.
    private static func packet(from address: IPv4Address) -> [UInt8] {
        var packet = Frame.ethernet(.ipv4, Frame.ipv4(.udp, Frame.udp(to: Frame.port)))
        packet.replaceSubrange(26..<30, with: Frame.bytes(address))
        return packet
    }

    private static func packet(from address: IPv6Address) -> [UInt8] {
        var packet = Frame.ethernet(.ipv6, Frame.ipv6(.udp, Frame.udp(to: Frame.port)))
        packet.replaceSubrange(22..<38, with: Frame.bytes(address))
        return packet
    }

    private static func action(_ name: String, _ loaded: LoadedObject, _ packet: [UInt8]) throws -> XDPAction {
        XDPAction(rawValue: Int32(bitPattern: try loaded.program(name).run(TestRun(data: packet)).value))
    }

    @Test func theLongestPrefixOfAnAddressDecides() throws {
        let loaded = try Twin.prefixes.load()
        let ipv4: [(String, XDPAction)] = [("10.0.0.0/8", .drop), ("10.77.0.0/16", .transmit), ("10.77.3.9/32", .aborted)]
        let ipv6: [(String, XDPAction)] = [("fd77::/16", .drop), ("fd77:1::/32", .transmit)]
        for loaded in [loaded.c, loaded.swift] {
            let networks = try EBPF.LPMTrie<IPv4Network, Rule>(loaded.map("networks"))
            for (text, action) in ipv4 { try networks.update(#require(IPv4Network(text)), to: Rule(action: action.rawValue)) }
            let networks6 = try EBPF.LPMTrie<IPv6Network, Rule>(loaded.map("networks6"))
            for (text, action) in ipv6 { try networks6.update(#require(IPv6Network(text)), to: Rule(action: action.rawValue)) }
            for (address, action) in [
                (IPv4Address(10, 1, 2, 3), XDPAction.drop), (IPv4Address(10, 77, 1, 1), .transmit), (IPv4Address(10, 77, 3, 8), .transmit),
                (IPv4Address(10, 77, 3, 9), .aborted), (IPv4Address(11, 77, 3, 9), .pass),
            ] { #expect(try Self.action("filter_network", loaded, Self.packet(from: address)) == action) }
            for (address, action) in [
                (IPv6Address(0xFD77, 0, 0, 0, 0, 0, 0, 5), XDPAction.drop), (IPv6Address(0xFD77, 1, 0, 0, 0, 0, 0, 5), .transmit),
                (IPv6Address(0xFD78, 1, 0, 0, 0, 0, 0, 5), .pass),
            ] { #expect(try Self.action("filter_network", loaded, Self.packet(from: address)) == action) }
            #expect(try networks.value(for: #require(IPv4Network("10.77.0.0/16")))?.packets == 2)
            #expect(try networks6.value(for: #require(IPv6Network("fd77::/16")))?.packets == 1)
            #expect(try Self.action("filter_network", loaded, Frame.ethernet(.arp, [UInt8](repeating: 0, count: 28))) == .pass)
        }
    }

    // MARK: Tail calls

    @Test func programsGoOnWithOneAnotherAsFarAsThereAreSome() throws {
        let loaded = try Twin.chain.load()
        for loaded in [loaded.c, loaded.swift] {
            let steps = try EBPF.ProgramArray(loaded.map("steps"))
            func answer(_ type: EtherType, lifetime: UInt8 = 0) throws -> XDPAction {
                var packet = Frame.ethernet(type, Frame.ipv4(.udp, Frame.udp(to: Frame.port)))
                packet[22] = lifetime
                return try Self.action("begin_chain", loaded, packet)
            }
            // Two are there from the start; where none is, the call falls through.
            #expect(try answer(.ipv4, lifetime: 5) == .transmit)
            #expect(try answer(.ipv6) == .pass)
            try steps.update(1, to: loaded.program("turn"))
            #expect(try answer(.ipv6) == .transmit)
            #expect(try steps.remove(1))
            #expect(try loaded.value(of: "left", as: UInt32.self) == 0)
            // After 33 calls (MAX_TAIL_CALL_CNT) the kernel makes no more of them.
            #expect(try answer(.ipv4, lifetime: 200) == .drop)
            #expect(try loaded.value(of: "left", as: UInt32.self) == 168)
            #expect(try answer(.ipv6) == .pass)
            #expect(try answer(.serviceVLAN) == .pass)
            #expect(try loaded.value(of: "entered", as: UInt64.self) == 6)
            #expect(try loaded.value(of: "missed", as: UInt64.self) == 3)
            #expect(try steps.remove(3))
            #expect(try answer(.ipv4, lifetime: 5) == .pass)
        }
    }

    // MARK: Maps in maps

    struct Count: BitwiseCopyable, Equatable {
        var calls: UInt64
        var greatest: UInt64
    }

    @Test func callsAreCountedInTheTablesThatUserSpacePutIn() throws {
        var tables: [(numbered: Map, named: Map)] = []
        let loaded = try Twin.tables.run(
            begin: { loaded in
                let pair = (numbered: try loaded.innerMap(of: "by_number"), named: try loaded.innerMap(of: "by_name"))
                try EBPF.ArrayOfMaps(loaded.map("by_number")).update(1, to: pair.numbered)
                try EBPF.HashOfMaps<UInt64>(loaded.map("by_name")).update(2000, to: pair.named)
                tables.append(pair)
                #expect(throws: EBPFError.self) { try loaded.innerMap(of: "missing") }
            },
            events: { for (which, who): (Int32, Int32) in [(1, 3), (1, 19), (1, 4), (2, 5), (2, 13), (0, 1), (9, 1)] { ask_priority(which, who) } })
        #expect(tables.count == 2)
        for (numbered, named) in tables {
            #expect(try numbered.value(for: UInt32(3), as: Count.self) == Count(calls: 2, greatest: 19))
            #expect(try numbered.value(for: UInt32(4), as: Count.self) == Count(calls: 1, greatest: 4))
            #expect(try numbered.value(for: UInt32(5), as: Count.self) == nil)
            #expect(try named.value(for: UInt32(5), as: UInt64.self) == 2)
        }
        let missing = try loaded.each { try $0.value(of: "missing", as: UInt64.self) }
        #expect(missing.c == 4 && missing.swift == 4)
    }

    // MARK: Storages

    @Test(
        .enabled(if: Twin.visits.isTaken, "not run, because programs that trace keep nothing with threads before Linux 5.13"),
        .enabled(if: LiveKernel.takesMemoryAnywhere, LiveKernel.noMemoryReason))
    func countsAreKeptWithTheThread() throws {
        let loaded = try Twin.visits.run {
            try $0.set("which", to: LiveKernel.numberOfGetpgid)
        } events: {
            for _ in 0..<5 { _ = getpgid(0) }
            _ = getsid(0)
        }
        for loaded in [loaded.c, loaded.swift] {
            #expect(try loaded.value(of: "threads", as: UInt64.self) == 1)
            #expect(try loaded.value(of: "latest", as: UInt64.self) == 5)
            #expect(try loaded.value(of: "elapsed", as: UInt64.self) > 0)
        }
    }

    // MARK: Cgroups and stacks

    @Test(.enabled("not run, because cgroup2 is mounted nowhere") { !MountTable.read().places(of: "cgroup2").isEmpty })
    func callersWithinACgroupAreKnownByTheirStacks() throws {
        let root = try #require(MountTable.read().places(of: "cgroup2").first)
        let loaded = try Twin.callers.run {
            _ = $0
        } begin: { loaded in
            try EBPF.CgroupArray(loaded.map("watched")).update(0, toCgroup: root)
        } events: {
            for number: Int32 in [0, 2, 4, 1] { _ = getpgid(number) }
        }
        let stacks = try loaded.each { loaded in
            #expect(try loaded.value(of: "others", as: UInt64.self) == 1)
            #expect(try loaded.value(of: "unknown", as: UInt64.self) == 0)
            let callers = try EBPF.HashMap<UInt32, UInt64>(loaded.map("callers")).entries()
            #expect(callers.map(\.value).reduce(0, +) == 3)
            let stacks = try EBPF.StackTraceMap(loaded.map("stacks"))
            return try callers.map { try stacks.addresses(of: $0.key) ?? [] }.sorted { $0.lexicographicallyPrecedes($1) }
        }
        #expect(stacks.c == stacks.swift)
        #expect(stacks.c.allSatisfy { !$0.isEmpty })
    }

    // MARK: Other kinds

    @Test func everyKindIsDeclaredAsTheKernelWantsIt() throws {
        let object = try MapKinds.object()
        func entries(_ name: String) throws -> [UInt32] {
            let map = object.maps[try object.mapIndex(name)]
            return [map.type.rawValue, map.keySize, map.valueSize, map.maxEntries, map.flags.rawValue]
        }
        // enum bpf_map_type; the flag is BPF_F_NO_PREALLOC.
        #expect(try entries("workers") == [16, 4, 4, 4, 0])
        #expect(try entries("receivers") == [17, 4, 4, 4, 0])
        #expect(try entries("outputs") == [14, 4, 4, 4, 0])
        #expect(try entries("numbered_sockets") == [15, 4, 8, 4, 0])
        #expect(try entries("named_sockets") == [18, 8, 8, 4, 0])
        #expect(try entries("listeners") == [20, 4, 8, 4, 0])
        #expect(try entries("of_threads") == [29, 4, 8, 0, 1])
        #expect(try entries("of_cgroups") == [32, 4, 8, 0, 1])
        #expect(try entries("of_sockets") == [24, 4, 8, 0, 1])
        #expect(try entries("queues") == [13, 4, 4, 2, 0])
        let inner = try #require(object.maps[object.mapIndex("queues")].inner)
        #expect(inner.type == .queue && inner.keySize == 0 && inner.valueSize == 8 && inner.maxEntries == 8)
    }

    @Test(.enabled(if: !LiveKernel.release.lexicographicallyPrecedes([6, 2]), "not run, because cgroups keep no values before Linux 6.2"))
    func theVerifierTakesWhatProgramsDoWithEveryKind() throws {
        let loaded = try MapKinds.object().load()
        #expect(loaded.programs.count == 7)
    }

    // MARK: Devices

    @Test(
        .enabled(if: Twin.outputs.isTaken, "not run, because there are no filters (BPF_MAP_TYPE_BLOOM_FILTER) before Linux 5.16"),
        .enabled("not run, because this kernel makes no pairs of devices (veth)") { DevicePair.areMade })
    func packetsAreSentToDevicesOfMaps() async {
        await #expect(processExitsWith: .success) {
            if take_own_network() != 0 { throw DevicePair.Failure(description: "no network namespace") }
            let pair = try DevicePair()
            func packet(to host: UInt8, from source: UInt8 = 1) -> [UInt8] {
                var packet = Frame.ethernet(.ipv4, Frame.ipv4(.udp, Frame.udp(to: Frame.port)))
                (packet[0], packet[11], packet[33]) = (2, source, host)
                return packet
            }
            // Where a packet arrives that leaves by the first device.
            let arrivals = try Twin.packets.load().swift
            let link = try arrivals.program("filter_packet").attach(toXDP: NetworkInterface(pair.second), mode: .native)
            let loaded = try Twin.outputs.load()
            for (number, loaded) in [loaded.c, loaded.swift].enumerated() {
                try EBPF.DevMap(loaded.map("devices")).update(2, to: NetworkInterface(pair.first))
                try EBPF.DevMapHash(loaded.map("many_devices")).update(0x0A4D_0003, to: NetworkInterface(pair.first))
                func action(_ packet: [UInt8]) throws -> XDPAction {
                    XDPAction(rawValue: Int32(bitPattern: try loaded.program("choose_output").run(TestRun(data: packet)).value))
                }
                #expect(try action(packet(to: 2)) == .redirect)
                #expect(try action(packet(to: 4)) == .pass)
                #expect(try action(packet(to: 3)) == .redirect)
                #expect(try action(packet(to: 5, from: 2)) == .transmit)
                #expect(try action(Frame.ethernet(.ipv4, Frame.ipv4(.udp, []))) == .pass)
                var short = Frame.ethernet(.arp, [1, 2, 3])
                short[0] = 2
                #expect(try action(short) == .drop)
                #expect(try loaded.value(of: "strangers", as: UInt64.self) == 2)
                let input = try loaded.program("choose_output").attach(toXDP: NetworkInterface(pair.first), mode: .native)
                for host: UInt8 in [2, 3] { try pair.inject(packet(to: host)) }
                input.detach()
                let arrived = UInt64(2 * number + 2)
                try MapKindTests.wait { try PacketTests.counts(arrivals)[IPProtocol.udp.rawValue] == arrived }
            }
            link.detach()
        }
    }

    /// Waits until something is so, for ten seconds at most.
    private static func wait(until isSo: () throws -> Bool) throws {
        for _ in 0..<1000 {
            if try isSo() { return }
            usleep(10_000)
        }
        #expect(try isSo())
    }
}
