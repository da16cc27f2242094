// SPDX-License-Identifier: Apache-2.0

import BPFAssembly
import CNamespaces
import COpenCalls
@testable import EBPF
import Glibc

extension HookTrial {
    /// Asks for the group of this process, which many of the programs wait for.
    static func askForGroup() throws { try HookTests.check(getpgid(getpid()), "getpgid") }

    /// A program whose section says all.
    private static func simple(
        _ name: String, _ program: String, since: KernelVersion, requirement: Requirement = .program, refusal: String? = nil,
        event: @escaping @Sendable () throws -> Void = { try askForGroup() }
    ) -> HookTrial {
        HookTrial(name: name, since: since, requirement: requirement, refusal: refusal) {
            let tried = try TriedProgram(program)
            try tried.prove(try tried.program.attach(), event)
        }
    }

    private static let hasKprobes = Requirement.condition { ProbeSource.kprobe != nil }

    /// By one link, or one by one.
    private static let hasManyKprobes = Requirement.condition {
        ProbeSource.kprobe != nil || KernelFeatures.running.support(ofLinks: .kprobeMulti).isYes
    }

    private static func links(_ link: KernelFeatures.Link) -> Requirement { .condition { KernelFeatures.running.support(ofLinks: link).isYes } }

    static let tracepoints: [HookTrial] = [
        simple("tracepoint", "hook_plain_tracepoint", since: "5.10"),
        HookTrial(name: "tracepoint with a cookie", since: "5.15") {
            let tried = try TriedProgram("hook_tracepoint")
            try tried.prove(try tried.program.attach(AttachOptions(cookie: 77)), askForGroup)
            try tried.expect(cookie: 77)
        },
        simple("raw_tp", "hook_raw_tp", since: "5.10"),
        HookTrial(name: "raw_tp, writable", since: "5.10") {
            let tried = try TriedProgram("hook_raw_tp_writable")
            let other = try TriedProgram("hook_xdp")
            try tried.prove(try tried.program.attach()) { _ = try? other.program.run(TestRun(data: [UInt8](repeating: 0, count: 64))) }
        },
        simple("tp_btf", "hook_tp_btf", since: "5.10"),
    ]

    static let trampolines: [HookTrial] = [
        simple("fentry", "hook_fentry", since: "5.10"),
        simple("fexit", "hook_fexit", since: "5.10"),
        simple("fmod_ret", "hook_fmod_ret", since: "5.10"),
        simple("fsession", "hook_fsession", since: "7.0"),
        simple("fentry.multi", "hook_fentry_multi", since: "7.2", requirement: links(.tracingMulti)),
        simple("fexit.multi", "hook_fexit_multi", since: "7.2", requirement: links(.tracingMulti)),
        simple("fsession.multi", "hook_fsession_multi", since: "7.2", requirement: links(.tracingMulti)),
        HookTrial(name: "freplace", since: "5.10") {
            let target = try TriedProgram("hook_replaced")
            let outer = try target.program.attach()
            let tried = try TriedProgram("hook_freplace", LoadOptions(targets: ["hook_freplace": target.program]))
            try tried.prove(try tried.program.attach(), askForGroup)
            outer.detach()
        },
        HookTrial(name: "freplace, in another program", since: "5.10") {
            let (loadedFor, target) = (try TriedProgram("hook_replaced"), try TriedProgram("hook_replaced"))
            let outer = try target.program.attach()
            let tried = try TriedProgram("hook_freplace", LoadOptions(targets: ["hook_freplace": loadedFor.program]))
            try tried.prove(try tried.program.attach(replacing: "replaceable", of: target.program), askForGroup)
            outer.detach()
        },
        simple("lsm", "hook_lsm", since: "5.10", requirement: .condition { hasSecurityModule }),
        simple("lsm, sleepable", "hook_lsm_sleeping", since: "5.11", requirement: .condition { hasSecurityModule }, refusal: "is not sleepable") {
            try HookTests.check(close(open("/proc/self/status", O_RDONLY)), "open")
        },
    ]

    static let hasSecurityModule =
        (try? FileContents.read("/sys/kernel/security/lsm").array()).map {
            String(decoding: $0, as: UTF8.self).split(separator: ",").contains { $0.hasPrefix("bpf") }
        } ?? false

