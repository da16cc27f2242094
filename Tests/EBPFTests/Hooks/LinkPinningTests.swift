// SPDX-License-Identifier: Apache-2.0

import BPFAssembly
import CNamespaces
@testable import EBPF
import Glibc
import Testing

/// Links of each kind, pinned and opened again, and given another program where the kind of hook has that.
@Suite(.enabled(if: LiveKernel.isAvailable, LiveKernel.reason))
struct LinkPinningTests {
    @Test func linksOfEachKindArePinnedOpenedAndGivenAnotherProgram() async {
        let result = await #expect(processExitsWith: .success, observing: [\.standardOutputContent]) {
            try LinkTests.takeNamespaces()
            let group = try OwnCgroup()
            try group.enter()
            defer { group.leave() }
            for kind in PinnedKind.all(in: group.path) { kind.run() }
        }
        KilledProcessTests.tell(result)
    }

    @Test func anIteratorIsPinnedOpenedAndGivenAnotherProgram() async {
        await #expect(processExitsWith: .success) {
            try LinkTests.takeNamespaces()
            let (first, second) = (try TriedProgram("hook_iter_task"), try TriedProgram("hook_iter_task"))
            do {
                let link = try first.program.attach()
                try link.pin(at: "/sys/fs/bpf/tasks")
            }
            let again = try Link.open("/sys/fs/bpf/tasks")
            #expect(try again.information().kind == "iter")
            var walk = try again.walk()
            let bytes = try walk.readAll()
            let seen = try first.seen()
            #expect(!bytes.isEmpty && seen > 0)
            // Reading the file walks as well.
            let text = try FileContents.read("/sys/fs/bpf/tasks").array()
            #expect(try !text.isEmpty && first.seen() > seen)
            let settled = try first.seen()
            try again.update(to: second.program, replacing: first.program)
            var other = try again.walk()
            _ = try other.readAll()
            #expect(try first.seen() == settled, "the first is replaced")
            #expect(try second.seen() > 0)
            try HookTests.check(unlink("/sys/fs/bpf/tasks"), "unlink")
        }
    }

    @Test func aLinkToNoIteratorIsNotWalkedWithAndSaysSo() async {
        await #expect(processExitsWith: .success) {
            try LinkTests.takeNamespaces()
            let tried = try TriedProgram("hook_xdp")
            let link = try tried.program.attach(toXDP: NetworkInterface("lo"), mode: .generic)
            let error = #expect(throws: EBPFError.self) { _ = try link.walk() }
            #expect(error?.code == .invalid)
            #expect(error?.description.contains("only programs of iterators are walked with") == true)
        }
    }

    @Test(.enabled(if: KernelFeatures.running.support(ofLinks: .structOperations).isYes, "not run, because struct_ops has links since Linux 6.4"))
    func aSetOfFunctionsIsPinnedAndOpenedAgain() async {
        await #expect(processExitsWith: .success) {
            try LinkTests.takeNamespaces()
            var file = try StructOperations.object()
            let name = try file.renameCongestionControl("steady")
            file.maps[try file.mapIndex("steady")].flags.insert(.link)
            let loaded = try file.load()
            do {
                let link = try loaded.attachStructOperations("steady")
                try link.pin(at: "/sys/fs/bpf/set")
            }
            try check(connect_with(name), "connect")
            let again = try Link.open("/sys/fs/bpf/set")
            #expect(try again.information().kind == "struct_ops")
            #expect(try loaded.value(of: "seen", as: UInt64.self) > 0)
            try HookTests.check(unlink("/sys/fs/bpf/set"), "unlink")
            again.detach()
            for _ in 0..<1000 where HookTrial.congestionControls().contains(name) { usleep(10_000) }
            #expect(connect_with(name) == -ENOENT)
            // The set can be attached again.
            let third = try loaded.attachStructOperations("steady")
            try check(connect_with(name), "connect")
            third.detach()
        }
    }
}

/// A kind of link that is pinned: with the trial that knows which kernels lack it.
private struct PinnedKind {
    let trial: String
    /// The kernel's word for it.
    let kind: String
    let program: String
    /// Whether it takes another program while it is there.
    let isUpdated: Bool
    let attach: (Program) throws(EBPFError) -> Link
    let event: () throws -> Void

