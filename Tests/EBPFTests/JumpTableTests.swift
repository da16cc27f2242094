// SPDX-License-Identifier: Apache-2.0

import BPFAssembly
@testable import EBPF
import Testing

/// Jumps to places that stand in a table, as clang 22 makes them of a `switch`.
@Suite(.enabled(if: LiveKernel.isAvailable, LiveKernel.reason))
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

    @Test(.enabled(if: !isTaken, "not run, because this kernel has arrays of instructions"))
    func aKernelWithoutThemIsNamedWithWhatToDo() throws {
        let error = try #require(throws: EBPFError.self) { _ = try load() }
        #expect(error.cause.contains("Linux 6.19"))
        #expect(error.remedy?.contains("-fno-jump-tables") == true)
    }
}