    static let kprobes: [HookTrial] = [
        simple("kprobe", "hook_kprobe", since: "5.10", requirement: hasKprobes),
        HookTrial(name: "kprobe behind a function's beginning", since: "5.10", requirement: hasKprobes) {
            let tried = try TriedProgram("hook_kprobe")
            let function = Program.functionPrefix + "getpgid"
            // Where the second instruction begins depends on the kernel's build.
            for offset in [4, 5, 9] as [UInt64] {
                guard let link = try? tried.program.attach(toKprobe: function, offset: offset) else { continue }
                return try tried.prove(link, askForGroup)
            }
            _ = try tried.program.attach(toKprobe: function, offset: 5)
        },
        simple("kretprobe", "hook_kretprobe", since: "5.10", requirement: hasKprobes),
        simple("ksyscall", "hook_ksyscall", since: "5.10", requirement: hasKprobes),
        simple("kretsyscall", "hook_kretsyscall", since: "5.10", requirement: hasKprobes),
        simple("kprobe.multi", "hook_kprobe_multi", since: "5.10", requirement: hasManyKprobes),
        HookTrial(name: "kprobe.multi, a list of functions", since: "5.15", requirement: hasManyKprobes) {
            let tried = try TriedProgram("hook_kprobe_multi_cookie")
            let link = try tried.program.attach(toKprobes: [(Program.functionPrefix + "getppid", 5), (Program.functionPrefix + "getpgid", 6)])
            askForParent()
            try tried.expect(cookie: 5)
            try tried.prove(link, askForGroup)
            try tried.expect(cookie: 6)
        },
        simple("kretprobe.multi", "hook_kretprobe_multi", since: "5.10", requirement: hasManyKprobes),
        simple("kprobe.session", "hook_kprobe_session", since: "6.10", requirement: links(.kprobeSession)),
    ]

    static let events: [HookTrial] = [
        HookTrial(name: "perf_event, per task", since: "5.10") {
            let tried = try TriedProgram("hook_perf_event")
            try tried.prove(try tried.program.attach(to: PerfEvent(.cpuClock, .every(100_000), process: current_thread())), beBusy)
        },
        HookTrial(name: "perf_event, per CPU", since: "5.10") {
            let tried = try TriedProgram("hook_perf_event")
            try tried.prove(try tried.program.attach(to: PerfEvent(.cpuClock, .frequency(2000))), beBusy)
        },
        HookTrial(
            name: "perf_event, hardware", since: "5.10",
            requirement: .condition { EventDescription(type: 0, config: 0, process: 0).open() != nil }
        ) {
            let tried = try TriedProgram("hook_perf_event")
            try tried.prove(try tried.program.attach(to: PerfEvent(.cycles, .every(100_000), process: current_thread())), beBusy)
        },
    ]