    func run() {
        do {
            let (first, second) = (try TriedProgram(program), try TriedProgram(program))
            let link = try attach(first.program)
            // Without links to many functions each has one of its own, as an event.
            let isOfItsKind = link.isKernelLink && (kind != "kprobe_multi" || KernelFeatures.running.support(ofLinks: .kprobeMulti).isYes)
            guard isOfItsKind else { return print("not run, because this kernel has no link for it: \(trial)") }
            try prove(link, first, second)
        } catch {
            // Thrown on, it would not be told.
            #expect(HookTrial.mayBeMissing(trial), "\(trial): \(error)")
            print("not run, because \(error) (\(trial))")
        }
    }

    private func prove(_ link: consuming Link, _ first: TriedProgram, _ second: TriedProgram) throws {
        let path = "/sys/fs/bpf/\(kind)"
        try link.pin(at: path)
        Self.drop(link)
        // That it is not seen is thrown.
        try first.see(event)
        let again = try Link.open(path)
        #expect(try again.information().kind == kind, "\(trial): it is opened as what it is")
        #expect(try again.information().programID == first.program.information().id, "\(trial): the program is the one that was attached")
        let last = isUpdated ? second : first
        if isUpdated {
            try again.update(to: second.program, replacing: first.program)
        } else {
            let error = #expect(throws: EBPFError.self, "\(trial): it takes no other program") { try again.update(to: second.program) }
            #expect(error?.code == .unsupported, "\(trial): \(String(describing: error))")
        }
        // Packets that were under way have arrived when the other program sees one.
        try last.see(event)
        let settled = try first.seen()
        try last.see(event)
        #expect(try !isUpdated || first.seen() == settled, "\(trial): the first is replaced")
        try HookTests.check(unlink(path), "unlink")
        let identifier = try again.information().id
        again.detach()
        // The file's hold ends a little later.
        for _ in 0..<1000 where KernelObjects.identifiers(.link).contains(identifier) { usleep(10_000) }
        usleep(50_000)
        let end = try last.seen()
        try event()
        #expect(try last.seen() == end, "\(trial): nothing is seen after the link has gone")
    }

    /// Lets a link go without detaching it.
    private static func drop(_ link: consuming Link) {}

    static func all(in group: String) -> [PinnedKind] {
        [
            PinnedKind(trial: "xdp, generic", kind: "xdp", program: "hook_xdp", isUpdated: true) { program throws(EBPFError) in
                try program.attach(toXDP: NetworkInterface("lo"), mode: .generic)
            } event: {
                try HookTrial.sendDatagram()
            },
            PinnedKind(trial: "tcx, ingress", kind: "tcx", program: "hook_tcx_ingress", isUpdated: true) { program throws(EBPFError) in
                try program.attach(toTrafficControl: NetworkInterface("lo"), .ingress)
            } event: {
                try HookTrial.sendDatagram()
            },
            PinnedKind(trial: "cgroup, sock_create", kind: "cgroup", program: "hook_cgroup_sock", isUpdated: true) { program throws(EBPFError) in
                try program.attach(AttachOptions(cgroup: group))
            } event: {
                try HookTrial.makeSocket()
            },
            PinnedKind(trial: "sk_lookup", kind: "netns", program: "hook_sk_lookup", isUpdated: true) { program throws(EBPFError) in
                try program.attach()
            } event: {
                try HookTrial.sendDatagram()
            },
            PinnedKind(trial: "netfilter", kind: "netfilter", program: "hook_netfilter", isUpdated: false) { program throws(EBPFError) in
                try program.attach(toNetfilter: .localIn)
            } event: {
                try HookTrial.sendDatagram()
            },
            simple("raw_tp", "raw_tracepoint", "hook_raw_tp"),
            simple("tp_btf", "raw_tracepoint", "hook_tp_btf"),
            simple("fexit", "tracing", "hook_fexit"),
            simple("tracepoint", "perf_event", "hook_plain_tracepoint"),
            simple("kprobe.multi", "kprobe_multi", "hook_kprobe_multi"),
        ]
    }

    /// One whose section says all, and which no link gives another program.
    private static func simple(_ trial: String, _ kind: String, _ program: String) -> PinnedKind {
        PinnedKind(trial: trial, kind: kind, program: program, isUpdated: false) { program throws(EBPFError) in
            try program.attach()
        } event: {
            try HookTrial.askForGroup()
        }
    }
}
