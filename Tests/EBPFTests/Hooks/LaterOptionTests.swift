// SPDX-License-Identifier: Apache-2.0

import BPFAssembly
@testable import EBPF
import Glibc
import Testing

/// Options that kernels learned later than what they are options of: each is either heeded, or refused with the release that it takes.
struct LaterOptionTests {
    @Test(arguments: LaterOption.allCases)
    func anOptionThatTheKernelIsTooOldForIsNamedWithItsRelease(_ option: LaterOption) throws {
        let refused = try #require(Failure.ofOptions([option], errno: EINVAL, kernel: "5.10"))
        #expect(refused.code == .unsupported)
        #expect(refused.cause == "\(option.text) appeared in Linux \(option.since), this kernel is 5.10")
        #expect(refused.remedy == "\(option.remedy), or use a newer kernel")
        #expect(Failure.ofOptions([option], errno: E2BIG, kernel: "5.10") == refused)
        #expect(Failure.ofOptions([option], errno: EINVAL, kernel: option.since) == nil)
        #expect(Failure.ofOptions([option], errno: EPERM, kernel: "5.10") == nil)
        #expect(Failure.ofOptions([option], errno: EINVAL, kernel: nil) == nil)
    }

    @Test func theYoungestOfSeveralOptionsSaysWhichKernelIsNeeded() {
        let options: [LaterOption] = [.eventCookie, .cgroupOrder, .liveFrames]
        #expect(Failure.ofOptions(options, errno: EINVAL, kernel: "5.10") == Failure.ofOptions([.cgroupOrder], errno: EINVAL, kernel: "5.10"))
        #expect(Failure.ofOptions(options, errno: EINVAL, kernel: "6.17") == nil)
        #expect(Failure.ofOptions([], errno: EINVAL, kernel: "5.10") == nil)
    }

    /// In a process of its own: with a network namespace, and a cgroup that is the test's.
    @Test(.enabled(if: LiveKernel.isAvailable, LiveKernel.reason))
    func anOptionIsHeededOrRefusedWithTheReleaseThatItTakes() async {
        let result = await #expect(processExitsWith: .success, observing: [\.standardOutputContent]) {
            try HookTests.takeNamespaces()
            // Distributions bring options to older kernels, so that what is taken counts where it is seen to be heeded.
            func expect(_ option: LaterOption, _ what: String, isSeen: Bool = false, _ body: () throws -> Void) {
                do {
                    try body()
                    print("option|\(what)|heeded")
                    #expect(isSeen || !option.isOlderKernel, "\(what): taken by a kernel that does not know it")
                } catch let error as EBPFError {
                    let isRight = error.code == .unsupported && error.cause.hasPrefix("\(option.text) appeared in Linux \(option.since)")
                    print("option|\(what)|\(error.cause)")
                    #expect(isRight && option.isOlderKernel, "\(what): \(error.code): \(error)")
                } catch { Issue.record("\(what): \(error)") }
            }
            let cookie = AttachOptions(cookie: 7)
            let tracepoint = try TriedProgram("hook_plain_tracepoint")
            expect(.eventCookie, "tracepoint") { _ = try tracepoint.program.attach(cookie) }
            let uprobe = try TriedProgram("hook_uprobe")
            expect(.eventCookie, "uprobe") { _ = try uprobe.program.attach(cookie) }
            let raw = try TriedProgram("hook_raw_tp")
            expect(.rawTracepointCookie, "raw tracepoint") { _ = try raw.program.attach(cookie) }
            let typed = try TriedProgram("hook_tp_btf")
            expect(.rawTracepointCookie, "typed tracepoint") { _ = try typed.program.attach(cookie) }
            let filter = try TriedProgram("hook_tc")
            let device = try NetworkInterface("lo")
            expect(.trafficControlOrder, "order of tc") { _ = try filter.program.attach(toTrafficControl: device, .ingress, order: .first) }
            let (group, socketed) = (try OwnCgroup(), try TriedProgram("hook_cgroup_sock"))
            let other = try TriedProgram("hook_cgroup_sock")
            expect(.cgroupOrder, "order of cgroups", isSeen: true) {
                let one = try socketed.program.attach(toCgroup: group.path)
                let two = try other.program.attach(toCgroup: group.path, order: .first)
                let (first, second) = (try other.program.information().id, try socketed.program.information().id)
                let directory = open(group.path, O_RDONLY)
                defer { close(directory) }
                let attached = AttachedPrograms(to: directory, other.program.attachType ?? .cgroupInetIngress)?.identifiers ?? []
                one.detach()
                two.detach()
                if attached != [first, second] { throw HookTrial.Failure(description: "\(attached) is not \([first, second])") }
            }
            let tasks = try TriedProgram("hook_iter_task")
            expect(.iteratorScope, "tasks of a process") { _ = try tasks.program.attachIterator(over: .process(getpid())) }
            expect(.iteratorScope, "one thread") { _ = try tasks.program.attachIterator(over: .thread(getpid())) }
            let packets = try TriedProgram("hook_xdp")
            // struct xdp_md: data_end, and ingress_ifindex of the loopback device.
            var context = [UInt8](repeating: 0, count: 24)
            (context[4], context[12]) = (64, 1)
            expect(.packetContext, "context of XDP") {
                _ = try packets.program.run(TestRun(data: [UInt8](repeating: 0, count: 64), context: context))
            }
            let data = [UInt8](repeating: 0, count: 64)
            expect(.liveFrames, "live packets") { _ = try packets.program.run(TestRun(data: data, context: context, isLive: true)) }
            fflush(nil)
        }
        let lines = String(decoding: result?.standardOutputContent ?? [], as: UTF8.self).split(separator: "\n").filter { $0.hasPrefix("option|") }
        #expect(lines.count == 10)
        for line in lines { print(line) }
    }

    /// Before 5.18 live packets are no error without a context: the kernel would run the program as if they were not asked for.
    @Test(
        .enabled(if: LiveKernel.isAvailable, LiveKernel.reason),
        .enabled(if: LaterOption.liveFrames.isOlderKernel, "not run, because this kernel knows live packets (Linux 5.18)"))
    func aTestRunWithLivePacketsIsNeverRunWithoutThem() throws {
        let tried = try TriedProgram("hook_xdp")
        let error = try #require(throws: EBPFError.self) {
            _ = try tried.program.run(TestRun(data: [UInt8](repeating: 0, count: 64), isLive: true))
        }
        #expect(error.cause.contains("appeared in Linux 5.18"))
        #expect(try tried.seen() == 0)
    }

    @Test(
        .enabled(if: LiveKernel.isAvailable, LiveKernel.reason),
        .enabled("not run, because this kernel takes no programs in trampolines") {
            KernelFeatures.running.support(ofPrograms: ProgramKind(.tracing, .traceFentry)).isYes
        })
    func aCookieOfATrampolineIsTakenOrRefusedWithItsRelease() throws {
        let tried = try TriedProgram("hook_fentry")
        guard LaterOption.trampolineCookie.isOlderKernel else {
            let isLink = try tried.program.attach(AttachOptions(cookie: 7)).isKernelLink
            #expect(isLink)
            return
        }
        let error = try #require(throws: EBPFError.self) { _ = try tried.program.attach(AttachOptions(cookie: 7)) }
        #expect(error.code == .unsupported && error.cause.contains("appeared in Linux 5.19"), "\(error)")
    }
}

extension LaterOption {
    /// Whether the running kernel's release is older than the option.
    fileprivate var isOlderKernel: Bool { KernelVersion.running.map { $0 < since } ?? false }
}
