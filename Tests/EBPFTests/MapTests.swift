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
        #expect(present.code == .unmetCondition && absent.code == .unmetCondition)
        #expect(absent.description.hasPrefix("cannot update map 'a map' (hash): it was to be set only if present, and the key is not there; "))
    }

    @Test func aFullMapSaysSo() throws {
        let map = try hash(2)
        for key in UInt32(0)..<2 { try map.update(key, to: UInt64(key)) }
        let error = try #require(throws: EBPFError.self) { try map.update(UInt32(2), to: UInt64(2)) }
        #expect(error.errno == E2BIG)
    }

    @Test func bytesAfterTheLastMemberOfAKeyAreZero() throws {
        struct Key: BitwiseCopyable {
            var number: UInt64
            var cpu: UInt32
        }
        struct Whole: BitwiseCopyable { var number: UInt64, cpu: UInt32, rest: UInt32 }
        let map = try Map.create(MapDefinition(name: "wide", type: .hash, keySize: 16, valueSize: 16, maxEntries: 4), btf: nil)
        try map.update(Whole(number: 1, cpu: 2, rest: 0), to: Whole(number: 5, cpu: 6, rest: 7))
        #expect(try map.value(for: Key(number: 1, cpu: 2), as: Key.self)?.cpu == 6)
        try map.update(Key(number: 1, cpu: 2), to: Key(number: 8, cpu: 9))
        #expect(try map.value(for: Whole(number: 1, cpu: 2, rest: 0), as: Whole.self)?.rest == 0)
        #expect(try map.remove(Key(number: 1, cpu: 2)))
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

    @Test(arguments: [MapType.perCPUHash, .perCPUArray, .lruPerCPUHash])
    func eachCPUHasAValueOfItsOwn(type: MapType) throws {
        // Three bytes, which the kernel copies in steps of eight.
        let map = try Map.create(MapDefinition(name: "values", type: type, keySize: 4, valueSize: 3, maxEntries: 4), btf: nil)
        let count = try CPUs.limit()
        let values = (0..<count).map { (UInt8(truncatingIfNeeded: $0), 7 as UInt8, 9 as UInt8) }
        try map.update(UInt32(2), toValues: values)
        let found = try #require(try map.values(for: UInt32(2), as: (UInt8, UInt8, UInt8).self))
        #expect(found.count == count)
        for (value, other) in zip(found, values) { #expect(value == other) }
        let absent = try map.values(for: UInt32(3), as: (UInt8, UInt8, UInt8).self)
        if type == .perCPUArray { #expect(absent?.allSatisfy { $0 == (0, 0, 0) } == true) } else { #expect(absent == nil) }
    }

    @Test func oneValueIsNotTakenForThatOfEachCPU() throws {
        let map = try Map.create(MapDefinition(name: "values", type: .perCPUArray, keySize: 4, valueSize: 8, maxEntries: 1), btf: nil)
        let error = try #require(throws: EBPFError.self) { try map.value(for: UInt32(0), as: UInt64.self) }
        #expect(error.cause == "each CPU has values of its own in a map of type percpu_array; ask for its values")
        #expect(throws: EBPFError.self) { try map.update(UInt32(0), to: UInt64(1)) }
        let count = try #require(throws: EBPFError.self) { try map.update(UInt32(0), toValues: [UInt64]()) }
        let cpus = try CPUs.valueCount()
        #expect(count.cause == "it has values for \(cpus) CPUs, 0 were given")
        #expect(throws: EBPFError.self) { try map.values(for: UInt32(0), as: UInt32.self) }
        let shared = try #require(throws: EBPFError.self) { try hash().values(for: UInt32(0), as: UInt64.self) }
        #expect(shared.cause == "all CPUs share the values of a map of type hash; ask for its value")
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
