// SPDX-License-Identifier: Apache-2.0

import BPFAssembly
import EBPF
import Testing

/// What is said of kinds of programs, beside what loading an object says.
@Suite(.enabled(if: LiveKernel.isAvailable, LiveKernel.reason))
struct FeatureKindTests {
    @Test func whatIsSaidOfAKindIsWhatLoadingAnObjectSays() throws {
        let modules = SystemFacts.read().securityModules ?? ["bpf"]
        for verdict in try Kinds.object().verify() {
            let program = verdict.program
            let kind = ProgramKind(program.type, program.attachType, isSleepable: program.traits.contains(.sleepable))
            // One that loads where nobody calls it is no use; and kernels take attach types that they do not know.
            if kind.type == .lsm, !modules.contains("bpf") { continue }
            if let since = kind.attachType?.since, since > (KernelVersion.running ?? "0.0") { continue }
            let support = KernelFeatures.running.support(ofPrograms: kind)
            #expect(
                support.isYes == (verdict.error == nil),
                "\(program.name): \(kind) is said to be '\(support)', and loading says \(verdict.error.map { "\($0)" } ?? "nothing against it")")
        }
    }

    @Test func whereTheKernelsCodeIsNotForProgramsTheReasonSaysSo() throws {
        let kind = ProgramKind(.tracing, .traceFentry)
        let verdict = try #require(try Kinds.object().verify().first { $0.program.name == "fentry_program" })
        let support = KernelFeatures.running.support(ofPrograms: kind)
        guard let error = verdict.error else {
            #expect(support == .yes)
            return
        }
        guard error.errno == 1 else { return }
        #expect(support == .no("EPERM: the kernel refuses to attach programs to its own code"))
    }
}
