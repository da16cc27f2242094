// SPDX-License-Identifier: Apache-2.0

import BPFAssembly
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
