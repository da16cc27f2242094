// SPDX-License-Identifier: Apache-2.0

import BPFObject
import Bytes
import EBPF
import TestImages
import Testing

/// Kernel halves with memory that they share with user space.
@Suite struct ArenaHalfTests {
    private static let reading = """
        @section("syscall")
        func reads(_ context: SystemCallContext<UInt64>) -> Int32 {
            let pointer = ArenaPointer<UInt64>(address: context.value.pointee)
            pointer.place.add(1)
            pointer[1] &+= pointer.advanced(by: 2).pointee
            return Int32(truncatingIfNeeded: pointer.pointee)
        }
        """

    private func object(_ text: String) throws -> ObjectFile { try ObjectFile(ByteView(CompiledSwiftHalf.compile(text).object)) }

    @Test func anArenaIsAMapOfPagesThatUserSpaceMayHaveAtAnAddress() throws {
        for (declaration, extra) in [("", 0), (", address: 0x1000_0000_0000", 0x1000_0000_0000)] as [(String, UInt64)] {
            let half = try object("let heap = Arena(pageCount: 100\(declaration))\n" + Self.reading)
            let map = try #require(half.maps.first { $0.name == "heap" })
            #expect(map.type == .arena && map.maxEntries == 100 && map.flags == .mappable && map.extra == extra)
            #expect(map.keySize == 0 && map.valueSize == 0)
        }
    }

    @Test func aProgramThatUsesItsMemoryOnlyNamesTheArena() throws {
        let half = try object("let heap = Arena(pageCount: 1)\n" + Self.reading)
        let assembly = try half.assemble(half.programs[try half.programIndex("reads")])
        let heap = try #require(half.maps.firstIndex { $0.name == "heap" })
        #expect(assembly.mapReferences.contains { $0.map == heap })
    }

    @Test(
        .enabled(if: LiveKernel.isAvailable, LiveKernel.reason),
        .enabled(if: LiveKernel.isAvailable && KernelFeatures.running.support(ofMaps: .arena).isYes, "not run, because this kernel makes no arena"))
    func programsAddReadAndWriteAtTheAddressThatUserSpaceHas() throws {
        // Far from where Linux puts what a process maps by itself.
        let loaded = try object("let heap = Arena(pageCount: 2, address: 0x1000_0000_0000)\n" + Self.reading).load()
        let heap = try Arena(loaded.map("heap"))
        #expect(heap.addresses.lowerBound == 0x1000_0000_0000)
        let address = heap.addresses.lowerBound + 4096
        for (index, value) in [41, 5, 7].enumerated() { #expect(heap.set(at: address + UInt64(index) * 8, to: UInt64(value))) }
        let outcome = try loaded.program("reads").run(TestRun(context: withUnsafeBytes(of: address) { Array($0) }))
        #expect(outcome.value == 42)
        #expect(heap.value(at: address, as: UInt64.self) == 42 && heap.value(at: address + 8, as: UInt64.self) == 12)
    }
}
