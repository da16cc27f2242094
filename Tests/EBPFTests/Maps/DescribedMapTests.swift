// SPDX-License-Identifier: Apache-2.0

@testable import EBPF
import CNamespaces
import Foundation
import Glibc
import TestMounts
import Testing

/// Maps whose object says of which types they are; variables and arrays in memory; maps by number, name and pin.
@Suite(.serialized, .enabled(if: LiveKernel.isAvailable, LiveKernel.reason))
struct DescribedMapTests {
    struct Place: BitwiseCopyable, Hashable { var cpu: UInt32, node: Int32 }
    struct Entry: BitwiseCopyable {
        var count: UInt64
        var state: UInt32
        var name: InlineArray<12, UInt8>
        var place: Place
    }

    private func load() throws -> LoadedObject {
        var object = try Maps.object()
        for index in object.maps.indices where !object.maps[index].isDataSection {
            object.maps[index].isCreated = object.maps[index].name == "described"
        }
        return try object.load()
    }

    private func entry() -> Entry {
        let text = Array("worker".utf8)
        return Entry(count: 3, state: 1, name: InlineArray { $0 < text.count ? text[$0] : 0 }, place: Place(cpu: 2, node: -1))
    }

    @Test func typesOfTheSameSizeThatMeanSomethingElseAreRefused() throws {
        let map = try load().map("described")
        let hash = try HashMap<Place, Entry>(map)
        try hash.update(Place(cpu: 1, node: 0), to: entry())
        #expect(try hash.value(for: Place(cpu: 1, node: 0))?.count == 3)
        let whole = try #require(throws: EBPFError.self) { try HashMap<UInt64, Entry>(map) }
        #expect(whole.cause == "its keys (struct place) are no UInt64: the type has bytes 0..<8, the object's 'cpu' has 0..<4")
        struct Floating: BitwiseCopyable { var cpu: Float, node: Int32 }
        let floating = try #require(throws: EBPFError.self) { try HashMap<Floating, Entry>(map) }
        #expect(floating.cause.contains("the object's 'cpu' is an integer, 'cpu' is not"))
        struct Small: BitwiseCopyable { var cpu: UInt32 }
        let small = try #require(throws: EBPFError.self) { try HashMap<Small, Entry>(map) }
        #expect(small.cause == "its keys have 8 bytes (struct place), Small has 4")
    }

    @Test func keysAndValuesArePrintedByTheirTypes() throws {
        let map = try load().map("described")
        try HashMap<Place, Entry>(map).update(Place(cpu: 1, node: 0), to: entry())
        // By its number, the kernel says of which types it is.
        let found = try Map(id: map.information().id)
        try found.forEachEntry { key, value in
            let key = key.withUnsafeBytes { Array($0) }, value = value.withUnsafeBytes { Array($0) }
            #expect(found.json(key: key) == #"{"cpu":1,"node":0}"#)
            #expect(found.json(value: value) == #"{"count":3,"state":"RUNNING","name":"worker","place":{"cpu":2,"node":-1}}"#)
            #expect(found.text(value: value) == #"{count: 3, state: RUNNING, name: "worker", place: {cpu: 2, node: -1}}"#)
        }
        #expect(throws: EBPFError.self) { try HashMap<UInt64, Entry>(found) }
    }

    @Test func recordsArePrintedByATypeOfTheObject() throws {
        let map = try load().map("described")
        let record = withUnsafeBytes(of: Place(cpu: 1, node: -1)) { Array($0) }
        #expect(map.json(record: record, as: "place") == #"{"cpu":1,"node":-1}"#)
        #expect(map.text(record: record, as: "place") == "{cpu: 1, node: -1}")
        #expect(map.json(record: record, as: "nowhere") == nil)
        // It is no buffer, and so its object declares none of its own.
        #expect(map.json(record: record) == nil)
    }

    @Test func mapsAreFoundByNumberAndName() throws {
        let name = "swift_\(UInt32.random(in: 0..<1_000_000))"
        let definition = MapDefinition(name: name, type: .hash, keySize: 4, valueSize: 8, maxEntries: 77, flags: .noPreallocation)
        let map = try Map.create(definition, btf: nil)
        let information = try map.information()
        #expect(information.name == name && information.type == .hash && information.maxEntries == 77 && information.flags == .noPreallocation)
        let found = try Map.named(name)
        #expect(found.count == 1)
        #expect(found.first?.type == .hash && found.first?.keySize == 4 && found.first?.valueSize == 8 && found.first?.maxEntries == 77)
        let missing = try #require(throws: EBPFError.self) { try Map(id: .max - 1) }
        #expect(missing.code == .noSuchTarget)
        #expect(try Map.named("no such map").isEmpty)
    }

