// SPDX-License-Identifier: Apache-2.0

import BPFAssembly
@testable import EBPF
import Testing

/// Jumps to places that stand in a table, as clang 22 makes them of a `switch`.
@Suite(.serialized, .enabled(if: LiveKernel.isAvailable, LiveKernel.reason))
struct JumpTableTests {
    private func load() throws -> LoadedObject {
        var object = try Jumps.object()
        for index in object.programs.indices { object.programs[index].isLoaded = true }
        return try object.load()
    }

    private static let isTaken = LiveKernel.isAvailable && KernelFeatures.running.support(ofMaps: .instructionArray).isYes

    @Test(
        .enabled(if: isTaken, "not run, because this kernel has no arrays of instructions, which came with Linux 6.19"),
        arguments: [(0, 10), (1, 32), (2, 21), (3, 99), (.max, 99)] as [(UInt64, UInt32)])
    func aJumpLeadsWhereItsTableSays(number: UInt64, expected: UInt32) throws {
        #expect(try load().program("jumps").run(TestRun(context: number.nativeBytes)).value == expected)
    }

    @Test(.enabled(if: isTaken, "not run, because this kernel has no arrays of instructions, which came with Linux 6.19"))
    func theKernelSaysWhereThePlacesOfATableCameToLie() throws {
        let loaded = try load()
        // The program keeps its table, of which there may be others in the machine.
        let maps = try KernelObjects.maps(ofProgram: loaded.program("jumps").information().id).map { try Map(id: $0) }
        let table = try InstructionArray(#require(maps.first { $0.name == ".jumptables" }))
        let places = try table.entries().map(\.value).sorted { $0.originalOffset < $1.originalOffset }
        #expect(places.count > 2 && places.allSatisfy { $0.originalOffset > 0 && $0.translatedOffset > 0 && $0.machineOffset > 0 }, "\(places)")
        for (place, next) in zip(places, places.dropFirst()) where place.originalOffset < next.originalOffset {
            #expect(place.translatedOffset < next.translatedOffset && place.machineOffset < next.machineOffset, "\(places)")
        }
        #expect(throws: EBPFError.self) { try table.update(0, to: InstructionArray.Value(originalOffset: 1)) }
        withExtendedLifetime(loaded) {}
    }

    @Test(.enabled(if: !isTaken, "not run, because this kernel has arrays of instructions"))
    func aKernelWithoutThemIsNamedWithWhatToDo() throws {
        let error = try #require(throws: EBPFError.self) { _ = try load() }
        #expect(error.cause.contains("Linux 6.19"))
        #expect(error.remedy?.contains("-fno-jump-tables") == true)
    }
}
