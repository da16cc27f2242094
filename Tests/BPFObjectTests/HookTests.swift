// SPDX-License-Identifier: Apache-2.0

import BPFAssembly
import BPFObject
import Testing

@Suite struct HookTests {
    @Test(arguments: ["tracepoint/syscalls/sys_enter_openat", "tp/syscalls/sys_enter_openat", "?tp/syscalls/sys_enter_openat"])
    func aTracepointHasCategoryAndName(_ section: String) throws {
        let hook = try #require(Hook(sectionName: section))
        #expect(hook == .tracepoint(category: "syscalls", name: "sys_enter_openat"))
        #expect(hook.description == "tracepoint syscalls/sys_enter_openat")
    }

    @Test(arguments: ["raw_tp/sys_enter", "raw_tracepoint/sys_enter", "?raw_tp/sys_enter"])
    func aRawTracepointHasItsNameOnly(_ section: String) throws {
        let hook = try #require(Hook(sectionName: section))
        #expect(hook == .rawTracepoint(name: "sys_enter"))
        #expect(hook.description == "raw tracepoint sys_enter")
    }

    @Test func aTypedTracepointHasItsNameOnly() throws {
        let hook = try #require(Hook(sectionName: "tp_btf/sched_process_fork"))
        #expect(hook == .typedTracepoint(name: "sched_process_fork"))
        #expect(hook.description == "typed tracepoint sched_process_fork")
    }

    @Test(arguments: [
        "raw_tp", "raw_tp/", "raw_tp/sched/sched_switch", "tp_btf/", "tp_btf/a/b", "tp_btfx/a", "", "?", "/", "tp", "tp/", "tp/a", "tp/a/", "tp//b",
        "tp/a/b/c", "tracepointx/a/b", "xtp/a/b", "??tp/a/b", "TP/a/b", " tp/a/b",
        "nonsense/a/b", ".text",
    ])
    func aNameThatIsNotInTheTableIsNoHook(_ section: String) {
        #expect(Hook(sectionName: section) == nil)
    }

    @Test func theKindsOfProgramsAndMapsSayTheirNamesAndVersions() {
        #expect(ProgramType.tracepoint.rawValue == 5)
        #expect(ProgramType.tracepoint.description == "tracepoint")
        #expect(ProgramType.tracepoint.since == "4.7")
        #expect(ProgramType.rawTracepoint.since == "4.17")
        #expect(ProgramType.tracing.since == "5.5")
        #expect(MapType.lruHash.description == "lru_hash")
        #expect([MapType.perCPUArray, .perCPUHash, .lruPerCPUHash].map(\.isPerCPU) == [true, true, true])
        #expect([MapType.array, .hash, .lruHash, .ringBuffer, .perfEventArray].filter(\.isPerCPU) == [])
        #expect(ProgramType(rawValue: 9999).description == "program type 9999")
        #expect(ProgramType(rawValue: 9999).since == nil)
        #expect(MapType.ringBuffer.description == "ringbuf")
        #expect(MapType.ringBuffer.since == "5.8")
        #expect(MapType(rawValue: 9999).description == "map type 9999")
        #expect(MapType(rawValue: 9999).since == nil)
    }
}
