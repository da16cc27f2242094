// SPDX-License-Identifier: Apache-2.0

import EBPF
import Foundation
import Testing

/// Facts about the system, beside where the kernel shows them.
@Suite struct SystemFactTests {
    @Test func settingsAreThoseOfTheKernel() throws {
        let facts = SystemFacts.read()
        func setting(_ name: String) -> Int? {
            (try? String(contentsOfFile: "/proc/sys/" + name, encoding: .utf8)).flatMap { Int($0.trimmingCharacters(in: .newlines)) }
        }
        #expect(facts.translation == setting("net/core/bpf_jit_enable"))
        #expect(facts.hardening == setting("net/core/bpf_jit_harden"))
        #expect(facts.unprivilegedDisabled == setting("kernel/unprivileged_bpf_disabled"))
        #expect(facts.pointerRestriction == setting("kernel/kptr_restrict"))
        #expect(facts.perfEventParanoia == setting("kernel/perf_event_paranoid"))
        #expect(facts.typesByteCount == (try? Data(contentsOf: URL(filePath: "/sys/kernel/btf/vmlinux")).count))
    }

    @Test func everyPlaceWhereSomethingIsMountedIsNamed() throws {
        let facts = SystemFacts.read()
        let mounts = try String(contentsOfFile: "/proc/self/mounts", encoding: .utf8).split(separator: "\n").map { $0.split(separator: " ") }
        func places(_ kind: String) -> Set<String> { Set(mounts.filter { $0[2] == kind }.map { String($0[1]) }) }
        #expect(Set(facts.cgroupMounts) == places("cgroup2"))
        #expect(Set(facts.traceMounts) == places("tracefs"))
        #expect(Set(facts.programMounts) == places("bpf"))
    }

    @Test(.enabled(if: LiveKernel.isAvailable, LiveKernel.reason)) func theLockdownIsOneOfThreeAndModulesAreNamed() {
        let facts = SystemFacts.read()
        if let lockdown = facts.lockdown { #expect(["none", "integrity", "confidentiality"].contains(lockdown)) }
        if let modules = facts.securityModules { #expect(modules.contains("capability")) }
    }
}
