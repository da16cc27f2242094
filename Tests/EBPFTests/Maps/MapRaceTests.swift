// SPDX-License-Identifier: Apache-2.0

import BPFObject
@testable import EBPF
import Foundation
import Glibc
import Testing

/// Walks over maps of every kind that has keys of its own, while another thread changes them.
@Suite(.serialized, .enabled(if: LiveKernel.isAvailable, LiveKernel.reason))
struct MapRaceTests {
    /// A kind of map, and what its keys are made of.
    struct Kind: CustomTestStringConvertible, Sendable {
        let type: MapType
        var flags: MapFlags = []
        /// Bytes in front of the number, as a trie's length.
        var front: [UInt8] = []
        var valueSize: UInt32 = 8
        var value: @Sendable (Map) throws -> [UInt8] = { [UInt8](repeating: 1, count: try $0.bytesPerValue) }
        /// How many keys, from 0 on, stay, and are updated; others come and go. Fewer where each update waits until no program looks any more.
        var stay: UInt32 = 1000

        var testDescription: String { "\(type)\(flags.contains(.noPreallocation) ? ", allocated as needed" : "")" }

        func key(_ number: UInt32) -> [UInt8] { front + number.nativeBytes }

        func number(of key: RawSpan) -> Int { Int(key.unsafeLoadUnaligned(fromByteOffset: front.count, as: UInt32.self)) }

        func map() throws -> Map {
            // Room for all, also where a kind that forgets has to make room on each CPU.
            let entries: UInt32 = type == .lruHash || type == .lruPerCPUHash ? 65536 : 2048
            var definition = MapDefinition(
                name: "raced", type: type, keySize: UInt32(front.count + 4), valueSize: valueSize, maxEntries: entries, flags: flags)
            if type.holdsMaps { definition.inner = FullMapTests.Kind.inner }
            return try Map.create(definition, btf: nil)
        }
    }

    static let kinds = [
        Kind(type: .hash), Kind(type: .hash, flags: .noPreallocation), Kind(type: .lruHash), Kind(type: .perCPUHash), Kind(type: .lruPerCPUHash),
        Kind(type: .lpmTrie, flags: .noPreallocation, front: UInt32(32).nativeBytes),
        Kind(type: .devmapHash, valueSize: 4, value: { _ in if_nametoindex("lo").nativeBytes }),
        Kind(type: .resizableHash, flags: .noPreallocation),
        Kind(
            type: .hashOfMaps, valueSize: 4, value: { _ in try FullMapTests.Kind.held.get().descriptor.number.nativeBytes }, stay: 40),
        // Of 8 bytes: the kernel hands out the socket's cookie.
        Kind(type: .sockhash, value: { _ in UInt64(UInt32(bitPattern: FullMapTests.Kind.socket)).nativeBytes }, stay: 200),
    ]

    private func race<Value>(_ kind: Kind, _ map: Map, _ iterate: () throws -> Value) throws -> Value {
        let value = try kind.value(map)
        for number in 0..<kind.stay { try map.update(bytes: kind.key(number), to: value) }
        let state = Race()
        let thread = Thread {
            var number: UInt32 = 0
            while !state.isOver {
                number &+= 1
                try? map.update(bytes: kind.key(1000 + number % 500), to: value)
                try? map.update(bytes: kind.key(number % kind.stay), to: value)
                _ = try? map.remove(bytes: kind.key(1000 + (number &* 7) % 500))
            }
            state.hasEnded = true
        }
        thread.start()
        defer {
            state.isOver = true
            while !state.hasEnded { usleep(1000) }
        }
        return try iterate()
    }

    private final class Race: @unchecked Sendable {
        // Sendable: the lock guards both.
        private let lock = NSLock()
        private var over = false, ended = false
        var isOver: Bool {
            get { lock.withLock { over } }
            set { lock.withLock { over = newValue } }
        }
        var hasEnded: Bool {
            get { lock.withLock { ended } }
            set { lock.withLock { ended = newValue } }
        }
    }

    @Test(arguments: kinds) func whatStaysIsSeenWhileAnotherThreadWrites(kind: Kind) throws {
        guard KindTests.has(kind.type) else { return print(KindTests.reason(kind.type)) }
        try OwnNetwork.run(if: kind.type == .devmapHash) {
            let map = try kind.map()
            try race(kind, map) {
                let isReadByKeys = [.lpmTrie, .devmapHash, .resizableHash, .sockhash].contains(kind.type)
                for _ in 0..<(isReadByKeys ? 3 : 20) {
                    var counts = [Int](repeating: 0, count: Int(kind.stay))
                    try map.forEachEntry { key, _ in
                        let number = kind.number(of: key)
                        if number < counts.count { counts[number] += 1 }
                    }
                    let missed = counts.count { $0 == 0 }
                    let twice = counts.count { $0 > 1 }
                    #expect(twice == 0)
                    // What is updated while keys are asked for one by one may be passed over each time: hardly one of a hundred.
                    let most = isReadByKeys ? counts.count / 50 : 0
                    #expect(missed <= most)
                }
            }
        }
    }

    @Test(arguments: kinds) func aWalkByKeysEndsWhileAnotherThreadWrites(kind: Kind) throws {
        guard KindTests.has(kind.type) else { return print(KindTests.reason(kind.type)) }
        try OwnNetwork.run(if: kind.type == .devmapHash) {
            let map = try kind.map()
            try race(kind, map) {
                for _ in 0..<3 {
                    var keys: Set<UInt32> = []
                    var isTwice = false
                    try map.walkKeys { key in
                        if !keys.insert(key.loadUnaligned(fromByteOffset: kind.front.count, as: UInt32.self)).inserted { isTwice = true }
                    }
                    #expect(!isTwice)
                    #expect(keys.count { $0 < kind.stay } >= Int(kind.stay) * 49 / 50)
                }
            }
        }
    }

    @Test func elementsOfAnArrayAreSeenOnceEachWhileAnotherThreadWrites() throws {
        for type in [MapType.array, .perCPUArray] {
            let map = try Map.create(MapDefinition(name: "raced", type: type, keySize: 4, valueSize: 8, maxEntries: 1000), btf: nil)
            let state = Race()
            let value = [UInt8](repeating: 1, count: try map.bytesPerValue)
            let thread = Thread {
                var number: UInt32 = 0
                while !state.isOver {
                    number = (number + 7) % 1000
                    try? map.update(bytes: number.nativeBytes, to: value)
                }
                state.hasEnded = true
            }
            thread.start()
            for _ in 0..<10 {
                var seen: [UInt32] = []
                try map.forEachEntry { key, _ in seen.append(key.unsafeLoadUnaligned(as: UInt32.self)) }
                #expect(seen.sorted() == Array(0..<1000))
            }
            state.isOver = true
            while !state.hasEnded { usleep(1000) }
        }
    }
}
