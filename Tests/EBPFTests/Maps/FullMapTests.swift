// SPDX-License-Identifier: Apache-2.0

import BPFAssembly
import CNamespaces
@testable import EBPF
import Glibc
import Testing

/// Maps of every kind that can be full, or that has an end: what they say, and that a key which is missing is no error.
@Suite(.serialized, .enabled(if: LiveKernel.isAvailable, LiveKernel.reason))
struct FullMapTests {
    /// Room for two, of which a third one is refused.
    struct Kind: CustomTestStringConvertible, Sendable {
        let type: MapType
        var keySize: UInt32 = 4
        var valueSize: UInt32 = 8
        var flags: MapFlags = []
        /// The key or, where there is none, nothing.
        var key: @Sendable (UInt32) -> [UInt8] = { $0.nativeBytes }
        var value: @Sendable (Map) throws -> [UInt8] = { [UInt8](repeating: 1, count: try $0.bytesPerValue) }

        var testDescription: String { "\(type)" }

        func map() throws -> Map {
            var definition = MapDefinition(name: "full", type: type, keySize: keySize, valueSize: valueSize, maxEntries: 2, flags: flags)
            if type.holdsMaps { definition.inner = Self.inner }
            return try Map.create(definition, btf: nil)
        }

        static let inner = MapDefinition(name: "inner", type: .array, keySize: 4, valueSize: 8, maxEntries: 1)
        /// One for all, which outlives the maps that hold it.
        static let held = Result { try Map.create(inner, btf: nil) }
        static let socket: Int32 = {
            var pair: [Int32] = [-1, -1]
            return connect_pair(&pair) == 0 ? pair[0] : -1
        }()
    }

    static let kinds = [
        Kind(type: .hash), Kind(type: .hash, flags: .noPreallocation), Kind(type: .perCPUHash), Kind(type: .resizableHash, flags: .noPreallocation),
        Kind(type: .lpmTrie, keySize: 8, flags: .noPreallocation, key: { UInt32(32).nativeBytes + $0.nativeBytes }),
        Kind(type: .hashOfMaps, valueSize: 4, value: { _ in try Kind.held.get().descriptor.number.nativeBytes }),
        Kind(type: .devmapHash, valueSize: 4, value: { _ in if_nametoindex("lo").nativeBytes }),
        Kind(type: .sockhash, valueSize: 4, value: { _ in Kind.socket.nativeBytes }),
        Kind(type: .queue, keySize: 0, key: { _ in [] }), Kind(type: .stack, keySize: 0, key: { _ in [] }),
    ]

    static let arrays = [
        Kind(type: .array), Kind(type: .perCPUArray),
        Kind(type: .arrayOfMaps, valueSize: 4, value: { _ in try Kind.held.get().descriptor.number.nativeBytes }),
        Kind(type: .devmap, valueSize: 4, value: { _ in if_nametoindex("lo").nativeBytes }),
        Kind(type: .sockmap, valueSize: 4, value: { _ in Kind.socket.nativeBytes }),
        Kind(type: .cpumap, valueSize: 4, value: { _ in UInt32(64).nativeBytes }),
        Kind(type: .instructionArray, valueSize: 16, value: { _ in [UInt8](repeating: 0, count: 16) }),
    ]

    private func has(_ kind: Kind) -> Bool {
        if KindTests.has(kind.type) { return true }
        print(KindTests.reason(kind.type))
        return false
    }

    /// Calls `body` with a map and a value for it, where this kernel has the kind; with devices of a network that is nobody else's.
    private func with(_ kind: Kind, _ body: (Map, [UInt8]) throws -> Void) throws {
        guard has(kind) else { return }
        try OwnNetwork.run(if: kind.type == .devmap || kind.type == .devmapHash) {
            let map = try kind.map()
            try body(map, kind.value(map))
        }
    }

