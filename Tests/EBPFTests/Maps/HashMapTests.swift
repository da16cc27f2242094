// SPDX-License-Identifier: Apache-2.0

import CAllocationCount
@testable import EBPF
import Glibc
import Testing

/// Hashes of every kind that all CPUs share: each operation.
@Suite(.serialized, .enabled(if: LiveKernel.isAvailable, LiveKernel.reason))
struct HashMapTests {
    func map(_ type: MapType = .hash, key: UInt32 = 4, value: UInt32 = 8, entries: UInt32 = 64) throws -> Map {
        try Map.create(MapDefinition(name: "table", type: type, keySize: key, valueSize: value, maxEntries: entries), btf: nil)
    }

    func hash(_ entries: UInt32 = 64) throws -> HashMap<UInt32, UInt64> { try HashMap(map(entries: entries)) }

    @Test func everyOperationOfAHash() throws {
        let hash = try hash(2)
        #expect(try hash.value(for: 1) == nil)
        try hash.update(1, to: 10)
        try hash.update(1, to: 11, .ifPresent)
        let present = try #require(throws: EBPFError.self) { try hash.update(1, to: 1, .ifAbsent) }
        #expect(present.errno == EEXIST && present.code == .unmetCondition)
        #expect(present.cause == "it was to be set only if absent, and the key is there")
        let absent = try #require(throws: EBPFError.self) { try hash.update(9, to: 1, .ifPresent) }
        #expect(absent.errno == ENOENT && absent.code == .unmetCondition)
        #expect(absent.cause == "it was to be set only if present, and the key is not there")
        let many = try #require(throws: EBPFError.self) { try hash.update([(key: UInt32(1), value: UInt64(1))], .ifAbsent) }
        #expect(many.code == .unmetCondition && many.cause.hasSuffix("; 0 of 1 entries were set"), "\(many)")
        try hash.update(2, to: 20)
        let full = try #require(throws: EBPFError.self) { try hash.update(3, to: 30) }
        #expect(full.errno == E2BIG && full.cause.contains("it is full"))
        #expect(try hash.value(for: 1) == 11)
        if LiveKernel.takesFromHashes {
            #expect(try hash.take(1) == 11)
            #expect(try hash.take(1) == nil)
        } else {
            let error = try #require(throws: EBPFError.self) { try hash.take(1) }
            #expect(error.code == .unsupported && error.cause.contains("Linux 5.14"))
        }
        #expect(try hash.remove(2))
        #expect(try !hash.remove(2))
    }

    enum Color: UInt32 { case red = 1, green, blue }
    struct Painted: BitwiseCopyable, Sendable { var number: UInt32, color: Color }
    struct Room: BitwiseCopyable { var door: Painted }
    struct Maybe: BitwiseCopyable { var number: UInt32? }

    @Test func whatTakesSomeBitsOnlyIsNoKeyOrValue() throws {
        func complaint<Key: BitwiseCopyable, Value: BitwiseCopyable>(_ key: Key.Type, _ value: Value.Type) throws -> String {
            let map = try map(key: UInt32(MemoryLayout<Key>.size), value: UInt32(MemoryLayout<Value>.size))
            let error = try #require(throws: EBPFError.self) { try HashMap<Key, Value>(map) }
            #expect(error.code == .invalid && error.remedy?.contains("raw value") == true)
            return error.cause
        }
        #expect(try complaint(UInt32.self, Color.self) == "values cannot be Color: it is the enumeration Color, and any bits may stand there")
        #expect(try complaint(Color.self, UInt32.self).hasPrefix("keys cannot be Color"))
        #expect(try complaint(UInt32.self, Painted.self).contains("'color' is the enumeration Color"))
        #expect(try complaint(UInt32.self, Room.self).contains("'door.color' is the enumeration Color"))
        #expect(try complaint(UInt32.self, Maybe.self).contains("'number' is the enumeration Optional<UInt32>"))
        #expect(SwiftLayout((UInt8, Float).self).choiceComplaint == nil && SwiftLayout(InlineArray<3, UInt32>.self).choiceComplaint == nil)
    }

