// SPDX-License-Identifier: Apache-2.0

@testable import EBPF
import Foundation
import Testing

/// Values with a lock in them, which a program and user space change at once.
@Suite(.serialized, .timeLimit(.minutes(10)), .enabled(if: LiveKernel.isAvailable, LiveKernel.reason))
struct LockedValueTests {
    struct Value: BitwiseCopyable, Sendable {
        var lock: UInt32 = 0
        var unused: UInt32 = 0
        var words: InlineArray<64, UInt64>

        init(all word: UInt64) { words = .init(repeating: word) }

        /// Whether one writer has written all of it.
        var isWhole: Bool { lock == 0 && words.indices.allSatisfy { words[$0] == words[0] } }
    }

    /// Threads that do something again and again until they are stopped.
    private final class Writers: Sendable {
        private let isOver = Locked(false)
        private let running = DispatchGroup()

        func start(_ body: @escaping @Sendable () -> Void) {
            running.enter()
            Thread.detachNewThread { [self] in
                while !isOver.withLock({ $0 }) { body() }
                running.leave()
            }
        }

        func stop() {
            isOver.withLock { $0 = true }
            running.wait()
        }
    }

    private func race<Kind: WritableMap<UInt32, Value>>(_ loaded: LoadedObject, _ map: Kind) throws {
        let program = try loaded.program("writes")
        try map.update(0, to: Value(all: 0))
        let writers = Writers()
        writers.start {
            var run = TestRun(data: [UInt8](repeating: 0, count: 64))
            run.count = 1000
            _ = try? program.run(run)
        }
        writers.start {
            let value = Value(all: .random(in: 0..<1 << 60))
            try? map.update(0, to: value, .ifPresent)
            try? map.update([(key: UInt32(0), value: value)])
        }
        defer { writers.stop() }
        var (reads, torn, different) = (0, 0, Set<UInt64>())
        func look(_ value: Value) {
            reads += 1
            torn += value.isWhole ? 0 : 1
            different.insert(value.words[0])
        }
        // Until both have written, also on a machine that is busy. Without locks, about one of five hundred is torn: as many are read as seconds allow.
        let end = SuspendingClock.now + .seconds(3)
        #expect(
            try EachCPU.see {
                repeat {
                    for _ in 0..<100 { if let value = try map.value(for: 0) { look(value) } }
                    for _ in 0..<10 { try map.forEach { _, value in look(value) } }
                } while reads < 30_000 && SuspendingClock.now < end
                return different.count > 10
            })
        #expect(torn == 0)
    }

    @Test func valuesOfAnArrayAreReadAndWrittenWhole() throws {
        let loaded = try LockedValues.object().load()
        try race(loaded, ArrayMap<Value>(loaded.map("in_array")).underLock())
    }

    @Test func valuesOfAHashAreReadAndWrittenWhole() throws {
        let loaded = try LockedValues.object().load()
        let hash = try HashMap<UInt32, Value>(loaded.map("in_hash")).underLock()
        try race(loaded, hash)
        guard LiveKernel.takesFromHashes else { return }
        #expect(try hash.take(0)?.isWhole == true)
        #expect(try hash.value(for: 0) == nil)
    }
}
