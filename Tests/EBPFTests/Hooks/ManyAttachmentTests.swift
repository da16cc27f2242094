// SPDX-License-Identifier: Apache-2.0

import BPFAssembly
import CNamespaces
@testable import EBPF
import Glibc
import Testing

/// Nothing is left of programs that were attached and detached many times.
@Suite(.enabled(if: LiveKernel.isAvailable, LiveKernel.reason))
struct ManyAttachmentTests {
    /// In one process: what is left would be seen in its descriptors, in its network namespace, in its memory, and among the kernel's links.
    @Test func manyAttachmentsLeaveNothingBehind() async {
        let result = await #expect(processExitsWith: .success, observing: [\.standardOutputContent]) {
            try LinkTests.takeNamespaces()
            let group = try OwnCgroup()
            let forms = try RepeatedAttachment.all(in: group.path)
            for _ in 0..<10 { for form in forms where !form.attachAgain() { return } }
            // Looking takes memory, too, the first time.
            _ = Residue.settled(of: forms)
            let before = Residue(of: forms)
            // Some of them wait for all CPUs, so that 10,000 attachments (EBPF_ATTACHMENTS) take minutes.
            let attachments = getenv("EBPF_ATTACHMENTS").flatMap { Int(String(cString: $0)) } ?? 500
            for _ in 0..<attachments / forms.count { for form in forms where !form.attachAgain() { return } }
            let after = Residue.settled(of: forms)
            #expect(after.descriptors == before.descriptors, "descriptors: \(before.descriptors), then \(after.descriptors)")
            #expect(after.lockedBytes == before.lockedBytes, "locked memory: \(before.lockedBytes), then \(after.lockedBytes)")
            #expect(after.allocatedBytes < before.allocatedBytes + 64 << 10, "memory: \(before.allocatedBytes), then \(after.allocatedBytes)")
            #expect(after.mappedBytes < before.mappedBytes + 1 << 20, "mappings: \(before.mappedBytes), then \(after.mappedBytes)")
            #expect(after.links == [], "links that are left: \(after.links)")
            #expect(after.definitions == [], "definitions that are left: \(after.definitions)")
            // The queue of filters has gone with the last of them: another can be made.
            let queues = try Residue.queues()
            #expect(!queues.contains("clsact"), "\(queues)")
        }
        KilledProcessTests.tell(result)
    }
}

/// A way to attach and detach a program again and again.
private struct RepeatedAttachment {
    let trial: String
    let program: UInt32
    let attach: () throws -> Void

    /// Whether it is attached, and detached, once more; says why where it is not.
    func attachAgain() -> Bool {
        do {
            try attach()
            return true
        } catch {
            // Thrown on, it would not be told.
            #expect(Bool(false), "\(trial): \(error)")
            return false
        }
    }

