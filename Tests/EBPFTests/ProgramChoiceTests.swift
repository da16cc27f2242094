// SPDX-License-Identifier: Apache-2.0

import COpenCalls
@testable import EBPF
import Glibc
import Testing

/// Of programs that do the same, the first that the kernel takes is loaded.
@Suite(.enabled(if: LiveKernel.isAvailable, LiveKernel.reason))
struct ProgramChoiceTests {
    @Test func theFirstWayThatTheKernelHasIsLoadedAndSeesTheEvent() throws {
        var object = try Alternatives.object()
        try object.set("target_thread", to: current_thread())
        #if arch(arm64)
            for index in object.programs.indices where object.programs[index].target == "__x64_sys_getpgid" {
                object.programs[index].target = "__arm64_sys_getpgid"
            }
        #endif
        let choices = try object.chooseAlternatives()
        #expect(choices.map(\.name) == ["asked", "missed"])
        let choice = try #require(choices.first)
        let features = KernelFeatures.running
        let hasTrampolines = features.support(ofPrograms: ProgramKind(.tracing, .traceFentry)).isYes
        let ways = ["asked___fentry", "asked___kprobe", "asked___tracepoint"]
        let expected = hasTrampolines ? 0 : ProbeSource.kprobe != nil ? 1 : 2
        #expect(choice.chosen == ways[expected])
        #expect(choice.refused.map(\.program) == Array(ways[..<expected]))
        let loaded = try object.load()
        #expect(loaded.programs.map(\.name) == [ways[expected], "alone"])
        let links = try loaded.attachAll()
        #expect(getpgid(0) >= 0)
        links.detach()
        #expect(try loaded.value(of: "seen", as: UInt64.self) == 1)
        #expect(try loaded.value(of: "way", as: UInt32.self) == UInt32(expected + 1))
    }

    @Test func whereTheKernelHasNoneOfTheWaysEachReasonIsSaid() throws {
        var object = try Alternatives.object()
        let choice = try #require(try object.chooseAlternatives().last)
        #expect(choice.chosen == nil)
        #expect(choice.refused.map(\.program) == ["missed___tracepoint", "missed___kprobe"])
        #expect(choice.description.hasPrefix("missed: none; not missed___tracepoint, because "))
        #expect(choice.description.contains("no_kernel_has_this"))
        #expect(object.programs.filter { $0.name.hasPrefix("missed") }.allSatisfy { !$0.isLoaded })
    }

    @Test func whatHasNoAlternativesStaysAsItIs() throws {
        var object = try Hooks.object()
        let before = object.programs.map(\.isLoaded)
        #expect(try object.chooseAlternatives().isEmpty)
        #expect(object.programs.map(\.isLoaded) == before)
    }
}
