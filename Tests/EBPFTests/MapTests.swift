// SPDX-License-Identifier: Apache-2.0

@testable import EBPF
import Glibc
import Testing

/// Maps of the running kernel, through the calls that every kind shares.
@Suite(.enabled(if: LiveKernel.isAvailable, LiveKernel.reason))
struct MapTests {
    func hash(_ entries: UInt32 = 4) throws -> Map {
        try Map.create(MapDefinition(name: "a map", type: .hash, keySize: 4, valueSize: 8, maxEntries: entries), btf: nil)
    }

    @Test func aValueIsFoundUntilItsKeyIsRemoved() throws {
        let map = try hash()
        #expect(try map.value(for: UInt32(1), as: UInt64.self) == nil)
        try map.update(UInt32(1), to: UInt64(11))
        try map.update(UInt32(1), to: UInt64(12), .ifPresent)
        #expect(try map.value(for: UInt32(1), as: UInt64.self) == 12)
        #expect(try map.remove(UInt32(1)))
        #expect(try !map.remove(UInt32(1)))
        #expect(try map.value(for: UInt32(1), as: UInt64.self) == nil)
    }

    @Test func aConditionThatDoesNotHoldIsAnError() throws {
        let map = try hash()
        try map.update(UInt32(1), to: UInt64(1), .ifAbsent)
        let present = try #require(throws: EBPFError.self) { try map.update(UInt32(1), to: UInt64(2), .ifAbsent) }
        #expect(present.errno == EEXIST)
        let absent = try #require(throws: EBPFError.self) { try map.update(UInt32(2), to: UInt64(2), .ifPresent) }
        #expect(absent.errno == ENOENT)
        #expect(absent.description == "cannot update map 'a map' (hash): No such file or directory")
    }

    @Test func aFullMapSaysSo() throws {
        let map = try hash(2)
        for key in UInt32(0)..<2 { try map.update(key, to: UInt64(key)) }
        let error = try #require(throws: EBPFError.self) { try map.update(UInt32(2), to: UInt64(2)) }
        #expect(error.errno == E2BIG)
    }

    @Test func wrongSizesAreRefusedBeforeTheKernelIsAsked() throws {
        let map = try hash()
        let error = try #require(throws: EBPFError.self) { try map.update(UInt64(1), to: UInt64(1)) }
        #expect(error.code == .invalid)
        #expect(error.cause == "its keys have 4 bytes and its values 8, those given 8 and 8")
        #expect(throws: EBPFError.self) { try map.value(for: UInt32(1), as: UInt32.self) }
    }

    @Test func aMapThatCannotBeMadeIsNamedWithWhatToDo() throws {
        let huge = MapDefinition(name: "huge", type: .array, keySize: 4, valueSize: 1 << 30, maxEntries: 1 << 20)
        let error = try #require(throws: EBPFError.self) { try Map.create(huge, btf: nil) }
        #expect(error.operation == "create map 'huge' (array)")
        #expect(error.remedy != nil)
    }

    @Test func aDroppedMapLeavesTheKernel() throws {
        do {
            let map = try hash(7901)
            #expect(LiveKernel.mapsHeld(maxEntries: 7901) == 1)
            _ = consume map
        }
        #expect(LiveKernel.mapsHeld(maxEntries: 7901) == 0)
    }
}