    @Test func whoAsksForALockThatIsNotThereIsToldSo() throws {
        let error = try #require(throws: EBPFError.self) { try hash().underLock() }
        #expect(error.operation == "use map 'table' (hash) under the locks of its values")
        #expect(error.cause == "its values have no lock (struct bpf_spin_lock)")
    }

    @Test func leastRecentlyUsedMakesRoom() throws {
        let lru = try LRUHashMap<UInt32, UInt64>(map(.lruHash, entries: 16))
        for key in UInt32(0)..<64 { try lru.update(key, to: UInt64(key)) }
        #expect(try lru.value(for: 63) == 63)
        #expect(try lru.entries().count <= 16)
        if LiveKernel.takesFromHashes { #expect(try lru.take(63) == 63) }
        #expect(throws: EBPFError.self) { try HashMap<UInt32, UInt64>(map(.lruHash)) }
    }

    @Test func manyEntriesOfAHashThatForgetsInOneCall() throws {
        // Room for more, since a CPU that has none left takes some from the others.
        let lru = try LRUHashMap<UInt32, UInt64>(map(.lruHash, entries: 16_384))
        try lru.update((0..<1000).map { (key: UInt32($0), value: UInt64($0) * 3) }, .ifAbsent)
        #expect(try lru.entries().count == 1000 && lru.entries().allSatisfy { $0.value == UInt64($0.key) * 3 })
        #expect(try lru.remove([1, 2, 7000, 3]) == 3)
        #expect(try lru.remove(4) && !lru.remove(4))
        var taken = 0
        try lru.drain { key, value in taken += value == UInt64(key) * 3 ? 1 : 0 }
        #expect(taken == 996)
        #expect(try lru.entries().isEmpty && lru.value(for: 5) == nil)
    }

    @Test func manyEntriesInOneCall() throws {
        let hash = try hash(1000)
        try hash.update((0..<1000).map { (key: UInt32($0), value: UInt64($0) * 3) })
        #expect(Dictionary(uniqueKeysWithValues: try hash.entries().map { ($0.key, $0.value) }).count == 1000)
        #expect(try hash.entries().allSatisfy { $0.value == UInt64($0.key) * 3 })
        let error = try #require(throws: EBPFError.self) { try hash.update([(key: 0, value: 1), (key: 5000, value: 1), (key: 1, value: 1)]) }
        #expect(error.cause.contains("1 of 3 entries were set"), "\(error)")
        #expect(try hash.remove([1, 2, 7000, 3]) == 3)
        var taken = 0
        try hash.drain { key, value in taken += value == (key == 0 ? 1 : UInt64(key) * 3) ? 1 : 0 }
        #expect(taken == 997)
        #expect(try hash.entries().isEmpty)
    }

    @Test func wrongKindsAndSizesAreRefusedBeforeTheKernelIsAsked() throws {
        let kind = try #require(throws: EBPFError.self) { try ArrayMap<UInt64>(map()) }
        #expect(
            kind.description == "cannot use map 'table' (hash) as ArrayMap<UInt64>: ArrayMap<UInt64> is for maps of type array; "
                + "use the Swift type for maps of type hash")
        let size = try #require(throws: EBPFError.self) { try HashMap<UInt64, UInt64>(map()) }
        #expect(size.cause == "its keys have 4 bytes, UInt64 has 8")
        #expect(throws: EBPFError.self) { try HashMap<UInt32, UInt32>(map()) }
    }

    @Test func bytesBetweenSizeAndStrideAreZeroAndNoneIsReadBehind() throws {
        struct Odd: BitwiseCopyable { var number: UInt64, cpu: UInt8 }
        // As C counts, and as Swift does.
        for size in [UInt32(16), 9] {
            let hash = try HashMap<Odd, Odd>(map(key: size, value: size))
            try hash.update([
                (key: Odd(number: 1, cpu: 2), value: Odd(number: 3, cpu: 4)), (key: Odd(number: 5, cpu: 6), value: Odd(number: 7, cpu: 8)),
            ])
            #expect(try hash.value(for: Odd(number: 5, cpu: 6))?.cpu == 8)
            #expect(try hash.entries().map { $0.key.number + $0.value.number }.sorted() == [4, 12])
            #expect(try hash.remove([Odd(number: 1, cpu: 2)]) == 1)
        }
    }

