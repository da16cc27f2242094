// SPDX-License-Identifier: Apache-2.0

import BPFObject
@testable import EBPF
import Glibc
import Testing

/// Programs that somebody else has loaded: by number, and by what is pinned.
@Suite(.enabled(if: LiveKernel.isAvailable, LiveKernel.reason))
struct OpenedProgramTests {
    @Test(.enabled(if: KernelFeatures.running.support(ofLinks: .tcx).isYes, "not run, because tcx came with Linux 6.6"))
    func aPinnedProgramIsOpenedAndOthersAreOrderedByIt() async {
        await #expect(processExitsWith: .success) {
            try LinkTests.takeNamespaces()
            let device = try NetworkInterface("lo")
            let (first, second) = (try TriedProgram("hook_tcx_ingress"), try TriedProgram("hook_swallows"))
            let one = try first.program.attach(toTrafficControl: device, .ingress)
            try first.program.pin(at: "/sys/fs/bpf/first")
            let opened = try Program(pinnedAt: "/sys/fs/bpf/first")
            #expect(try opened.information().id == first.program.information().id)
            #expect(opened.name == "hook_tcx_ingres" && opened.type == .schedCLS, "the kernel keeps 15 bytes")
            let two = try second.program.attach(toTrafficControl: device, .ingress, order: .before(opened))
            try LinkOrderTests.prove(second, two, before: first, HookTrial.trySendingDatagram)
            #expect(throws: EBPFError.self) { try second.program.unpin(from: "/sys/fs/bpf/first") }
            try opened.unpin(from: "/sys/fs/bpf/first")
            #expect(access("/sys/fs/bpf/first", F_OK) != 0)
            one.detach()
        }
    }

    @Test func aLinkTellsWhichProgramItCallsAndThatIsOpened() async {
        await #expect(processExitsWith: .success) {
            try LinkTests.takeNamespaces()
            let (first, second) = (try TriedProgram("hook_xdp"), try TriedProgram("hook_xdp"))
            let link = try first.program.attach(toXDP: NetworkInterface("lo"), mode: .generic)
            try link.pin(at: "/sys/fs/bpf/link")
            let again = try Link.open("/sys/fs/bpf/link")
            let called = try Program(id: again.information().programID)
            #expect(called.name == "hook_xdp" && called.type == .xdp)
            try again.update(to: second.program, replacing: called)
            try second.see(HookTrial.sendDatagram)
            let missing = #expect(throws: EBPFError.self) { _ = try Program(id: UInt32(Int32.max)) }
            #expect(missing?.code == .noSuchTarget)
            let other = #expect(throws: EBPFError.self) { _ = try Program(pinnedAt: "/sys/fs/bpf/link") }
            #expect(other?.cause.contains("no program") == true)
            try HookTests.check(unlink("/sys/fs/bpf/link"), "unlink")
        }
    }
}
