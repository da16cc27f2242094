// SPDX-License-Identifier: Apache-2.0

import BPFAssembly
@testable import EBPF
import Glibc
import Testing

/// Probes of the kernel's functions: of many at once or one by one, and what is said where there are none.
@Suite(.enabled(if: LiveKernel.isAvailable, LiveKernel.reason))
struct KprobeTests {
    private static let hasKprobes = ProbeSource.kprobe != nil
    private static let reason: Comment = "not run, because this kernel is built without kprobes"
    private static let function = Program.functionPrefix + "getpgid"
    private static let other = Program.functionPrefix + "getsid"

    /// Calls the functions that are probed.
    private static func call() throws {
        try HookTrial.askForGroup()
        _ = getsid(0)
    }

    @Test(.enabled(if: hasKprobes, reason), arguments: [nil, AttachType.traceKprobeMulti])
    func aProgramIsAttachedToManyFunctionsHoweverItWasLoaded(_ type: AttachType?) throws {
        let tried = try TriedProgram("hook_kprobe") { $0.attachType = type }
        let link = try tried.program.attach(toKprobes: [(Self.function, 0), (Self.other, 0)])
        let byLink = type != nil && !KernelFeatures.running.lacks(.kprobeMulti)
        let isLink = link.isKernelLink
        #expect(isLink == byLink)
        try Self.call()
        #expect(try tried.seen() == 2)
        try tried.prove(link, Self.call)
        try tried.prove(try tried.program.attach(toKprobes: Program.functionPrefix + "getpgi?", .exit), HookTrial.askForGroup)
    }

    @Test(
        .enabled(if: hasKprobes, reason),
        .enabled(if: KernelFeatures.running.hasAttachCookies == true, "not run, because this kernel knows no cookies (Linux 5.15)"),
        arguments: [nil, AttachType.traceKprobeMulti])
    func eachOfManyFunctionsHasItsCookie(_ type: AttachType?) throws {
        let tried = try TriedProgram("hook_uprobe_cookie") { $0.attachType = type }
        let link = try tried.program.attach(toKprobes: [(Self.function, 41), (Self.other, 42)])
        try HookTrial.askForGroup()
        #expect(try tried.object.value(of: "cookie", as: UInt64.self) == 41)
        _ = getsid(0)
        #expect(try tried.object.value(of: "cookie", as: UInt64.self) == 42)
        link.detach()
    }

