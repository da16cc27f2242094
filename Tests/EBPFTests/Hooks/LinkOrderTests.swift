// SPDX-License-Identifier: Apache-2.0

import BPFAssembly
import CNamespaces
@testable import EBPF
import Glibc
import Testing

/// Several programs at one hook: in which order they run, and which of them stand in for others.
@Suite(.enabled(if: LiveKernel.isAvailable, LiveKernel.reason))
struct LinkOrderTests {
    /// Whether the kernel takes an order of a cgroup's programs, as some do that are older than Linux 6.17.
    private static let hasOrderedCgroups: Bool = {
        do {
            let group = try OwnCgroup()
            _ = try TriedProgram("hook_cgroup_time").program.attach(AttachOptions(cgroup: group.path, order: .first))
            return true
        } catch { return false }
    }()

    /// Has two programs see an event: the one in front lets nothing through to the one behind, which sees it when the other has gone.
    static func prove(_ front: TriedProgram, _ link: consuming Link, before behind: TriedProgram, _ event: () throws -> Void) throws {
        try front.see(event)
        #expect(try behind.seen() == 0, "the one behind does not")
        try front.prove(link, event)
        // That it is not seen is thrown: the one behind sees it when it is alone.
        try behind.see(event)
    }

    @Test(.enabled(if: KernelFeatures.running.support(ofLinks: .tcx).isYes, "not run, because tcx came with Linux 6.6"))
    func programsOfOneDeviceRunInTheOrderThatIsAskedFor() async {
        await #expect(processExitsWith: .success) {
            try HookTests.takeNamespaces()
            let device = try NetworkInterface("lo")
            let (first, second) = (try TriedProgram("hook_tcx_ingress"), try TriedProgram("hook_swallows"))
            let one = try first.program.attach(toTrafficControl: device, .ingress)
            let two = try second.program.attach(toTrafficControl: device, .ingress, order: .before(first.program))
            try LinkOrderTests.prove(second, two, before: first, HookTrial.trySendingDatagram)
            one.detach()
            // Behind one that lets nothing through, nothing is seen.
            let (swallowing, last) = (try TriedProgram("hook_swallows"), try TriedProgram("hook_tcx_ingress"))
            let three = try swallowing.program.attach(toTrafficControl: device, .ingress)
            let four = try last.program.attach(toTrafficControl: device, .ingress, order: .after(swallowing.program))
            try LinkOrderTests.prove(swallowing, three, before: last, HookTrial.trySendingDatagram)
            four.detach()
        }
    }

    @Test(
        .enabled(if: KernelFeatures.running.support(ofLinks: .netkit).isYes, "not run, because this kernel has no netkit (Linux 6.7, CONFIG_NETKIT)"))
    func programsOfNetkitRunInTheOrderThatIsAskedFor() async {
        await #expect(processExitsWith: .success) {
            try HookTests.takeNamespaces()
            let pair = try DevicePair("netkit")
            let device = try NetworkInterface(pair.first)
            for isBefore in [true, false] {
                let (first, second) = (try TriedProgram("hook_netkit_primary"), try TriedProgram("hook_netkit_swallows"))
                // The one that is put relative to the other is attached later.
                let (early, late) = isBefore ? (first, second) : (second, first)
                let one = try early.program.attach(toNetkit: device, .primary)
                let two = try late.program.attach(toNetkit: device, .primary, order: isBefore ? .before(early.program) : .after(early.program))
                if isBefore {
                    try LinkOrderTests.prove(second, two, before: first) { try pair.send() }
                    one.detach()
                } else {
                    try LinkOrderTests.prove(second, one, before: first) { try pair.send() }
                    two.detach()
                }
            }
        }
    }

    @Test(.enabled(if: hasOrderedCgroups, "not run, because programs of cgroups have an order since Linux 6.17"))
    func programsOfCgroupsRunInTheOrderThatIsAskedFor() async {
        await #expect(processExitsWith: .success) {
            let group = try OwnCgroup()
            let (first, second, third) = (
                try TriedProgram("hook_cgroup_time"), try TriedProgram("hook_cgroup_time"), try TriedProgram("hook_cgroup_time")
            )
            let one = try first.program.attach(AttachOptions(cgroup: group.path))
            let two = try second.program.attach(AttachOptions(cgroup: group.path, order: .before(first.program)))
            let three = try third.program.attach(AttachOptions(cgroup: group.path, order: .after(second.program)))
            let absent = try TriedProgram("hook_cgroup_time")
            let error = #expect(throws: EBPFError.self, "a program that is not there") {
                _ = try absent.program.attach(AttachOptions(cgroup: group.path, order: .after(absent.program)))
            }
            #expect(error?.code == .noSuchTarget, "\(String(describing: error))")
            try group.enter()
            defer { group.leave() }
            try HookTrial.makeSocket()
            let times = try [second, third, first].map { try $0.object.value(of: "cookie", as: UInt64.self) }
            #expect(times.allSatisfy { $0 > 0 } && times == times.sorted(), "\(times)")
            try second.prove(two, HookTrial.makeSocket)
            try third.prove(three, HookTrial.makeSocket)
            try first.prove(one, HookTrial.makeSocket)
        }
    }

    @Test(.enabled(if: !hasOrderedCgroups, "not run, because this kernel orders programs of cgroups"))
    func whereCgroupsHaveNoOrderAskingForOneSaysSo() async {
        await #expect(processExitsWith: .success) {
            let group = try OwnCgroup()
            let (first, second) = (try TriedProgram("hook_cgroup_time"), try TriedProgram("hook_cgroup_time"))
            let one = try first.program.attach(AttachOptions(cgroup: group.path))
            let error = #expect(throws: EBPFError.self, "an order") {
                _ = try second.program.attach(AttachOptions(cgroup: group.path, order: .before(first.program)))
            }
            #expect(error?.description.contains("6.17") == true, "\(String(describing: error))")
            one.detach()
        }
    }

    @Test func filtersRunByTheirPriorities() async {
        await #expect(processExitsWith: .success) {
            try HookTests.takeNamespaces()
            let device = try NetworkInterface("lo")
            let (first, second) = (try TriedProgram("hook_tc"), try TriedProgram("hook_swallows"))
            let one = try first.program.attach(toClassifier: device, .ingress, priority: 20)
            let two = try second.program.attach(toClassifier: device, .ingress, priority: 10)
            try LinkOrderTests.prove(second, two, before: first, HookTrial.trySendingDatagram)
            try first.prove(one, HookTrial.sendDatagram)
        }
    }

    @Test func anEntryOfADeviceIsReplacedByWhoKnowsWhatIsThere() async {
        await #expect(processExitsWith: .success) {
            try HookTests.takeNamespaces()
            let device = try NetworkInterface("lo")
            let (first, second) = (try TriedProgram("hook_xdp"), try TriedProgram("hook_xdp"))
            let one = try first.program.attach(toXDPEntryOf: device, mode: .generic)
            let wrong = #expect(throws: EBPFError.self, "another program is there") {
                _ = try first.program.attach(toXDPEntryOf: device, mode: .generic, replacing: second.program)
            }
            #expect(wrong?.code == .busy, "\(String(describing: wrong))")
            let two = try second.program.attach(toXDPEntryOf: device, mode: .generic, replacing: first.program)
            // The entry is no longer the first one's to take out.
            one.detach()
            try HookTrial.sendDatagram()
            #expect(try first.seen() == 0, "the first is replaced")
            try second.prove(two, HookTrial.sendDatagram)
        }
    }

    @Test func aProgramOfACgroupIsReplacedInItsPlace() async {
        await #expect(processExitsWith: .success) {
            let group = try OwnCgroup()
            let (first, second) = (try TriedProgram("hook_cgroup_sock"), try TriedProgram("hook_cgroup_sock"))
            let one = try first.program.attach(toCgroup: group.path, sharing: .multiple)
            #expect(throws: EBPFError.self, "one that is not there is not replaced") {
                _ = try second.program.attach(toCgroup: group.path, sharing: .multiple, replacing: second.program)
            }
            let two = try second.program.attach(toCgroup: group.path, sharing: .multiple, replacing: first.program)
            one.detach()
            try group.enter()
            defer { group.leave() }
            try HookTrial.makeSocket()
            #expect(try first.seen() == 0, "the first is replaced")
            try second.prove(two, HookTrial.makeSocket)
        }
    }

    @Test func aProgramOfACgroupBelowStandsInForOneThatMayBeOverridden() async {
        await #expect(processExitsWith: .success) {
            let above = try OwnCgroup()
            let below = try OwnCgroup(below: above)
            let (outer, inner) = (try TriedProgram("hook_cgroup_sock"), try TriedProgram("hook_cgroup_sock"))
            let one = try outer.program.attach(toCgroup: above.path, sharing: .overridable)
            let two = try inner.program.attach(toCgroup: below.path, sharing: .overridable)
            try below.enter()
            defer { below.leave() }
            try HookTrial.makeSocket()
            #expect(try outer.seen() == 0, "the one above is overridden")
            try inner.prove(two, HookTrial.makeSocket)
            #expect(try outer.seen() > 0, "the one above sees it when the other has gone")
            try outer.prove(one, HookTrial.makeSocket)
        }
    }

    @Test func anExclusiveProgramOfACgroupAllowsNoneBelow() async {
        await #expect(processExitsWith: .success) {
            let above = try OwnCgroup()
            let below = try OwnCgroup(below: above)
            let (outer, inner) = (try TriedProgram("hook_cgroup_sock"), try TriedProgram("hook_cgroup_sock"))
            let one = try outer.program.attach(toCgroup: above.path, sharing: .exclusive)
            for sharing in [.exclusive, .overridable, .multiple] as [CgroupSharing] {
                let error = #expect(throws: EBPFError.self, "\(sharing)") { _ = try inner.program.attach(toCgroup: below.path, sharing: sharing) }
                #expect(error?.code == .busy, "\(String(describing: error))")
            }
            try below.enter()
            defer { below.leave() }
            try outer.prove(one, HookTrial.makeSocket)
            // Now there is room.
            try inner.prove(try inner.program.attach(toCgroup: below.path, sharing: .exclusive), HookTrial.makeSocket)
        }
    }

    @Test func aProgramIsAttachedToANetworkThatIsNotTheThreads() async {
        await #expect(processExitsWith: .success) {
            try HookTests.takeNamespaces()
            let other = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC)
            try HookTests.check(take_own_network(), "unshare")
            let tried = try TriedProgram("hook_sk_lookup")
            let link = try tried.program.attach(AttachOptions(networkNamespace: "/proc/self/fd/\(other)"))
            try HookTrial.sendDatagram()
            #expect(try tried.seen() == 0, "this thread's network is another")
            try check(enter_network(other), "setns")
            try tried.prove(link, HookTrial.sendDatagram)
            close(other)
        }
    }
}
