// SPDX-License-Identifier: Apache-2.0

@testable import EBPF
import Testing

/// Memory that programs and this process share (arenas), with variables in it.
@Suite(
    .enabled(if: LiveKernel.isAvailable, LiveKernel.reason),
    .enabled(if: LiveKernel.isAvailable && KernelFeatures.running.support(ofMaps: .arena).isYes, "not run, because this kernel makes no arena"))
struct SharedMemoryTests {
    private func load(changing change: (inout ObjectFile) throws -> Void = { _ in }) throws -> LoadedObject {
        var object = try SharedMemory.object()
        for index in object.programs.indices { object.programs[index].isLoaded = true }
        try change(&object)
        return try object.load()
    }

    private func add(_ number: UInt64, _ object: LoadedObject) throws {
        #expect(try object.program("adds").run(TestRun(context: number.nativeBytes)).value == 0)
    }

    @Test func variablesBeginAsTheObjectSaysAndAreReadAsProgramsLeaveThem() throws {
        let object = try load()
        #expect(try object.value(of: "shared_sum", as: UInt64.self) == 40)
        try add(2, object)
        try add(5, object)
        #expect(try object.value(of: "shared_sum", as: UInt64.self) == 47)
        #expect(try object.value(of: "shared_calls", as: UInt64.self) == 2)
    }

    @Test func variablesAreSetBeforeTheObjectIsLoaded() throws {
        let object = try load { try $0.set("shared_sum", to: UInt64(1000)) }
        try add(1, object)
        #expect(try object.value(of: "shared_sum", as: UInt64.self) == 1001)
    }
}