    @Test(arguments: kinds) func aFullMapSaysSoUntilThereIsRoom(kind: Kind) throws {
        try with(kind) { map, value in
            for number in UInt32(1)...2 { try map.update(bytes: kind.key(number), to: value) }
            let error = try #require(throws: EBPFError.self) { try map.update(bytes: kind.key(3), to: value) }
            #expect(error.cause.contains("it is full"), "\(error)")
            guard kind.keySize > 0 else {
                #expect(try map.takeBytes(for: []) == value)
                return try map.update(bytes: [], to: value)
            }
            guard kind.type != .lpmTrie || LiveKernel.isSince("6.1") else {
                return print("not run to its end, because tries of Linux 5.10 want room also for what they replace, and pass over conditions")
            }
            // What is there is still changed.
            try map.update(bytes: kind.key(2), to: value, .ifPresent)
            #expect(try map.remove(bytes: kind.key(1)))
            #expect(try !map.remove(bytes: kind.key(1)))
            // To hashes of devices, that a key is to be there means nothing (kernel/bpf/devmap.c).
            if kind.type != .devmapHash {
                #expect(try #require(throws: EBPFError.self) { try map.update(bytes: kind.key(1), to: value, .ifPresent) }.errno == ENOENT)
            }
            try map.update(bytes: kind.key(3), to: value, .ifAbsent)
            #expect(try #require(throws: EBPFError.self) { try map.update(bytes: kind.key(3), to: value, .ifAbsent) }.errno == EEXIST)
            var keys: Set<[UInt8]> = []
            try map.walkKeys { keys.insert(Array(UnsafeRawBufferPointer(start: $0, count: map.keySize))) }
            #expect(keys == [kind.key(2), kind.key(3)])
        }
    }

    @Test(arguments: arrays) func anIndexBehindTheEndIsSaidToBeThat(kind: Kind) throws {
        let hasTwo = try CPUs.limit() > 1
        guard kind.type != .cpumap || hasTwo else {
            return print("not run, because this machine has one CPU, and the second entry of a map of CPUs is for the second")
        }
        try with(kind) { map, value in
            try map.update(bytes: kind.key(1), to: value)
            let error = try #require(throws: EBPFError.self) { try map.update(bytes: kind.key(2), to: value) }
            #expect(error.errno == E2BIG && error.cause.contains("behind its 2 entries"), "\(error)")
        }
    }

    @Test(arguments: kinds + arrays) func keysAndValuesOfOtherSizesAreRefusedBeforeTheKernelIsAsked(kind: Kind) throws {
        try with(kind) { map, value in
            for (key, value) in [(kind.key(1) + [0], value), (kind.key(1), value + [0]), (kind.key(1), value.dropLast())] {
                let error = try #require(throws: EBPFError.self) { try map.update(bytes: key, to: Array(value)) }
                #expect(error.code == .invalid && error.errno == nil, "\(error)")
            }
            #expect(try #require(throws: EBPFError.self) { try map.bytes(for: kind.key(1) + [0]) }.errno == nil)
            #expect(try #require(throws: EBPFError.self) { try map.remove(bytes: kind.key(1) + [0]) }.errno == nil)
        }
    }

    @Test(.enabled(if: KindTests.has(.resizableHash), KindTests.reason(.resizableHash)))
    func everyOperationOfAHashThatGrows() throws {
        let definition = MapDefinition(name: "grows", type: .resizableHash, keySize: 4, valueSize: 8, maxEntries: 10_000, flags: .noPreallocation)
        let hash = try ResizableHashMap<UInt32, UInt64>(Map.create(definition, btf: nil))
        #expect(try hash.value(for: 1) == nil)
        #expect(try hash.entries().isEmpty)
        try hash.update((0..<5000).map { (key: UInt32($0), value: UInt64($0) * 3) })
        #expect(try hash.value(for: 4999) == 14_997)
        let entries = try hash.entries()
        #expect(entries.count == 5000 && entries.allSatisfy { $0.value == UInt64($0.key) * 3 })
        #expect(Set(entries.map(\.key)).count == 5000)
        #expect(try hash.remove([1, 2, 7000, 3]) == 3)
        #expect(try hash.remove(4) && !hash.remove(4))
        #expect(try hash.entries().count == 4996)
        #expect(throws: EBPFError.self) { try HashMap<UInt32, UInt64>(hash.map) }
        #expect(throws: EBPFError.self) { try ResizableHashMap<UInt32, UInt32>(hash.map) }
    }
}
