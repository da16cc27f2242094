// SPDX-License-Identifier: Apache-2.0

import BPFAssembly
import CLinux
import CNamespaces
@testable import EBPF
import Foundation
import Glibc
import Testing

/// Kinds of maps other than hashes and arrays: each operation of each.
@Suite(.serialized, .enabled(if: LiveKernel.isAvailable, LiveKernel.reason))
struct KindTests {
    static func has(_ type: MapType) -> Bool { KernelVersion.running.map { $0 >= type.since ?? "99.0" } ?? false }
    static func reason(_ type: MapType) -> Comment { "not run, because maps of type \(type) appeared in Linux \(type.since.map { "\($0)" } ?? "?")" }

    func map(_ type: MapType, key: UInt32 = 4, value: UInt32 = 4, entries: UInt32 = 4, flags: MapFlags = []) throws -> Map {
        try Map.create(MapDefinition(name: "kind", type: type, keySize: key, valueSize: value, maxEntries: entries, flags: flags), btf: nil)
    }

    @Test func aQueueAndAStackHaveTheirOrder() throws {
        let queue = try QueueMap<UInt64>(map(.queue, key: 0, value: 8))
        let stack = try StackMap<UInt64>(map(.stack, key: 0, value: 8))
        #expect(try queue.pop() == nil && stack.peek() == nil)
        for value in UInt64(1)...4 {
            try queue.push(value)
            try stack.push(value)
        }
        #expect(try #require(throws: EBPFError.self) { try queue.push(5) }.errno == E2BIG)
        try queue.push(5, replacingOldest: true)
        #expect(try queue.peek() == 2 && queue.pop() == 2 && queue.pop() == 3)
        #expect(try stack.peek() == 4 && stack.pop() == 4 && stack.pop() == 3)
        #expect(throws: EBPFError.self) { try QueueMap<UInt32>(queue.map) }
        #expect(throws: EBPFError.self) { try StackMap<UInt64>(queue.map) }
    }

    @Test(.enabled(if: has(.bloomFilter), reason(.bloomFilter)))
    func aBloomFilterKnowsWhatWasNotPutIn() throws {
        let filter = try BloomFilter<UInt32>(map(.bloomFilter, key: 0, entries: 1000))
        #expect(try !filter.mayContain(1))
        for value in UInt32(0)..<100 { try filter.push(value) }
        #expect(try (UInt32(0)..<100).allSatisfy { try filter.mayContain($0) })
        #expect(try (UInt32(1000)..<2000).filter { try filter.mayContain($0) }.count < 100)
        #expect(throws: EBPFError.self) { try BloomFilter<UInt64>(filter.map) }
    }