    @Test(.enabled(if: hasKprobes, reason), arguments: [nil, AttachType.traceKprobeMulti])
    func aFunctionThatIsMissingAmongManyIsNamedAndNothingIsAttached(_ type: AttachType?) throws {
        let tried = try TriedProgram("hook_kprobe") { $0.attachType = type }
        let error = try #require(throws: EBPFError.self) {
            _ = try tried.program.attach(toKprobes: [(Self.function, 0), (Self.function + "d", 0)])
        }
        #expect(error.code == .noSuchTarget && error.cause.contains("no function '\(Self.function)d'; it has '\(Self.function)'"), "\(error)")
        try HookTrial.askForGroup()
        #expect(try tried.seen() == 0)
    }

    @Test(.enabled(if: hasKprobes, reason))
    func manyFunctionsThatMatchAreProbedOneByOne() throws {
        let tried = try TriedProgram("hook_kprobe")
        // Few, since each takes an old kernel long.
        let link = try tried.program.attach(toKprobes: "vfs_read*")
        let isLink = link.isKernelLink
        #expect(!isLink)
        try tried.prove(link) { _ = SmallFile.read("/proc/self/status") }
    }

    @Test(.enabled(if: hasKprobes, reason))
    func aPatternThatMatchesNothingHasANearOne() throws {
        let tried = try TriedProgram("hook_kprobe")
        let error = try #require(throws: EBPFError.self) { _ = try tried.program.attach(toKprobes: Program.functionPrefix + "getpgdi*") }
        #expect(error.code == .noSuchTarget && error.cause.contains("it has '\(Self.function)*'"), "\(error)")
    }

    @Test func aProgramThatWasLoadedForSomethingElseIsToldHowToBeLoaded() throws {
        let plain = try TriedProgram("hook_kprobe")
        let sessions = try #require(throws: EBPFError.self) { _ = try plain.program.attach(toKprobes: Self.function, .session) }
        #expect(sessions.code == .invalid && sessions.remedy?.contains("name its section kprobe.session") == true, "\(sessions)")
        let uprobe = try #require(throws: EBPFError.self) {
            _ = try plain.program.attach(toUprobes: "libc.so.6", matching: "getppid", .session)
        }
        #expect(uprobe.code == .invalid && uprobe.remedy?.contains("name its section uprobe.session") == true, "\(uprobe)")
    }

    /// The kernel would say EINVAL of a link.
    @Test func aProgramThatWasLoadedForOnePlaceIsAttachedToManyPlacesOneByOne() throws {
        let tried = try TriedProgram("hook_uprobe")
        try tried.prove(try tried.program.attach(toUprobes: "libc.so.6", matching: "getppi?")) { _ = getppid() }
    }

    @Test(.enabled(if: !hasKprobes, "not run, because this kernel has kprobes"))
    func withoutKprobesTheTracepointThatServesIsNamed() throws {
        let tried = try TriedProgram("hook_kprobe")
        func expect(_ remedy: String, _ body: () throws -> Void, line: Int = #line) throws {
            let error = try #require(throws: EBPFError.self) { try body() }
            #expect(error.code == .unsupported && error.cause.contains("CONFIG_KPROBES"), "line \(line): \(error)")
            #expect(error.remedy?.hasPrefix("attach to \(remedy) ") == true, "line \(line): \(error)")
        }
        try expect("tracepoint syscalls/sys_enter_getpgid") { _ = try tried.program.attach(toKprobe: Self.function) }
        try expect("tracepoint syscalls/sys_exit_getpgid") { _ = try tried.program.attach(toKprobe: Self.function, isReturn: true) }
        try expect("tracepoint syscalls/sys_exit_getpgid") { _ = try tried.program.attach(toSystemCall: "getpgid", isReturn: true) }
        try expect("tracepoint syscalls/sys_enter_getpgid") { _ = try tried.program.attach(toKprobes: Program.functionPrefix + "getpgi?") }
        try expect("tracepoint syscalls/sys_exit_getpgid") { _ = try tried.program.attach(toKprobes: [(Self.function, 0)], .exit) }
        let multi = try TriedProgram("hook_kretprobe_multi")
        try expect("tracepoint syscalls/sys_exit_getpgid") { _ = try multi.program.attach() }
    }

    @Test func tracepointsAreAdvisedOnlyWhereTheKernelHasThem() {
        let events = ["syscalls:sys_enter_openat", "syscalls:sys_exit_openat", "raw_syscalls:sys_exit", "sched:sched_process_exec"]
        func advice(_ function: String, isReturn: Bool = false) -> String? {
            TracepointAdvice.tracepoint(for: function, isReturn: isReturn, among: events)
        }
        #expect(advice(Program.functionPrefix + "openat") == "tracepoint syscalls/sys_enter_openat")
        #expect(advice(Program.functionPrefix + "open*", isReturn: true) == "tracepoint syscalls/sys_exit_openat")
        #expect(advice(Program.functionPrefix + "never_was") == nil)
        #expect(
            advice(Program.functionPrefix + "never_was", isReturn: true) == "tracepoint raw_syscalls/sys_exit, which sees all system calls,")
        #expect(advice("sched_process_fork") == "tracepoint sched/sched_process_exec")
        #expect(advice("kfree") == nil)
    }

    @Test func theSourcesOfProbesAreFoundWhereSysfsIsNotMounted() throws {
        let mounted = ProbeSource.look(for: .uprobe)
        #expect(mounted != .hidden)
        #expect(ProbeSource.look(for: .uprobe, in: "/no/such/place") == mounted)
    }

    @Test func aNameThatIsMissingIsFoundAmongAllFunctionsOfTheKernel() throws {
        let names = try KernelSymbolNames.running()
        let all = names.matching(NamePattern("*"))
        #expect(all.count > 10_000)
        #expect(names.firstMissing(of: all) == nil)
        #expect(names.firstMissing(of: all + ["never_was", "never_will_be"]) == "never_was")
    }
}
