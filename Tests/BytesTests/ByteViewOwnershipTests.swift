// SPDX-License-Identifier: Apache-2.0

import Bytes
import Synchronization
import Testing

/// Memory that is filled with 0, 1, 2 ..., and counts how often it was given back.
private final class CountedMemory: Sendable {
    let releases = Atomic<Int>(0)
    let releasedBytes = Atomic<Int>(0)

    func view(byteCount: Int) -> ByteView {
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: byteCount, alignment: 8)
        for index in 0..<byteCount { memory[index] = UInt8(truncatingIfNeeded: index) }
        return ByteView(adopting: UnsafeRawBufferPointer(memory)) { [self] in
            releases.add(1, ordering: .relaxed)
            releasedBytes.add($0.count, ordering: .relaxed)
            $0.deallocate()
        }
    }

    var count: Int { releases.load(ordering: .relaxed) }
}

@Suite struct ByteViewOwnershipTests {
    @Test func adoptedMemoryIsReleasedOnceWhenTheLastViewGoes() {
        let memory = CountedMemory()
        var view: ByteView? = memory.view(byteCount: 32)
        var slice = view?.slice(at: 8, count: 8)
        var copies = [view, slice, view?.suffix(from: 31)]
        view = nil
        #expect(memory.count == 0)
        copies = []
        #expect(memory.count == 0)
        #expect(slice?.array() == Array(8..<16), "a slice alone keeps the memory")
        slice = nil
        #expect(memory.count == 1)
        #expect(memory.releasedBytes.load(ordering: .relaxed) == 32, "it is given back as it was given")
        _ = copies
    }

    @Test func aSliceThatWasRefusedKeepsNothingAlive() {
        let memory = CountedMemory()
        do {
            let view = memory.view(byteCount: 4)
            #expect(view.slice(at: 1, count: 4) == nil)
        }
        #expect(memory.count == 1)
    }

    @Test func memoryWithoutAnAddressMakesAnEmptyViewAndIsReleasedOnce() {
        let memory = CountedMemory()
        do {
            let view = ByteView(adopting: UnsafeRawBufferPointer(start: nil, count: 0)) { _ in
                memory.releases.add(1, ordering: .relaxed)
            }
            #expect(view.count == 0)
            #expect(view.array() == [])
            #expect(view[0] == nil)
        }
        #expect(memory.count == 1)
    }

    @Test func viewsMayGoOnAnyThread() async {
        let memory = CountedMemory()
        await withTaskGroup(of: Int.self) { group in
            let view = memory.view(byteCount: 256)
            for index in 0..<64 {
                group.addTask { Int(view.slice(at: index, count: 1)?[0] ?? 255) }
            }
            var sum = 0
            for await value in group { sum += value }
            #expect(sum == (0..<64).reduce(0, +))
        }
        #expect(memory.count == 1)
    }

    @Test func aViewOfAnArrayDoesNotChangeWithTheArray() {
        var bytes: [UInt8] = [1, 2, 3]
        let view = ByteView(bytes)
        bytes[0] = 9
        #expect(view.array() == [1, 2, 3])
        #expect(bytes == [9, 2, 3])
    }
}
