// SPDX-License-Identifier: Apache-2.0

import BPFAssembly
import CLinux
import CNamespaces
import COpenCalls
@testable import EBPF
import Glibc
import Testing

/// What links can do, and what is said of those that cannot be.
@Suite(.enabled(if: LiveKernel.isAvailable, LiveKernel.reason))
struct LinkTests {
    /// Gives a test's process mounts, with a bpf file system, and a network of its own.
    static func takeNamespaces() throws {
        try HookTests.takeNamespaces()
        if mount("bpf", "/sys/fs/bpf", "bpf", 0, nil) != 0 { try HookTests.check(-errno, "mount bpf") }
    }

    @Test func aPinnedLinkOutlivesItsValueAndIsOpenedAgain() async {
        await #expect(processExitsWith: .success) {
            try LinkTests.takeNamespaces()
            let tried = try TriedProgram("hook_xdp")
            let device = try NetworkInterface("lo")
            do {
                let link = try tried.program.attach(toXDP: device, mode: .generic)
                try link.pin(at: "/sys/fs/bpf/link")
            }
            try HookTrial.sendDatagram()
            let seen = try tried.seen()
            #expect(seen > 0)
            let again = try Link.open("/sys/fs/bpf/link")
            #expect(again.hook == .xdp(interface: "lo"))
            #expect(try again.information().kind == "xdp")
            #expect(try again.information().programID == tried.program.information().id)
            again.detach()
            let settled = try tried.seen()
            try HookTrial.sendDatagram()
            #expect(try tried.seen() == settled)
            #expect(throws: EBPFError.self) { _ = try Link.open("/sys/fs/bpf/nothing") }
        }
    }

    @Test func aLinkCallsAnotherProgramWithoutAPauseAndOnlyTheRightOneIsReplaced() async {
        await #expect(processExitsWith: .success) {
            try LinkTests.takeNamespaces()
            let (first, second, third) = (try TriedProgram("hook_xdp"), try TriedProgram("hook_xdp"), try TriedProgram("hook_tc"))
            let link = try first.program.attach(toXDP: NetworkInterface("lo"), mode: .generic)
            try link.update(to: second.program, replacing: first.program)
            try HookTrial.sendDatagram()
            #expect(try first.seen() == 0)
            #expect(try second.seen() > 0)
            let stale = #expect(throws: EBPFError.self) { try link.update(to: first.program, replacing: first.program) }
            #expect(stale?.code == .busy, "\(stale.map { "\($0)" } ?? "")")
            #expect(throws: EBPFError.self) { try link.update(to: third.program) }
        }
    }

    @Test(
        .enabled(
            if: KernelFeatures.running.support(ofPrograms: ProgramKind(.tracing, .traceFentry)).isYes,
            "not run, because this kernel loads no trampolines"))
    func aProgramOfAFunctionIsAttachedAgainOrToldSinceWhenThatIs() throws {
        let tried = try TriedProgram("hook_fentry")
        try tried.prove(try tried.program.attach(), HookTrial.askForGroup)
        if LiveKernel.isSince("5.13") {
            try tried.prove(try tried.program.attach(), HookTrial.askForGroup)
        } else {
            let error = #expect(throws: EBPFError.self) { _ = try tried.program.attach() }
            #expect(error?.code == .unsupported && error?.cause.contains("5.13") == true, "\(String(describing: error))")
        }
    }

    @Test func aHookThatIsTakenSaysSo() async {
        await #expect(processExitsWith: .success) {
            try LinkTests.takeNamespaces()
            let device = try NetworkInterface("lo")
            let (first, second) = (try TriedProgram("hook_xdp"), try TriedProgram("hook_xdp"))
            let link = try first.program.attach(toXDP: device, mode: .generic)
            let taken = #expect(throws: EBPFError.self) { _ = try second.program.attach(toXDP: device, mode: .generic) }
            #expect(taken?.code == .busy)
            #expect(taken?.cause.contains("program \(try first.program.information().id)") == true, "\(taken.map { "\($0)" } ?? "")")
            link.detach()
            let dissector = try TriedProgram("hook_flow_dissector")
            let only = try dissector.program.attach()
            let other = try TriedProgram("hook_flow_dissector")
            let full = #expect(throws: EBPFError.self) { _ = try other.program.attach() }
            #expect(full?.code == .busy)
            only.detach()
        }
    }

    @Test func whatCannotBeAttachedSaysWhyAndWhatIsNear() async {
        await #expect(processExitsWith: .success) {
            try LinkTests.takeNamespaces()
            func expect(
                _ code: EBPFError.Code, _ cause: String, remedy: String = "", line: Int = #line, _ body: () throws -> Void
            ) {
                // In the process of a test, only comments are told.
                let error = #expect(throws: EBPFError.self, "line \(line)") { try body() }
                guard let error else { return }
                let isRight = error.code == code && error.cause.contains(cause) && (remedy.isEmpty || error.remedy?.contains(remedy) == true)
                #expect(isRight, "line \(line): \(error.code): \(error)")
            }
            expect(.noSuchTarget, "it has lo") { _ = try NetworkInterface("no-such-device") }
            let xdp = try TriedProgram("hook_xdp")
            expect(.invalid, "its section cannot say which network device", remedy: "AttachOptions(interface:") { _ = try xdp.program.attach() }
            expect(.invalid, "it takes no cookie") { _ = try xdp.program.attach(AttachOptions(cookie: 1)) }
            expect(.invalid, "type xdp") { _ = try xdp.program.attach(toRawTracepoint: "sys_enter") }
            expect(.noSuchTarget, "there is no such network device") { _ = try xdp.program.attach(toXDP: NetworkInterface(index: 4711)) }
            let tracepoint = try TriedProgram("hook_plain_tracepoint")
            expect(.noSuchTracepoint, "'sys_enter_getpgid'") {
                _ = try tracepoint.program.attach(toTracepoint: "sys_enter_getpgidd", category: "syscalls")
            }
            expect(.noSuchTracepoint, "it has 'syscalls/sys_enter_getpgid'") {
                _ = try tracepoint.program.attach(toTracepoint: "sys_enter_getpgid", category: "system_calls")
            }
            expect(.noSuchTracepoint, "it has 'sched'") { _ = try tracepoint.program.attach(toTracepoint: "never_was", category: "shced") }
            let raw = try TriedProgram("hook_raw_tp")
            expect(.noSuchTracepoint, "'sys_enter'") { _ = try raw.program.attach(toRawTracepoint: "sys_entr") }
            let kprobe = try TriedProgram("hook_kprobe")
            let function = Program.functionPrefix + "getpgid"
            if ProbeSource.kprobe == nil {
                expect(.unsupported, "CONFIG_KPROBES", remedy: "tracepoint syscalls/sys_enter_getpgid") {
                    _ = try kprobe.program.attach(toKprobe: function)
                }
            } else {
                expect(.noSuchTarget, "'\(function)'") { _ = try kprobe.program.attach(toKprobe: function + "d") }
            }
            let cgroup = try TriedProgram("hook_cgroup_sock")
            expect(.invalid, "no cgroup") { _ = try cgroup.program.attach(AttachOptions(cgroup: "/proc")) }
            expect(.noSuchTarget, "/no/such/place") { _ = try cgroup.program.attach(AttachOptions(cgroup: "/no/such/place")) }
        }
    }

    @Test func anAttachmentWithoutOneLinkOfTheKernelSaysWhyItHasNone() async {
        await #expect(processExitsWith: .success) {
            try LinkTests.takeNamespaces()
            func expect(_ cause: String, remedy: String, line: Int = #line, _ link: borrowing Link) {
                let pinning = #expect(throws: EBPFError.self, "line \(line)") { try link.pin(at: "/sys/fs/bpf/link") }
                let asking = #expect(throws: EBPFError.self, "line \(line)") { try link.information() }
                for error in [pinning, asking] {
                    #expect(error?.code == .unsupported && error?.cause.contains(cause) == true, "line \(line): \(String(describing: error))")
                    #expect(error?.remedy?.contains(remedy) ?? remedy.isEmpty, "line \(line): \(String(describing: error))")
                }
            }
            let sampled = try TriedProgram("hook_perf_event").program
            let cpus = try CPUs.online().count
            if cpus > 1 {
                expect("made of \(cpus) parts", remedy: "on its own", try sampled.attach(to: PerfEvent(.cpuClock, .every(1_000_000_000))))
            }
            let xdp = try TriedProgram("hook_xdp").program
            expect("the older form", remedy: "attach(toXDP:)", try xdp.attach(toXDPEntryOf: NetworkInterface("lo"), mode: .generic))
            let socket = bind_datagrams(9, 0)
            try HookTests.check(socket, "bind")
            defer { close(socket) }
            expect("kernels have no links", remedy: "", try TriedProgram("hook_socket").program.attach(toSocket: socket))
            let offload = #expect(throws: EBPFError.self, "a device that runs programs itself") {
                _ = try xdp.attach(toXDP: NetworkInterface("lo"), mode: .offload)
            }
            #expect(offload?.code == .unsupported && offload?.cause.contains("prog_ifindex") == true, "\(String(describing: offload))")
        }
    }

    /// An iterator that goes over one thing needs to be told which.
    @Test func aWalkThatGoesOverAMapOrACgroupAsksForIt() throws {
        let elements = try TriedProgram("hook_iter_elements")
        let none = #expect(throws: EBPFError.self) { _ = try elements.program.attach() }
        #expect(none?.code == .invalid && none?.cause.contains("go over one map") == true, "\(String(describing: none))")
        #expect(none?.remedy?.contains("attachIterator(over: .map") == true, "\(String(describing: none))")
        let tasks = try TriedProgram("hook_iter_task")
        let map = try elements.object.map("hook_elements")
        let other = #expect(throws: EBPFError.self) { _ = try tasks.program.attachIterator(over: .map(map)) }
        #expect(other?.code == .invalid && other?.cause.contains("go over no map") == true, "\(String(describing: other))")
        guard LiveKernel.isSince("6.1") else { return print("not run, because walks over cgroups came with Linux 6.1: aWalkThatGoesOver...") }
        let cgroups = try TriedProgram("hook_iter_cgroup")
        let nowhere = #expect(throws: EBPFError.self) { _ = try cgroups.program.attachIterator() }
        #expect(nowhere?.code == .invalid && nowhere?.cause.contains("begin at one") == true, "\(String(describing: nowhere))")
        #expect(nowhere?.remedy?.contains("attachIterator(over: .cgroup") == true, "\(String(describing: nowhere))")
    }

    /// Probes of a library whose path is longer than file names may be.
    @Test(.enabled(if: LiveKernel.isAvailable && LiveKernel.isSince("6.6"), "not run, because links tell of probes since Linux 6.6"))
    func aLinkToALibraryWithALongPathTellsIt() async {
        await #expect(processExitsWith: .success) {
            try LinkTests.takeNamespaces()
            if mount("tmpfs", "/tmp", "tmpfs", 0, nil) != 0 { try HookTests.check(-errno, "mount tmpfs") }
            var place = "/tmp"
            for _ in 0..<12 {
                place += "/a-directory-with-a-long-name"
                if mkdir(place, 0o755) != 0 { try HookTests.check(-errno, "mkdir") }
            }
            let library = place + "/libcopy.so"
            try HookTests.copy(UserTarget("libc.so.6", symbol: "getppid").resolve().path, to: library)
            let tried = try TriedProgram("hook_uprobe")
            let link = try tried.program.attach(toUprobe: UserTarget(library, symbol: "getppid"))
            try link.pin(at: "/sys/fs/bpf/probe")
            let again = try Link.open("/sys/fs/bpf/probe")
            func path(_ hook: Hook) -> String {
                switch hook {
                case .uprobe(let binary, _, _), .uprobes(let binary, _, _): binary
                default: "\(hook)"
                }
            }
            let opened = path(again.hook)
            #expect(opened == library, "\(opened)")
            // With less room than the name takes, its beginning is kept, and so is all else.
            let short = try LinkInformation(of: again.kernelLink(for: "ask"), for: "ask", roomForName: 64)
            #expect(path(short.hook) == String(library.prefix(63)), "\(short)")
            #expect(try short.programID == tried.program.information().id && short.kind == "perf_event", "\(short)")
            guard LiveKernel.isSince("6.8") else { return }
            let many = try TriedProgram("hook_uprobe_multi")
            let links = try many.program.attach(toUprobes: library, [("getppid", 0)])
            let information = try links.information()
            #expect(path(information.hook) == library && information.placeCount == 1, "\(information)")
        }
    }

    @Test func aLinkOfAKindThatIsNotKnownSaysItsNumberAndNothingElse() {
        func information(_ type: UInt32, _ first: UInt64 = 0) -> LinkInformation {
            var answer = bpf_link_information()
            (answer.type, answer.id, answer.prog_id, answer.details.0) = (type, 5, 12, first)
            return LinkInformation(answer, name: "")
        }
        #expect(information(99).hook == .other(type: 99) && information(99).kind == "99")
        #expect(information(.max).hook == .other(type: .max))
        #expect(information(0).hook == .other(type: 0) && information(0).kind == "unspec")
        #expect(information(15).hook == .other(type: 15) && information(15).kind == "tracing_multi")
        #expect(information(7).hook == .perfEvent && information(7).kind == "perf_event")
        // A link of a tracing program with an attach type that is not known, and one with none.
        #expect(information(2, 200).hook == .other(type: 2))
        #expect(information(2).hook == .replacement(function: "0"))
        #expect(information(99).id == 5 && information(99).programID == 12 && information(99).placeCount == 1)
    }

    /// No kernel is asked: few are built with receivers of infrared signals.
    @Test func aProgramForInfraredReceiversAsksForTheReceiver() {
        let program = Program(
            name: "decode", type: .lircMode2, attachType: nil, hook: .infrared, descriptor: SharedDescriptor(Descriptor(dup(STDIN_FILENO))))
        let error = #expect(throws: EBPFError.self) { _ = try program.attach() }
        #expect(error?.remedy?.contains("attach(toInfrared:)") == true, "\(String(describing: error))")
        let missing = #expect(throws: EBPFError.self) { _ = try program.attach(toInfrared: "/dev/lirc-that-is-not-there") }
        #expect(missing?.code == .noSuchTarget && missing?.remedy?.contains("/dev/lirc") == true, "\(String(describing: missing))")
        let other = #expect(throws: EBPFError.self) { _ = try program.attach(toInfrared: "/dev/null") }
        #expect(other?.cause.isEmpty == false, "\(String(describing: other))")
    }

    /// In a process of its own: the cgroup is the test's.
    @Test func anAttachmentThatWasReplacedDetachesNobodyElse() async {
        await #expect(processExitsWith: .success) {
            let group = try OwnCgroup()
            let (first, second) = (try TriedProgram("hook_cgroup_sock"), try TriedProgram("hook_cgroup_sock"))
            let earlier = try first.program.attach(toCgroup: group.path, sharing: .exclusive)
            let later = try second.program.attach(toCgroup: group.path, sharing: .exclusive)
            earlier.detach()
            try group.enter()
            defer { group.leave() }
            let number = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
            close(number)
            #expect(try first.seen() == 0, "the first was replaced")
            #expect(try second.seen() == 1, "the second is still there")
            let error = #expect(throws: EBPFError.self, "a link beside one that allows none") {
                _ = try first.program.attach(AttachOptions(cgroup: group.path))
            }
            #expect(error?.code == .busy, "\(String(describing: error))")
            #expect(try error?.cause.contains("program \(second.program.information().id)") == true, "\(String(describing: error))")
            later.detach()
        }
    }
}
