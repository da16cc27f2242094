// SPDX-License-Identifier: Apache-2.0

import BPFAssembly
import CNamespaces
@testable import EBPF
import Glibc
import Testing

/// Every way to attach, proven by its event.
@Suite(.enabled(if: LiveKernel.isAvailable, LiveKernel.reason))
struct HookTests {
    /// In a process of its own: with a network namespace, in cgroups that it moves to.
    @Test func everyHookIsSeenUntilTheLinkGoesOrSaysWhyNot() async {
        let result = await #expect(processExitsWith: .success, observing: [\.standardOutputContent]) {
            try HookTests.takeNamespaces()
            print("kernel|\(RunningKernel().release)")
            for trial in HookTrial.all { HookTests.judge(trial, trial.run()) }
            OwnLibrary.remove()
            fflush(nil)
        }
        // The lines of the table of hooks, which Tests/Kernels/hooks puts together.
        let lines = String(decoding: result?.standardOutputContent ?? [], as: UTF8.self).split(separator: "\n").filter {
            $0.hasPrefix("hook|") || $0.hasPrefix("kernel|")
        }
        #expect(lines.count == HookTrial.all.count + 1)
        for line in lines { print(line) }
    }

    /// The same with programs in Swift, which look at what they are called with.
    @Test func everyHookSeesAProgramInSwiftUntilTheLinkGoes() async {
        let result = await #expect(processExitsWith: .success, observing: [\.standardOutputContent]) {
            try HookTests.takeNamespaces()
            TrialLanguage.$isSwift.withValue(true) {
                for trial in HookTrial.all { HookTests.judge(trial, trial.run(), "in Swift") }
            }
            OwnLibrary.remove()
            fflush(nil)
        }
        let lines = String(decoding: result?.standardOutputContent ?? [], as: UTF8.self).split(separator: "\n").filter { $0.hasPrefix("in Swift|") }
        #expect(lines.count == HookTrial.all.count)
        for line in lines { print(line) }
    }

    static func takeNamespaces() throws {
        try check(take_own_mounts(), "unshare")
        try check(take_own_network(), "unshare")
    }

    /// Writes a line for the table of hooks, and compares what came with what the kernel can do: one that is too old says that it is, and nothing else.
    static func judge(_ trial: HookTrial, _ outcome: HookTrial.Outcome, _ row: String = "hook") {
        switch outcome {
        case .works: print("\(row)|\(trial.name)|works")
        case .refused(let error):
            print("\(row)|\(trial.name)|\(error.cause)")
            #expect(trial.excuses(error), "\(trial.name): \(error.code): \(error)")
        case .failed(let text):
            print("\(row)|\(trial.name)|\(text)")
            #expect(trial.lacksRequirement && !trial.isTooNew, "\(trial.name): \(text)")
        }
    }

    /// Writes a file's contents to another, which is new.
    static func copy(_ file: String, to other: String) throws {
        let bytes = try FileContents.read(file).array()
        let number = open(other, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o755)
        try check(number, "open \(other)")
        defer { close(number) }
        guard write(number, bytes, bytes.count) == bytes.count else { throw HookTrial.Failure(description: "\(other) is not written") }
    }

    /// A call that failed.
    static func check(_ status: Int32, _ call: String) throws {
        guard status < 0 else { return }
        throw HookTrial.Failure(description: "\(call): \(String(cString: strerror(status == -1 ? errno : -status)))")
    }
}

extension HookTrial {
    static let all: [HookTrial] =
        tracepoints + trampolines + kprobes + userSpace + usdt + events + iterators + runs + devices + namespaces + sockets + routes + cgroups
        + operations

    /// Whether this kernel may lack what a trial of that name is about.
    static func mayBeMissing(_ name: String) -> Bool { all.first { $0.name == name }?.mayBeMissing ?? false }

    /// Whether this kernel may lack it: where it is too old, or built without what it takes.
    var mayBeMissing: Bool { isTooNew || lacksRequirement }

    /// Whether a refusal is what it should be on this kernel.
    func excuses(_ error: EBPFError) -> Bool {
        guard isTooNew else { return lacksRequirement }
        return error.code == .unsupported || error.description.contains(refusal ?? "appeared in Linux \(since)")
    }

    /// Whether it came with a later kernel than the running one.
    var isTooNew: Bool { KernelVersion.running.map { $0 < since } ?? false }

    /// Whether this kernel is built without what it takes.
    var lacksRequirement: Bool {
        switch requirement {
        case .program: return !programLoads
        case .condition(let holds): return !holds() || !programLoads
        }
    }

    /// Whether kernels that load no trampolines are concerned: the only kinds of programs that a new kernel may refuse altogether.
    private var programLoads: Bool {
        guard HookTrial.trampolines.contains(where: { $0.name == name }) || name == "lsm_cgroup" else { return true }
        return KernelFeatures.running.support(ofPrograms: ProgramKind(.tracing, .traceFentry)).isYes
    }
}