    @Test func aMapIsFoundByItsNameAmongMoreThanThereAreDescriptors() async {
        await #expect(processExitsWith: .success) {
            try HookTests.check(take_own_mounts(), "unshare")
            try HookTests.check(mount("bpf", "/sys/fs/bpf", "bpf", 0, nil), "mount bpf")
            for number in 0..<64 {
                let definition = MapDefinition(name: number == 40 ? "one_of_many" : "many", type: .array, keySize: 4, valueSize: 8, maxEntries: 1)
                try Map.create(definition, btf: nil).pin(at: "/sys/fs/bpf/\(number)")
            }
            // A few more than the process has, of which some may be far up.
            let last = (0..<1024 as Range<Int32>).last { fcntl($0, F_GETFD) >= 0 } ?? 2
            var limit = rlimit(rlim_cur: rlim_t(last) + 8, rlim_max: rlim_t(last) + 8)
            try HookTests.check(setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit), "limit descriptors")
            #expect(throws: EBPFError.self, "there are too many to have them all") { try Map.all() }
            let found = try Map.named("one_of_many")
            #expect(found.count == 1 && found.first?.valueSize == 8, "it is found")
        }
    }

    @Test func theTypesOfAMapThatIsOpenedAreReadOnceTheyAreAskedFor() throws {
        let loaded = try load()
        let map = try Map(id: loaded.map("described").information().id)
        let kernel = try #require(map.kernel)
        #expect(!kernel.isRead)
        #expect(map.described != nil && kernel.isRead)
    }

    @Test func aMapIsPinnedAndOpenedAndUnpinned() throws {
        try PrivateMounts.withBPFFileSystem { directory in
            let map = try Map.create(MapDefinition(name: "pinned", type: .hash, keySize: 4, valueSize: 8, maxEntries: 4), btf: nil)
            let other = try Map.create(MapDefinition(name: "other", type: .array, keySize: 4, valueSize: 8, maxEntries: 4), btf: nil)
            let path = "\(directory)/map"
            #expect(throws: EBPFError.self) { try Map(pinnedAt: path) }
            try map.pin(at: path)
            #expect(throws: EBPFError.self) { try other.pin(at: path) }
            try map.update(UInt32(1), to: UInt64(2))
            let opened = try Map(pinnedAt: path)
            #expect(opened.type == .hash)
            #expect(try opened.value(for: UInt32(1), as: UInt64.self) == 2)
            #expect(try #require(throws: EBPFError.self) { try other.unpin(from: path) }.cause == "map 'pinned' (hash) is pinned there")
            try map.unpin(from: path)
            #expect(throws: EBPFError.self) { try Map(pinnedAt: path) }
        }
    }

    @Test func variablesAreReadAndWrittenLive() throws {
        let loaded = try load()
        #expect(try loaded.value(of: "counter", as: UInt64.self) == 5)
        try loaded.set("counter", to: UInt64(6))
        #expect(try loaded.value(of: "counter", as: UInt64.self) == 6)
        #expect(try loaded.value(of: "here", as: Place.self) == Place(cpu: 1, node: -1))
        let here = try loaded.variable("here", as: Place.self)
        here.value.cpu = 9
        #expect(try loaded.value(of: "here", as: Place.self) == Place(cpu: 9, node: -1))
        #expect(try loaded.value(of: "counter", as: UInt64.self) == 6)
        #expect(throws: EBPFError.self) { try loaded.set("counter", to: UInt32(6)) }
        #expect(throws: EBPFError.self) { try loaded.set("counter", to: 6.0) }
        #expect(throws: EBPFError.self) { try loaded.set("here", to: UInt64(6)) }
        #expect(throws: EBPFError.self) { try loaded.set("nothing", to: UInt64(6)) }
        #expect(try #require(throws: EBPFError.self) { try loaded.set("constant", to: UInt32(6)) }.cause.hasPrefix("it is constant"))
    }

    @Test func anArrayIsReadAndWrittenInMemory() throws {
        let definition = MapDefinition(name: "mapped", type: .array, keySize: 4, valueSize: 4, maxEntries: 1000, flags: .mappable)
        let map = try Map.create(definition, btf: nil)
        do {
            let values = try MappedArray<UInt32>(map)
            // The expectations' macros copy what they are given.
            let (count, isSet, isSetBehind) = (values.count, values.store(7, at: 999), values.store(7, at: 1000) || values.store(7, at: -1))
            let (behind, before) = (values.load(1000), values.load(-1))
            #expect(count == 1000 && isSet && !isSetBehind && behind == nil && before == nil)
            #expect(try ArrayMap<UInt32>(map).value(for: 999) == 7)
            try ArrayMap<UInt32>(map).update(998, to: 8)
            let updated = values.load(998)
            #expect(updated == 8)
            #expect(throws: EBPFError.self) { try map.freeze() }
        }
        try map.freeze()
        #expect(throws: EBPFError.self) { _ = try MappedArray<UInt32>(map) }
        let values = try MappedArray<UInt32>(map, isWritable: false)
        let (kept, isSet) = (values.load(999), values.store(1, at: 0))
        #expect(kept == 7 && !isSet)
        let plain = try Map.create(MapDefinition(name: "plain", type: .array, keySize: 4, valueSize: 4, maxEntries: 1), btf: nil)
        #expect(try #require(throws: EBPFError.self) { _ = try MappedArray<UInt32>(plain) }.cause == "it was created without BPF_F_MMAPABLE")
    }
}