    /// Uses the CPU for a tenth of a second of its own time.
    static func beBusy() {
        var start = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &start)
        var now = start
        repeat {
            clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now)
        } while (now.tv_sec - start.tv_sec) * 1_000_000_000 + now.tv_nsec - start.tv_nsec < 100_000_000
    }

    static let iterators: [HookTrial] = [
        HookTrial(name: "iterator: task", since: "5.10") {
            let tried = try TriedProgram("hook_iter_task")
            try tried.prove(try tried.program.attach()) { link in
                let bytes = try TriedProgram.walk(with: link)
                guard try tried.seen() > 0, bytes.count == Int(try tried.seen()) * 4 else {
                    throw Failure(description: "\(bytes.count) bytes come from \(try tried.seen()) tasks")
                }
            }
        },
        HookTrial(name: "iterator: the tasks of one process", since: "6.1") {
            let tried = try TriedProgram("hook_iter_task")
            try tried.prove(try tried.program.attachIterator(over: .thread(current_thread())), finding: 1...1, "threads")
        },
        HookTrial(name: "iterator: the threads of one process", since: "6.1") {
            let tried = try TriedProgram("hook_iter_task")
            try tried.prove(try tried.program.attachIterator(over: .process(getpid()))) { link in
                // Threads come and go: a walk counts where their number was the same before and after it.
                for _ in 0..<100 {
                    let (threads, before) = (threadCount(), try tried.seen())
                    try TriedProgram.walk(with: link)
                    if threads == threadCount(), try tried.seen() - before == threads { return }
                }
                throw Failure(description: "\(threadCount()) threads are walked over as others")
            }
        },
        HookTrial(name: "iterator: the elements of a map", since: "5.10") {
            let tried = try TriedProgram("hook_iter_elements")
            try tried.prove(try tried.program.attachIterator(over: .map(try tried.object.map("hook_elements"))), finding: 3...3, "elements")
        },
        HookTrial(name: "iterator: cgroups", since: "6.1") {
            let tried = try TriedProgram("hook_iter_cgroup")
            let group = try OwnCgroup()
            try tried.prove(try tried.program.attachIterator(over: .cgroup(path: group.path, .ancestors)), finding: 2...1000, "cgroups")
        },
        // Of the whole machine, at least what the trial has itself.
        objects("maps", "hook_iter_maps"),
        objects("programs", "hook_iter_programs"),
        objects("links", "hook_iter_links", since: "5.19"),
        objects("symbols of the kernel", "hook_iter_symbols", since: "6.0", least: 1000),
        objects("files of processes", "hook_iter_files", least: 3),
        objects("mappings of processes", "hook_iter_mappings", since: "5.12", least: 10),
        // Of this network namespace, which has no others.
        HookTrial(name: "iterator: sockets of TCP", since: "5.10") {
            let tried = try TriedProgram("hook_iter_tcp")
            let listener = try Listener()
            defer { withExtendedLifetime(listener) {} }
            try tried.prove(try tried.program.attach(), finding: 1...1, "sockets that listen")
        },
        HookTrial(name: "iterator: sockets of UDP", since: "5.10") {
            let tried = try TriedProgram("hook_iter_udp")
            let socket = bind_datagrams(15, 0)
            try HookTests.check(socket, "bind")
            defer { close(socket) }
            try tried.prove(try tried.program.attach(), finding: 1...1, "sockets")
        },
    ]

    /// A walk over the objects of a kind that are always there.
    private static func objects(_ name: String, _ program: String, since: KernelVersion = "5.10", least: UInt64 = 1) -> HookTrial {
        HookTrial(name: "iterator: \(name)", since: since) {
            let tried = try TriedProgram(program)
            try tried.prove(try tried.program.attach(), finding: least...UInt64.max, name)
        }
    }

    /// How many threads this process has.
    private static func threadCount() -> UInt64 {
        let line = SmallFile.read("/proc/self/status")?.split(separator: "\n").first { $0.hasPrefix("Threads:") }
        return line?.split(separator: "\t").last.flatMap { UInt64($0) } ?? 0
    }

    static let runs: [HookTrial] = [
        HookTrial(name: "syscall program, run", since: "5.14") {
            let tried = try TriedProgram("hook_syscall")
            let outcome = try tried.program.run(TestRun(context: [41, 0, 0, 0]))
            guard outcome.value == 5, outcome.context == [42, 0, 0, 0] else { throw Failure(description: "\(outcome)") }
        },
        HookTrial(name: "test run of XDP", since: "5.10") {
            let tried = try TriedProgram("hook_xdp")
            let data = [UInt8](0..<64)
            let outcome = try tried.program.run(TestRun(data: data, count: 3))
            guard outcome.value == 2, outcome.data == data, try tried.seen() == 3 else { throw Failure(description: "\(outcome)") }
        },
        HookTrial(name: "test run of XDP, live", since: "5.18") {
            let tried = try TriedProgram("hook_xdp")
            var context = [UInt8](repeating: 0, count: 24)
            // struct xdp_md: data_end, and ingress_ifindex of the loopback device.
            context[4] = 64
            context[12] = 1
            _ = try tried.program.run(TestRun(data: [UInt8](repeating: 0, count: 64), context: context, count: 5, isLive: true))
            guard try tried.seen() == 5 else { throw Failure(description: "\(try tried.seen()) of 5 packets") }
        },
        HookTrial(name: "test run of a raw tracepoint, on a CPU", since: "5.10") {
            for cpu in try CPUs.online().map({ UInt32($0) }) {
                let tried = try TriedProgram("hook_raw_tp_cpu")
                let outcome = try tried.program.run(TestRun(context: [0, 0, 0, 0, 0, 0, 0, 0, 121, 0, 0, 0, 0, 0, 0, 0], cpu: cpu))
                guard outcome.value == 0, try tried.seen() == 1 else { throw Failure(description: "\(try tried.seen()) runs: \(outcome)") }
                let cookie = try tried.object.value(of: "cookie", as: UInt64.self)
                guard cookie == UInt64(cpu) << 32 | 121 else {
                    throw Failure(description: "it ran on CPU \(cookie >> 32), not on \(cpu), with \(cookie & 0xFFFF_FFFF), not 121")
                }
            }
        },
    ]
}

extension TriedProgram {
    /// Proves a link by one walk, in which the program counts so many.
    func prove(_ link: consuming Link, finding range: ClosedRange<UInt64>, _ objects: String) throws {
        try prove(link) { link in
            let before = try seen()
            try Self.walk(with: link)
            let count = try seen() - before
            guard range.contains(count) else { throw HookTrial.Failure(description: "\(count) \(objects) are walked over") }
        }
    }
}