    @Test func aLookUpAndAnUpdateAllocateNothing() throws {
        let hash = try hash()
        try hash.update(1, to: 1)
        _ = try hash.value(for: 1)
        let before = allocation_count()
        var sum: UInt64 = 0
        for round in 0..<100 {
            try hash.update(1, to: UInt64(round))
            sum += try hash.value(for: 1) ?? 0
        }
        #expect(allocation_count() == before)
        #expect(sum == 4950)
    }

    @Test func theBodyMayRemoveWhatItIsGiven() throws {
        let hash = try hash(500)
        try hash.update((0..<500).map { (key: UInt32($0), value: 1) })
        var count = 0
        try hash.map.walkKeys { key in
            count += 1
            try hash.remove(key.loadUnaligned(as: UInt32.self))
        }
        #expect(count == 500)
        #expect(try hash.entries().isEmpty)
    }

    @Test func aBucketThatIsLargerThanTheRoomIsReadAfterAll() throws {
        // Large values make the first batch small.
        let map = try map(value: 60_000, entries: 64)
        let value = [UInt8](repeating: 7, count: 60_000)
        for key in UInt32(0)..<64 { try map.update(bytes: key.nativeBytes, to: value) }
        var keys: Set<UInt32> = []
        try map.forEachEntry { key, bytes in
            keys.insert(key.unsafeLoadUnaligned(as: UInt32.self))
            #expect(bytes.byteCount == 60_000 && bytes.unsafeLoad(fromByteOffset: 59_999, as: UInt8.self) == 7)
        }
        #expect(keys.count == 64)
    }

    @Test func aKindThatHoldsMoreThanItWasAskedForIsReadWhole() throws {
        for entries in [UInt32(1), 2, 3] {
            let definition = MapDefinition(name: "small", type: .lruHash, keySize: 4, valueSize: 8, maxEntries: entries, flags: .noCommonLRU)
            let lru = try LRUHashMap<UInt32, UInt64>(Map.create(definition, btf: nil))
            for key in UInt32(0)..<100 { try lru.update(key, to: 1) }
            let keys = try lru.entries().map(\.key)
            #expect(!keys.isEmpty && Set(keys).count == keys.count)
        }
    }

    @Test func bytesOfAMapWhoseTypesAreNotKnown() throws {
        let map = try map()
        try map.update(bytes: UInt32(1).nativeBytes, to: UInt64(5).nativeBytes, .ifAbsent)
        #expect(try map.bytes(for: UInt32(1).nativeBytes) == UInt64(5).nativeBytes)
        #expect(try map.bytes(for: UInt32(2).nativeBytes) == nil)
        #expect(try map.key(after: nil) == UInt32(1).nativeBytes)
        #expect(try map.key(after: UInt32(1).nativeBytes) == nil)
        #expect(throws: EBPFError.self) { try map.bytes(for: [1]) }
        #expect(throws: EBPFError.self) { try map.update(bytes: [1, 2, 3, 4], to: [1]) }
        if LiveKernel.takesFromHashes {
            #expect(try map.takeBytes(for: UInt32(1).nativeBytes) == UInt64(5).nativeBytes)
        } else {
            #expect(try map.remove(bytes: UInt32(1).nativeBytes))
        }
        #expect(try !map.remove(bytes: UInt32(1).nativeBytes))
        try map.updateAll(bytes: UInt32(1).nativeBytes + UInt32(2).nativeBytes, to: UInt64(5).nativeBytes + UInt64(6).nativeBytes)
        var drained = 0
        try map.drainEntries { _, _ in drained += 1 }
        #expect(drained == 2)
        #expect(try map.removeAll(bytes: UInt32(1).nativeBytes) == 0)
    }
}
