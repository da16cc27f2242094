// SPDX-License-Identifier: Apache-2.0

import BPFObject
@testable import EBPF
import TestMounts
import Testing

/// Maps that are pinned, and used again by the next object that declares them alike.
@Suite(.serialized, .enabled(if: LiveKernel.isAvailable, LiveKernel.reason))
struct PinnedMapTests {
    /// One of each kind that is created without an object's types.
    static let definitions: [MapDefinition] = {
        let inner = FullMapTests.Kind.inner
        let known = (FullMapTests.kinds + FullMapTests.arrays).map { kind in
            var definition = MapDefinition(
                name: "pinned", type: kind.type, keySize: kind.keySize, valueSize: kind.valueSize, maxEntries: 2, flags: kind.flags)
            if kind.type.holdsMaps { definition.inner = inner }
            return definition
        }
        func more(_ type: MapType, key: UInt32 = 4, value: UInt32 = 4, entries: UInt32 = 2, flags: MapFlags = []) -> MapDefinition {
            MapDefinition(name: "pinned", type: type, keySize: key, valueSize: value, maxEntries: entries, flags: flags)
        }
        return known + [
            more(.lruHash), more(.lruHash, entries: 1024, flags: .noCommonLRU), more(.lruPerCPUHash), more(.programArray), more(.cgroupArray),
            more(.perfEventArray, entries: 0), more(.stackTrace, value: 8 * 16), more(.xskmap), more(.reuseportSockArray),
            more(.ringBuffer, key: 0, value: 0, entries: 5000), more(.userRingBuffer, key: 0, value: 0, entries: 4096),
            more(.bloomFilter, key: 0), more(.array, flags: [.readOnlyForPrograms, .mappable]),
        ]
    }()

    @Test func aPinnedMapOfEveryKindIsUsedAgain() throws {
        try PrivateMounts.withBPFFileSystem { directory in
            for (index, definition) in Self.definitions.enumerated() {
                guard KindTests.has(definition.type) else {
                    print(KindTests.reason(definition.type))
                    continue
                }
                let path = "\(directory)/\(index)"
                let map = try Map.create(definition, btf: nil)
                try map.pin(at: path)
                let found = try #require(try MapPinning.open(path, as: Map.completed(definition)), "\(definition.type)")
                #expect(try Map.isSame(found, map), "\(definition.type)")
            }
        }
    }

    @Test func aMapThatDiffersIsSaidToBySizesAndTheNamesOfFlags() throws {
        try PrivateMounts.withBPFFileSystem { directory in
            let path = directory + "/devices"
            let devices = MapDefinition(name: "devices", type: .devmap, keySize: 4, valueSize: 4, maxEntries: 2)
            try Map.create(devices, btf: nil).pin(at: path)
            func cause(_ change: (inout MapDefinition) -> Void) throws -> String {
                var other = devices
                change(&other)
                return try #require(throws: EBPFError.self) { try MapPinning.open(path, as: other) }.cause
            }
            #expect(try cause { $0.type = .devmapHash } == "its type is devmap, the object's devmap_hash")
            #expect(try cause { $0.valueSize = 8 } == "its value size is 4, the object's 8")
            #expect(try cause { $0.maxEntries = 3 } == "its number of entries is 2, the object's 3")
            #expect(try cause { $0.flags = .numaNode } == "its flags are none, the object's BPF_F_NUMA_NODE")
            #expect(try cause { $0.flags = MapFlags(rawValue: 1 << 4 | 1 << 30) } == "its flags are none, the object's BPF_F_WRONLY, 1 << 30")
        }
    }
}

extension Map {
    /// Whether a descriptor is one of the map.
    fileprivate static func isSame(_ descriptor: SharedDescriptor, _ map: Map) throws -> Bool {
        let definition = MapDefinition(name: map.name, type: map.type, keySize: 0, valueSize: 0, maxEntries: 0)
        return try Map(definition, descriptor: descriptor).information().id == map.information().id
    }
}
