// SPDX-License-Identifier: Apache-2.0

import COpenCalls
import EBPF
import Glibc
import Testing

/// Functions of the kernel that programs call by name.
@Suite(.enabled(if: LiveKernel.isAvailable, LiveKernel.reason))
struct KernelFunctionTests {
    @Test func aProgramAsksWhichFunctionsThereAre() throws {
        var object = try Wishes.object()
        try object.set("wanted", to: current_thread())
        let loaded = try object.load()
        #expect(try loaded.program("ask").run(LoopTests.packet).value == 0)
        // bpf_task_from_pid
        let isThere = !LiveKernel.release.lexicographicallyPrecedes([6, 2])
        #expect(try loaded.value(of: "hasThreads", as: UInt32.self) == (isThere ? 1 : 0))
        #expect(try loaded.value(of: "process", as: Int32.self) == (isThere ? getpid() : 0))
        // What no kernel has.
        #expect(try loaded.value(of: "hasWishes", as: UInt32.self) == 0)
        #expect(try loaded.value(of: "wished", as: UInt64.self) == 0)
    }
}
