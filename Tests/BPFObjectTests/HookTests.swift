// SPDX-License-Identifier: Apache-2.0

import BPFAssembly
import BPFObject
import Testing

@Suite struct HookTests {
    @Test(arguments: ["tracepoint/syscalls/sys_enter_openat", "tp/syscalls/sys_enter_openat", "?tp/syscalls/sys_enter_openat"])
    func aTracepointHasCategoryAndName(_ section: String) throws {
        let hook = try #require(Hook(sectionName: section))
        #expect(hook == .tracepoint(category: "syscalls", name: "sys_enter_openat"))
        #expect(hook.programType == .tracepoint)
        #expect(hook.description == "tracepoint syscalls/sys_enter_openat")
    }

    @Test(arguments: [
        "", "?", "/", "tp", "tp/", "tp/a", "tp/a/", "tp//b", "tp/a/b/c", "tracepointx/a/b", "xtp/a/b", "??tp/a/b", "TP/a/b", " tp/a/b",
        "nonsense/a/b", ".text",
    ])
    func aNameThatIsNotInTheTableIsNoHook(_ section: String) {
        #expect(Hook(sectionName: section) == nil)
    }

    @Test func theKindsOfProgramsAndMapsSayTheirNamesAndVersions() {
        #expect(ProgramType.tracepoint.rawValue == 5)
        #expect(ProgramType.tracepoint.description == "tracepoint")
        #expect(ProgramType.tracepoint.since == "4.7")
        #expect(ProgramType(rawValue: 9999).description == "program type 9999")
        #expect(ProgramType(rawValue: 9999).since == nil)
        #expect(MapType.ringBuffer.description == "ringbuf")
        #expect(MapType.ringBuffer.since == "5.8")
        #expect(MapType(rawValue: 9999).description == "map type 9999")
        #expect(MapType(rawValue: 9999).since == nil)
    }
}
