// SPDX-License-Identifier: Apache-2.0

@testable import EBPF
import Glibc
import Testing

/// Arrays, and kinds in which each CPU has a value of its own.
@Suite(.enabled(if: LiveKernel.isAvailable, LiveKernel.reason))
struct ArrayMapTests {
    func map(_ type: MapType, value: UInt32 = 8, entries: UInt32 = 4) throws -> Map {
        try Map.create(MapDefinition(name: "values", type: type, keySize: 4, valueSize: value, maxEntries: entries), btf: nil)
    }

    @Test func everyOperationOfAnArray() throws {
        let array = try ArrayMap<UInt64>(map(.array))
        #expect(try array.value(for: 3) == 0)
        try array.update(3, to: 7)
        #expect(try array.value(for: 3) == 7)
        #expect(try array.value(for: 4) == nil)
        #expect(try #require(throws: EBPFError.self) { try array.update(4, to: 1) }.cause.contains("behind its 4 entries"))
        #expect(try #require(throws: EBPFError.self) { try array.update(0, to: 1, .ifAbsent) }.errno == EEXIST)
        try array.update([(key: 0, value: 1), (key: 1, value: 2)])
        #expect(try array.entries().map(\.value) == [1, 2, 0, 7])
        #expect(try array.entries().map(\.key) == [0, 1, 2, 3])
    }

    @Test func aLargeArrayIsReadInSeveralBatches() throws {
        let array = try ArrayMap<UInt64>(map(.array, entries: 100_000))
        try array.update(99_999, to: 9)
        var (count, sum) = (0, 0 as UInt64)
        try array.forEach { key, value in
            #expect(key == UInt32(count))
            count += 1
            sum += value
        }
        #expect(count == 100_000 && sum == 9)
    }

    private func exercise(_ map: some PerCPUMap<UInt32, UInt32>) throws {
        let values = (0..<(try CPUs.valueCount())).map { UInt32($0) + 5 }
        try map.update(1, to: values)
        #expect(try map.values(for: 1) == values)
        let entries = try map.entries()
        #expect(entries.first { $0.key == 1 }?.values == values)
        #expect(throws: EBPFError.self) { try map.update(1, to: values + [1]) }
    }

    @Test func everyCPUHasItsValue() throws {
        let hash = try PerCPUHashMap<UInt32, UInt32>(map(.perCPUHash, value: 4))
        try exercise(hash)
        #expect(try hash.values(for: 2) == nil)
        if LiveKernel.takesFromHashes {
            #expect(try hash.take(1)?.count == CPUs.valueCount())
        } else {
            #expect(try hash.remove(1))
        }
        #expect(try !hash.remove(1))
        let lru = try LRUPerCPUHashMap<UInt32, UInt32>(map(.lruPerCPUHash, value: 4))
        try exercise(lru)
        #expect(try lru.remove(1))
        let array = try PerCPUArrayMap<UInt32>(map(.perCPUArray, value: 4))
        try exercise(array)
        #expect(try array.values(for: 4) == nil)
        #expect(try array.entries().count == 4)
        #expect(throws: EBPFError.self) { try ArrayMap<UInt32>(map(.perCPUArray, value: 4)) }
    }
}