    @Test func theLongestPrefixIsFound() throws {
        let trie = try LPMTrie<IPv4Network, UInt32>(map(.lpmTrie, key: 8, flags: .noPreallocation))
        func network(_ text: String) throws -> IPv4Network { try #require(IPv4Network(text)) }
        var routes: [(key: IPv4Network, value: UInt32)] = []
        for (text, value) in [("10.0.0.0/8", 8), ("10.1.0.0/16", 16), ("0.0.0.0/0", 0)] as [(String, UInt32)] {
            routes.append((key: try network(text), value: value))
        }
        try trie.update(routes)
        #expect(try trie.value(for: network("10.1.2.3")) == 16)
        #expect(try trie.value(for: network("10.2.2.3")) == 8)
        #expect(try trie.value(for: network("11.0.0.0/8")) == 0)
        #expect(try Set(trie.entries().map(\.key.description)) == ["10.0.0.0/8", "10.1.0.0/16", "0.0.0.0/0"])
        #expect(try trie.remove(network("10.1.0.0/16")))
        #expect(try !trie.remove(network("10.1.0.0/16")))
        #expect(try trie.value(for: network("10.1.2.3")) == 8)
        try trie.update(network("1.0.0.0/8"), to: 1)
        try trie.update(network("2.0.0.0/8"), to: 1)
        #expect(throws: EBPFError.self) { try trie.update(network("3.0.0.0/8"), to: 1) }
        #expect(throws: EBPFError.self) { try LPMTrie<IPv6Network, UInt32>(trie.map) }
        let wide = try LPMTrie<IPv6Network, UInt32>(map(.lpmTrie, key: 20, flags: .noPreallocation))
        try wide.update(#require(IPv6Network("2001:db8::/32")), to: 6)
        #expect(try wide.value(for: #require(IPv6Network("2001:db8:1::5"))) == 6)
        #expect(try wide.value(for: #require(IPv6Network("2001:db9::5"))) == nil)
    }

    @Test func networksAreReadAndWritten() {
        for text in ["10.0.0.0/8", "0.0.0.0/0", "192.168.1.7/32", "2001:db8::/32", "::/0", "::1/128"] {
            #expect(IPNetwork(text)?.description == text)
        }
        #expect(IPNetwork("10.1.2.3")?.description == "10.1.2.3/32")
        for text in ["", "/", "10.0.0.1/8", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/+8", "10.0.0.0/8/8", "::/129", "fe80::1/10", "a", "10.0.0.0/ 8"] {
            #expect(IPNetwork(text) == nil, "\(text)")
        }
        #expect(IPv4Network((10, 1, 2, 3), prefixLength: 12)?.description == "10.0.0.0/12")
        #expect(IPv6Network([UInt8](repeating: 255, count: 16), prefixLength: 3)?.description == "e000::/3")
        #expect(IPv6Network([1], prefixLength: 3) == nil)
    }

    @Test func mapsHoldMaps() throws {
        var definition = MapDefinition(name: "outer", type: .arrayOfMaps, keySize: 4, valueSize: 4, maxEntries: 2)
        let inner = MapDefinition(name: "inner", type: .array, keySize: 4, valueSize: 8, maxEntries: 1)
        definition.inner = inner
        let array = try ArrayOfMaps(Map.create(definition, btf: nil))
        let map = try Map.create(inner, btf: nil)
        #expect(try array.id(at: 0) == nil)
        try array.update(1, to: map)
        #expect(try array.id(at: 1) == map.information().id)
        try map.update(UInt32(0), to: UInt64(9))
        #expect(try array.inner(at: 1)?.value(for: UInt32(0), as: UInt64.self) == 9)
        #expect(try array.ids().map(\.key) == [1])
        #expect(throws: EBPFError.self) { try array.update(0, to: self.map(.hash)) }
        #expect(try array.remove(1))
        #expect(try array.id(at: 1) == nil)
        #expect(throws: EBPFError.self) { try array.update(2, to: map) }
        definition.type = .hashOfMaps
        let hash = try HashOfMaps<UInt32>(Map.create(definition, btf: nil))
        try hash.update(77, to: map)
        try hash.update(78, to: map, .ifAbsent)
        #expect(try #require(throws: EBPFError.self) { try hash.update(79, to: map) }.errno == E2BIG)
        #expect(try Set(hash.ids().map(\.key)) == [77, 78] && Set(hash.keys()) == [77, 78])
        #expect(try hash.remove(77))
        #expect(try hash.inner(at: 77) == nil)
    }

    @Test func programsStandInAnArray() throws {
        var object = try Globals.object()
        for index in object.programs.indices { object.programs[index].isLoaded = true }
        let loaded = try object.load()
        let array = try ProgramArray(map(.programArray))
        try array.update(2, to: loaded.programs[0])
        #expect(try array.id(at: 2) == loaded.programs[0].information().id)
        #expect(try array.id(at: 1) == nil)
        #expect(try array.remove(2))
        #expect(throws: EBPFError.self) { try array.update(4, to: loaded.programs[0]) }
    }

    @Test func indicesOfMapsThatHoldObjectsAreListed() throws {
        var outer = MapDefinition(name: "outer", type: .arrayOfMaps, keySize: 4, valueSize: 4, maxEntries: 4)
        outer.inner = MapDefinition(name: "inner", type: .array, keySize: 4, valueSize: 8, maxEntries: 1)
        let indices: [UInt32] = [0, 1, 2, 3]
        #expect(try ArrayOfMaps(Map.create(outer, btf: nil)).keys() == indices)
        #expect(try ProgramArray(map(.programArray)).keys() == indices && ProgramArray(map(.programArray)).ids().isEmpty)
        #expect(try CgroupArray(map(.cgroupArray)).keys() == indices)
        #expect(try PerfEventArray(map(.perfEventArray)).keys() == indices)
        #expect(try SockMap(map(.sockmap)).keys() == indices && ReuseportSockArray(map(.reuseportSockArray, value: 8)).keys() == indices)
        #expect(try DevMap(map(.devmap)).keys() == indices && CPUMap(map(.cpumap)).keys() == indices && XSKMap(map(.xskmap)).keys() == indices)
        #expect(try DevMapHash(map(.devmapHash)).keys().isEmpty && SockHash<UInt32>(map(.sockhash)).keys().isEmpty)
        outer.type = .hashOfMaps
        let hash = try HashOfMaps<UInt32>(Map.create(outer, btf: nil))
        #expect(try hash.keys().isEmpty && hash.ids().isEmpty)
        let inner = try FullMapTests.Kind.held.get()
        for key in UInt32(5)...7 { try hash.update(key, to: inner) }
        #expect(try hash.remove([5, 6, 9]) == 2)
        #expect(try hash.ids().map(\.key) == [7])
    }

    @Test func cgroupsStandInAnArray() throws {
        let cgroup: OwnCgroup
        do {
            cgroup = try OwnCgroup()
        } catch { return print("not run, because \(error)") }
        let array = try CgroupArray(map(.cgroupArray))
        try array.update(1, toCgroup: cgroup.path)
        #expect(try array.remove(1))
        #expect(try !array.remove(1))
        #expect(throws: EBPFError.self) { try array.update(1, toCgroup: "/") }
        #expect(throws: EBPFError.self) { try array.update(1, toCgroup: "/nowhere") }
        #expect(throws: EBPFError.self) { try array.update(4, toCgroup: cgroup.path) }
    }

    @Test func perfEventsStandInAnArray() throws {
        let array = try PerfEventArray(map(.perfEventArray))
        var attributes = perf_event_attributes()
        // PERF_TYPE_SOFTWARE, PERF_COUNT_SW_CPU_CLOCK, of this thread.
        (attributes.type, attributes.size) = (1, UInt32(MemoryLayout<perf_event_attributes>.size))
        let event = linux_perf_event_open(&attributes, 0, -1, -1, 8)
        try #require(event >= 0)
        defer { close(event) }
        try array.update(1, toEvent: event)
        #expect(try array.remove(1))
        #expect(throws: EBPFError.self) { try array.update(1, toEvent: 0) }
        #expect(throws: EBPFError.self) { try array.update(9, toEvent: event) }
    }

    @Test func socketsStandInMaps() throws {
        var pair: [Int32] = [0, 0]
        try #require(connect_pair(&pair) == 0)
        defer { pair.forEach { close($0) } }
        let wide = try SockMap(map(.sockmap, value: 8))
        try wide.update(1, toSocket: pair[0])
        #expect(try wide.cookie(at: 1) ?? 0 > 0)
        #expect(try wide.cookie(at: 0) == nil)
        #expect(try wide.keys() == [0, 1, 2, 3])
        #expect(try wide.remove(1))
        #expect(throws: EBPFError.self) { try wide.update(1, toSocket: 0) }
        #expect(throws: EBPFError.self) { try wide.update(9, toSocket: pair[0]) }
        let narrow = try SockMap(map(.sockmap))
        try narrow.update(0, toSocket: pair[0])
        #expect(try #require(throws: EBPFError.self) { try narrow.cookie(at: 0) }.remedy == "declare its values as a 64-bit integer")
        let hash = try SockHash<UInt64>(map(.sockhash, key: 8, value: 8))
        try hash.update(1000, toSocket: pair[1])
        #expect(try hash.keys() == [1000])
        #expect(try hash.cookie(at: 1000) ?? 0 > 0)
        #expect(try #require(throws: EBPFError.self) { try hash.update(1000, toSocket: pair[1], .ifAbsent) }.errno == EEXIST)
        #expect(try hash.remove(1000))
        #expect(try hash.cookie(at: 1000) == nil)
    }

    @Test func socketsThatShareAPortStandInAnArray() throws {
        let socket = bind_datagrams(UInt16.random(in: 20_000...30_000), 1)
        try #require(socket >= 0)
        defer { close(socket) }
        let array = try ReuseportSockArray(map(.reuseportSockArray, value: 8))
        try array.update(1, toSocket: socket)
        #expect(try array.cookie(at: 1) ?? 0 > 0)
        #expect(try array.remove(1))
        #expect(try array.cookie(at: 1) == nil)
        #expect(throws: EBPFError.self) { try array.update(1, toSocket: 0) }
    }

    @Test func devicesAndCPUsStandInMaps() throws {
        let loopback = NetworkInterface(index: if_nametoindex("lo"))
        for size in [UInt32(4), 8] {
            let devices = try DevMap(map(.devmap, value: size))
            try devices.update(1, to: loopback)
            #expect(try devices.entry(at: 1) == DeviceEntry(interface: loopback.index, programID: nil))
            #expect(try devices.entry(at: 0) == nil)
            #expect(try devices.remove(1))
            #expect(throws: EBPFError.self) { try devices.update(1, to: NetworkInterface(index: 1_000_000)) }
            let hash = try DevMapHash(map(.devmapHash, value: size))
            try hash.update(77, to: loopback)
            #expect(try hash.keys() == [77])
            #expect(try hash.entry(at: 77)?.interface == loopback.index)
            #expect(try hash.remove(77))
            let cpus = try CPUMap(map(.cpumap, value: size, entries: UInt32(CPUs.limit())))
            try cpus.update(0, queueSize: 64)
            #expect(try cpus.queue(of: 0) == CPUQueue(queueSize: 64, programID: nil))
            #expect(try cpus.remove(0))
            #expect(throws: EBPFError.self) { try cpus.update(100_000, queueSize: 64) }
        }
    }

    @Test func socketsOfAFXDPStandInAMap() throws {
        let sockets = try XSKMap(map(.xskmap))
        // AF_XDP
        let socket = socket(44, Int32(SOCK_RAW.rawValue), 0)
        guard socket >= 0 else { return print("not run, because this kernel has no AF_XDP") }
        defer { close(socket) }
        #expect(throws: EBPFError.self) { try sockets.update(0, toSocket: 0) }
        #expect(throws: EBPFError.self) { try sockets.update(9, toSocket: socket) }
        // UMEM and a ring: struct xdp_umem_reg, XDP_UMEM_REG (4), XDP_RX_RING (2).
        let memory = try #require(mmap(nil, 16 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0))
        defer { munmap(memory, 16 * 4096) }
        var registration: InlineArray<4, UInt64> = [address(memory), 16 * 4096, 4096, 0]
        guard setsockopt(socket, 283, 4, &registration, 32) == 0 else { return print("not run, because no memory for AF_XDP: errno \(errno)") }
        var entries: UInt32 = 16
        #expect(setsockopt(socket, 283, 2, &entries, 4) == 0)
        try sockets.update(0, toSocket: socket)
        #expect(try sockets.remove(0))
    }

    @Test(.enabled(if: has(.instructionArray), reason(.instructionArray)))
    func placesInAProgramStandInAnArray() throws {
        let array = try InstructionArray(map(.instructionArray, value: 16))
        try array.update(1, to: InstructionArray.Value(originalOffset: 7))
        #expect(try array.value(for: 1)?.originalOffset == 7)
        #expect(try array.entries().count == 4)
    }
}