    /// Those that the running kernel has; prints which it has not.
    static func all(in group: String) throws -> [RepeatedAttachment] {
        let device = try NetworkInterface("lo")
        let map = try TriedProgram("hook_iter_elements")
        var all: [RepeatedAttachment] = []
        func add(_ trial: String, _ name: String, _ attach: @escaping (Program) throws(EBPFError) -> Link) {
            do {
                let tried = try TriedProgram(name)
                _ = try attach(tried.program)
                all.append(RepeatedAttachment(trial: trial, program: try tried.program.information().id) { _ = try attach(tried.program) })
            } catch {
                // Thrown on, it would not be told.
                #expect(HookTrial.mayBeMissing(trial), "\(trial): \(error)")
                print("not run, because \(error) (\(trial))")
            }
        }
        add("raw_tp", "hook_raw_tp") { program throws(EBPFError) in try program.attach() }
        add("tp_btf", "hook_tp_btf") { program throws(EBPFError) in try program.attach() }
        add("tracepoint", "hook_plain_tracepoint") { program throws(EBPFError) in try program.attach() }
        if LiveKernel.isSince("5.13") {
            add("fentry", "hook_fentry") { program throws(EBPFError) in try program.attach() }
        } else {
            print("not run, because programs of functions are attached again since Linux 5.13 (fentry)")
        }
        add("kprobe", "hook_kprobe") { program throws(EBPFError) in try program.attach() }
        add("uprobe, one process", "hook_uprobe") { program throws(EBPFError) in try program.attach(AttachOptions(process: getpid())) }
        add("perf_event, per task", "hook_perf_event") { program throws(EBPFError) in
            try program.attach(to: PerfEvent(.cpuClock, .every(1_000_000_000), process: getpid()))
        }
        add("iterator: task", "hook_iter_task") { program throws(EBPFError) in try program.attach() }
        add("iterator: the elements of a map", "hook_iter_elements") { program throws(EBPFError) in
            try program.attachIterator(over: .map(try map.object.map("hook_elements")))
        }
        add("xdp, generic", "hook_xdp") { program throws(EBPFError) in try program.attach(toXDP: device, mode: .generic) }
        add("xdp, generic, entry of the device", "hook_xdp") { program throws(EBPFError) in
            try program.attach(toXDPEntryOf: device, mode: .generic)
        }
        add("tc, clsact, ingress", "hook_tc") { program throws(EBPFError) in try program.attach(toClassifier: device, .ingress) }
        add("tcx, ingress", "hook_tcx_ingress") { program throws(EBPFError) in
            try program.attach(toTrafficControl: device, .ingress, order: .first)
        }
        add("netfilter", "hook_netfilter") { program throws(EBPFError) in try program.attach(toNetfilter: .localIn) }
        add("sk_lookup", "hook_sk_lookup") { program throws(EBPFError) in try program.attach() }
        add("cgroup, sock_create", "hook_cgroup_sock") { program throws(EBPFError) in try program.attach(AttachOptions(cgroup: group)) }
        add("cgroup_skb, egress, without a link", "hook_cgroup_skb_egress") { program throws(EBPFError) in
            try program.attach(toCgroup: group, sharing: .multiple)
        }
        return all
    }
}

/// What attachments may leave.
private struct Residue {
    let descriptors: Int
    /// Memory that nobody has given back. The resident pages would not do: the kernel makes huge ones of them where it likes, 2 MiB each.
    let allocatedBytes: Int
    /// Writable mappings of this process.
    let mappedBytes: Int
    /// What of it is locked or pinned, in the kernel's words.
    let lockedBytes: [String]
    /// The links of the machine that call one of the programs.
    let links: [UInt32]
    /// Probes that tracefs defines and that name this process.
    let definitions: [String]

    init(of forms: [RepeatedAttachment]) {
        descriptors = KernelObjects.descriptorCount
        // In pages: the sixth number is data and stack (proc(5)).
        let pages = (SmallFile.read("/proc/self/statm") ?? "").split(separator: " ").dropFirst(5).first.flatMap { Int($0) } ?? 0
        allocatedBytes = Int(allocated_bytes())
        mappedBytes = pages * sysconf(Int32(_SC_PAGESIZE))
        let status = (SmallFile.read("/proc/self/status") ?? "").split(separator: "\n")
        lockedBytes = status.filter { $0.hasPrefix("VmLck:") || $0.hasPrefix("VmPin:") }.map { String($0) }
        links = KernelObjects.links(toPrograms: Set(forms.map(\.program)))
        definitions = KernelObjects.probeDefinitions(naming: "\(getpid())")
    }

    /// Looks until no links are left, since the kernel lets the last of them go a little later.
    static func settled(of forms: [RepeatedAttachment]) -> Residue {
        var residue = Residue(of: forms)
        for _ in 0..<1000 where !residue.links.isEmpty {
            usleep(10_000)
            residue = Residue(of: forms)
        }
        return residue
    }

    /// The kinds of queues that the devices of this thread's network namespace have.
    static func queues() throws -> [String] {
        let netlink = try Netlink(for: "look for queues")
        let answers = try netlink.request(NetlinkMessage(type: 38, flags: NetlinkMessage.dump, fixed: [UInt8](repeating: 0, count: 20)))
        return answers.flatMap { NetlinkAnswer.attributes(of: $0.body, from: 20) }.filter { $0.type == 1 }.compactMap { $0.value.string(at: 0) }
    }
}
