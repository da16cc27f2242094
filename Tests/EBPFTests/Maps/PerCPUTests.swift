// SPDX-License-Identifier: Apache-2.0

import COpenCalls
@testable import EBPF
import Glibc
import Testing

/// Maps in which each CPU has a value of its own, which a program counts in on every CPU.
@Suite(.serialized, .enabled(if: LiveKernel.isAvailable, LiveKernel.reason))
struct PerCPUTests {
    private func load() throws -> LoadedObject {
        var object = try PerCPU.object()
        try object.set("target_thread", to: UInt32(bitPattern: current_thread()))
        return try object.load()
    }

    @Test func aProgramOnEachCPUChangesTheValueOfThatCPUAlone() throws {
        let loaded = try load()
        let array = try PerCPUArrayMap<UInt64>(loaded.map("in_array"))
        let hash = try PerCPUHashMap<UInt32, UInt64>(loaded.map("in_hash"))
        let recent = try LRUPerCPUHashMap<UInt32, UInt64>(loaded.map("in_recent"))
        let links = try loaded.attachAll()
        var expected = [UInt64](repeating: 0, count: try CPUs.valueCount())
        try EachCPU.run { cpu in
            for _ in 0...cpu { _ = getpgid(5) }
            expected[cpu] = UInt64(cpu + 1)
            let found = [try array.values(for: 5), try hash.values(for: 5), try recent.values(for: 5)]
            #expect(found == [expected, expected, expected], "on CPU \(cpu)")
        }
        links.detach()
        #expect(try array.entries().map(\.values) == (0..<8).map { $0 == 5 ? expected : [UInt64](repeating: 0, count: expected.count) })
        #expect(try hash.entries().map(\.values) == [expected] && recent.entries().map(\.values) == [expected])
    }

    @Test func aProgramGoesOnFromTheValuesThatUserSpaceSets() throws {
        let loaded = try load()
        let array = try PerCPUArrayMap<UInt64>(loaded.map("in_array"))
        let hash = try PerCPUHashMap<UInt32, UInt64>(loaded.map("in_hash"))
        let recent = try LRUPerCPUHashMap<UInt32, UInt64>(loaded.map("in_recent"))
        var values = (0..<(try CPUs.valueCount())).map { UInt64($0) * 1000 }
        try array.update(3, to: values)
        try hash.update(3, to: values, .ifAbsent)
        try recent.update(3, to: values, .ifAbsent)
        let links = try loaded.attachAll()
        try EachCPU.run { cpu in
            _ = getpgid(3)
            values[cpu] += 1
        }
        links.detach()
        #expect(try array.values(for: 3) == values)
        #expect(try hash.values(for: 3) == values)
        #expect(try recent.values(for: 3) == values)
        guard LiveKernel.takesFromHashes else { return }
        #expect(try hash.take(3) == values && recent.take(3) == values)
        #expect(try hash.take(3) == nil && recent.values(for: 3) == nil)
    }

    @Test func aFullHashSaysSoAndOneThatForgetsMakesRoom() throws {
        let loaded = try load()
        let hash = try PerCPUHashMap<UInt32, UInt64>(loaded.map("in_hash"))
        let recent = try LRUPerCPUHashMap<UInt32, UInt64>(loaded.map("in_recent"))
        let values = [UInt64](repeating: 1, count: try CPUs.valueCount())
        for key in UInt32(0)..<8 { try hash.update(key, to: values) }
        #expect(try #require(throws: EBPFError.self) { try hash.update(8, to: values) }.cause.contains("it is full"))
        #expect(try hash.remove([1, 2, 100]) == 2)
        for key in UInt32(0)..<100 { try recent.update(key, to: values) }
        #expect(try recent.values(for: 99) == values)
    }
}
