// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import EBPF
import Tooling

struct FeaturesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "features", abstract: "Show what the running kernel supports, and what of its settings matters for eBPF.",
        discussion: """
            Each feature is tried out: the smallest program or map that has it is loaded and closed again. Nothing is attached to anything of this machine's,
            nothing stays behind. What this process may not try is unknown; as root, everything is known.

            --json prints one object. Answers are objects with 'support' ("yes", "no", "unknown") and, unless it is yes, 'reason'. The keys:
              kernel        release, version (three numbers; null where it is not known), architecture
              system        jit, jit_harden, jit_kallsyms, jit_limit, unprivileged_bpf_disabled, kptr_restrict, perf_event_paranoid, bpf_stats_enabled:
                            the sysctls' numbers; lockdown, security_modules; btf_bytes, btf_modules; cgroup2, tracefs, bpffs: where they are mounted;
                            memlock_limit: in bytes, where this kernel counts eBPF against it; initial_user_namespace; missing_capabilities; options: those
                            that are set, by name. What cannot be read is null.
              programs      answers with type, attach_type (null where the type leaves no choice), sleepable
              maps          answers with type
              helpers       for each kind of program that loads: type, attach_type, sleepable, helpers: the names of those that it may call, without bpf_
              kfuncs        the names that the kernel's types mark; null where they mark none
              instructions  answers with name
              isa           the highest version of the instruction set that is supported as a whole, 1 to 4; 0 where nothing can be tried
              btf           answers with name
              links         answers with name
              facilities    answers with name
            Keys are added, but not changed or removed.
            """)

    @Flag(help: "Print one JSON object.")
    var json = false

    func run() throws {
        let report = FeaturesReport()
        var output = LineOutput()
        if json { report.appendJSON(to: &output) } else { report.appendText(to: &output) }
        _ = try output.flush()
    }
}
