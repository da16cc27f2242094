// SPDX-License-Identifier: Apache-2.0

import BPFAssembly
@testable import EBPF
import Glibc
import Testing

/// What is said when an object does not load, and what is left of it.
@Suite(.enabled(if: LiveKernel.isAvailable, LiveKernel.reason))
struct LoadFailureTests {
    /// In a process of its own: no other test opens descriptors there.
    @Test func everyFailureNamesItsCauseAndLeavesNothingBehind() async {
        await #expect(processExitsWith: .success) {
            guard let running = KernelVersion.running else { return }
            // The first load may keep what is asked of the kernel once.
            _ = try? Failures.object().load()
            let before = KernelObjects.held(named: "fail")
            var count = 0
            for failure in LoadFailure.all where running >= failure.since {
                count += 1
                let error = #expect(throws: EBPFError.self, "\(failure.what)") { _ = try failure.load() }
                guard let error else { continue }
                #expect(failure.code == nil || error.code == failure.code, "\(failure.what): \(error)")
                #expect(error.cause.contains(failure.cause), "\(failure.what): \(error)")
                if let remedy = failure.remedy { #expect(error.remedy?.contains(remedy) == true, "\(failure.what): \(error)") }
                #expect(KernelObjects.held(named: "fail") == before, "\(failure.what) leaves something behind")
            }
            #expect(count >= 30)
        }
    }
}
