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
            let rounds = attachments / forms.count
            for form in forms { form.attachManyTimes(rounds) }
            let after = Residue.settled(of: forms)
            #expect(after.descriptors == before.descriptors, "descriptors: \(before.descriptors), then \(after.descriptors)")
            #expect(after.lockedBytes == before.lockedBytes, "locked memory: \(before.lockedBytes), then \(after.lockedBytes)")
            // Some of the forms hold much for a while, which the allocator gives back in pieces.
            #expect(after.allocatedBytes < before.allocatedBytes + 64 << 10, "memory: \(before.allocatedBytes), then \(after.allocatedBytes)")
            #expect(after.mappedBytes < before.mappedBytes + 1 << 20, "mappings: \(before.mappedBytes), then \(after.mappedBytes)")
            #expect(after.links == [], "links that are left: \(after.links)")
            #expect(after.definitions == [], "definitions that are left: \(after.definitions)")
            #expect(!HookTrial.congestionControls().contains("\(getpid())"), "\(HookTrial.congestionControls())")
            OwnLibrary.remove()
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

    /// Attaches and detaches it so often, and expects that no memory is kept. Each form is looked at on its own, in parts: what it leaves each time is left in
    /// every part, while what the allocator keeps for later is not.
    func attachManyTimes(_ rounds: Int) {
        let part = max(1, rounds / Self.parts)
        var growths: [Int] = []
        for _ in 0..<Self.parts {
            let before = allocated_bytes()
            for _ in 0..<part where !attachAgain() { return }
            growths.append(Int(allocated_bytes()) - Int(before))
        }
        let least = growths.min() ?? 0
        #expect(least < part * Self.bytesEach, "\(trial): \(growths) bytes are left of \(part) attachments each")
    }

    /// In how many parts a form is attached.
    private static let parts = 4

    /// How many bytes an attachment must not leave: a leak of one allocation is seen, however often it is attached.
    private static let bytesEach = 16

    /// Whether it is attached, and detached, once more; says why where it is not.
    func attachAgain() -> Bool {
        var attempts = 1000
        while true {
            do {
                try attach()
                return true
            } catch {
                attempts -= 1
                // Who lists the links of the machine, as other tests do, holds each for a moment.
                if (error as? EBPFError)?.code == .busy, attempts > 0 {
                    usleep(10_000)
                    continue
                }
                // Thrown on, it would not be told.
                #expect(Bool(false), "\(trial): \(error)")
                return false
            }
        }
    }

    /// Those that the running kernel has; prints which it has not.
    static func all(in group: String) throws -> [RepeatedAttachment] {
        let device = try NetworkInterface("lo")
        let map = try TriedProgram("hook_iter_elements")
        let sockets = try TriedProgram("hook_sk_msg")
        let library = try OwnLibrary.place()
        var all: [RepeatedAttachment] = []
        func add(
            _ trial: String, _ name: String, of object: ObjectFile? = nil, _ options: LoadOptions = LoadOptions(),
            _ attach: @escaping (Program) throws -> Link
        ) {
            do {
                let tried = try TriedProgram(name, of: try object ?? TrialLanguage.hooks(), options)
                _ = try attach(tried.program)
                all.append(RepeatedAttachment(trial: trial, program: try tried.program.information().id) { _ = try attach(tried.program) })
            } catch {
                // Thrown on, it would not be told.
                #expect(HookTrial.mayBeMissing(trial), "\(trial): \(error)")
                print("not run, because \(error) (\(trial))")
            }
        }
        // A set of functions has programs of its own.
        func addOperations() {
            guard KernelFeatures.running.support(ofLinks: .structOperations).isYes else {
                return print("not run, because struct_ops has links since Linux 6.4 (struct_ops, link)")
            }
            do {
                var file = try StructOperations.object()
                _ = try file.renameCongestionControl("steady")
                file.maps[try file.mapIndex("steady")].flags.insert(.link)
                let loaded = try file.load()
                _ = try loaded.attachStructOperations("steady")
                let program = try loaded.programs[0].information().id
                all.append(RepeatedAttachment(trial: "struct_ops, link", program: program) { _ = try loaded.attachStructOperations("steady") })
            } catch { #expect(Bool(false), "struct_ops, link: \(error)") }
        }
        add("raw_tp", "hook_raw_tp") { try $0.attach() }
        add("tp_btf", "hook_tp_btf") { try $0.attach() }
        add("tracepoint", "hook_plain_tracepoint") { try $0.attach() }
        if LiveKernel.isSince("5.13") {
            add("fentry", "hook_fentry") { try $0.attach() }
            add("fexit", "hook_fexit") { try $0.attach() }
            add("lsm", "hook_lsm") { try $0.attach() }
        } else {
            print("not run, because programs of functions are attached again since Linux 5.13 (fentry, fexit, lsm)")
        }
        let replaced = try TriedProgram("hook_replaced")
        add("freplace", "hook_freplace", LoadOptions(targets: ["hook_freplace": replaced.program])) {
            try $0.attach(replacing: "replaceable", of: replaced.program)
        }
        add("kprobe", "hook_kprobe") { try $0.attach() }
        add("kprobe.multi", "hook_kprobe_multi") { try $0.attach(toKprobes: [(Program.functionPrefix + "getpgid", 0)]) }
        add("uprobe", "hook_uprobe") { try $0.attach(toUprobe: UserTarget(library, symbol: "getppid")) }
        add("uprobe.multi", "hook_uprobe_multi") { try $0.attach(toUprobes: library, [("getppid", 0)]) }
        add("usdt, one process", "hook_usdt", of: try Probes.object()) { try $0.attach(AttachOptions(process: getpid())) }
        add("uprobe, one process", "hook_uprobe") { try $0.attach(AttachOptions(process: getpid())) }
        add("perf_event, per task", "hook_perf_event") {
            try $0.attach(to: PerfEvent(.cpuClock, .every(1_000_000_000), process: getpid()))
        }
        add("iterator: task", "hook_iter_task") { try $0.attach() }
        add("iterator: the elements of a map", "hook_iter_elements") {
            try $0.attachIterator(over: .map(try map.object.map("hook_elements")))
        }
        add("xdp, generic", "hook_xdp") { try $0.attach(toXDP: device, mode: .generic) }
        add("xdp, generic, entry of the device", "hook_xdp") {
            try $0.attach(toXDPEntryOf: device, mode: .generic)
        }
        add("tc, clsact, ingress", "hook_tc") { try $0.attach(toClassifier: device, .ingress) }
        add("tcx, ingress", "hook_tcx_ingress") {
            try $0.attach(toTrafficControl: device, .ingress, order: .first)
        }
        add("netfilter", "hook_netfilter") { try $0.attach(toNetfilter: .localIn) }
        add("sk_lookup", "hook_sk_lookup") { try $0.attach() }
        add("sk_msg", "hook_sk_msg") { try $0.attach(toSocketMap: sockets.object.map("hook_sockets")) }
        let socket = bind_datagrams(9, 0)
        try HookTests.check(socket, "bind")
        add("socket filter", "hook_socket") { try $0.attach(toSocket: socket) }
        if let pair = HookTrial.pair("netkit") {
            add("netkit, primary", "hook_netkit_primary") { try $0.attach(toNetkit: NetworkInterface(pair.first), .primary) }
        }
        if let pair = HookTrial.pair("veth") {
            add("lwt_out", "hook_lwt_out") { try $0.attach(toRoute: Route(to: "10.99.0.0/24", through: NetworkInterface(pair.first))) }
        }
        addOperations()
        add("cgroup, sock_create", "hook_cgroup_sock") { try $0.attach(AttachOptions(cgroup: group)) }
        add("cgroup_skb, egress, without a link", "hook_cgroup_skb_egress") {
            try $0.attach(toCgroup: group, sharing: .multiple)
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
