// SPDX-License-Identifier: Apache-2.0

import CNamespaces
@testable import EBPF
import Glibc
import Testing

/// A way to attach that a process holds when it is killed.
struct HeldAttachment: Sendable {
    /// The trial of it, which knows what kernels may lack.
    let trial: String
    var fate = Fate.goes
    let load: @Sendable () throws -> LoadedObject
    let attach: @Sendable (LoadedObject, Stage) throws -> Link
    /// What the programs see that are still there.
    var event: @Sendable (Stage) throws -> Void = { _ in }

    /// What becomes of it when the process ends.
    enum Fate: Sendable {
        case goes
        /// It is pinned.
        case pinned
        /// The kernel keeps it until it is taken out.
        case stays
        /// The kernel keeps it and the set of functions until that is taken out.
        case staysAsSet
    }

    /// What is attached to: it belongs to the process that kills.
    final class Stage: Sendable {
        nonisolated(unsafe) let pair: DevicePair
        nonisolated(unsafe) let group: OwnCgroup
        let pin = "/sys/fs/bpf/held"

        init() throws {
            pair = try DevicePair("veth")
            group = try OwnCgroup()
        }
    }

    /// What a process held, as it has said.
    struct Reports {
        /// What should be there when it has gone; of the maps only those that no program uses.
        var expected = HeldObjects()
        /// The forms that stay, with the programs of each.
        var remaining: [(trial: String, programs: [UInt32], set: UInt32?)] = []
        /// What this kernel lacks.
        var missing: [String] = []
        var isComplete = false
    }

    private static func one(
        _ trial: String, _ program: String, _ fate: Fate = .goes,
        attach: @escaping @Sendable (Program, Stage) throws -> Link = { program, _ in try program.attach() },
        event: @escaping @Sendable (Stage) throws -> Void = { _ in }
    ) -> HeldAttachment {
        HeldAttachment(
            trial: trial, fate: fate, load: { try TriedProgram(program, thread: 0).object }, attach: { try attach($0.program(program), $1) },
            event: event)
    }

    private static func set(_ trial: String, _ fate: Fate, isLinked: Bool) -> HeldAttachment {
        HeldAttachment(trial: trial, fate: fate) {
            var file = try StructOperations.object()
            _ = try file.renameCongestionControl("steady", beginning: isLinked ? "linked" : nil)
            if isLinked { file.maps[try file.mapIndex("steady")].flags.insert(.link) }
            return try file.load()
        } attach: { loaded, _ in
            try loaded.attachStructOperations("steady")
        }
    }

    static let all: [HeldAttachment] =
        goers + [
            one("xdp, generic", "hook_xdp", .pinned) { program, stage in
                let link = try program.attach(toXDP: NetworkInterface("lo"), mode: .generic)
                try link.pin(at: stage.pin)
                return link
            } event: { _ in
                try HookTrial.sendDatagram()
            },
            one("xdp, generic, entry of the device", "hook_xdp", .stays) { program, stage in
                try program.attach(toXDPEntryOf: NetworkInterface(stage.pair.first), mode: .generic)
            } event: {
                try $0.pair.send()
            },
            one("tc, clsact, ingress", "hook_tc", .stays) { program, _ in
                try program.attach(toClassifier: NetworkInterface("lo"), .ingress)
            } event: { _ in
                try HookTrial.sendDatagram()
            },
            one("cgroup_skb, egress, without a link", "hook_cgroup_skb_egress", .stays) { program, stage in
                try program.attach(toCgroup: stage.group.path, sharing: .multiple)
            } event: { stage in
                try stage.group.enter()
                defer { stage.group.leave() }
                try HookTrial.sendDatagram()
            },
            one("lwt_out", "hook_lwt_out", .stays) { program, stage in
                try program.attach(toRoute: Route(to: "10.99.0.0/24", through: NetworkInterface(stage.pair.first)))
            } event: {
                try $0.pair.send(to: ["10.99.0.1"])
            },
            set("struct_ops", .staysAsSet, isLinked: false),
        ]

    private static let goers: [HeldAttachment] = [
        one("tracepoint", "hook_plain_tracepoint"), one("raw_tp", "hook_raw_tp"), one("tp_btf", "hook_tp_btf"), one("fentry", "hook_fentry"),
        one("kprobe", "hook_kprobe"), one("kprobe.multi", "hook_kprobe_multi"), one("lsm", "hook_lsm"), one("iterator: task", "hook_iter_task"),
        one("uprobe, one process", "hook_uprobe") { program, _ in try program.attach(AttachOptions(process: getpid())) },
        one("uretprobe.multi", "hook_uretprobe_multi") { program, _ in try program.attach(AttachOptions(process: getpid())) },
        one("perf_event, per task", "hook_perf_event") { program, _ in
            try program.attach(to: PerfEvent(.cpuClock, .every(1_000_000_000), process: getpid()))
        },
        one("xdp, generic", "hook_xdp") { program, stage in try program.attach(toXDP: NetworkInterface(stage.pair.second), mode: .generic) },
        one("tcx, ingress", "hook_tcx_ingress") { program, _ in try program.attach(toTrafficControl: NetworkInterface("lo"), .ingress, order: .first)
        },
        one("netfilter", "hook_netfilter") { program, _ in try program.attach(toNetfilter: .localIn) },
        one("sk_lookup", "hook_sk_lookup"), one("flow_dissector", "hook_flow_dissector"),
        one("cgroup, sock_create", "hook_cgroup_sock") { program, stage in try program.attach(AttachOptions(cgroup: stage.group.path)) },
        one("socket filter", "hook_socket") { program, _ in
            // The socket itself stays open until the process ends.
            let socket = bind_datagrams(9, 0)
            try HookTests.check(socket, "bind")
            return try program.attach(toSocket: socket)
        },
        HeldAttachment(trial: "sk_msg", load: { try TriedProgram("hook_sk_msg", thread: 0).object }) { loaded, _ in
            try loaded.program("hook_sk_msg").attach(toSocketMap: loaded.map("hook_sockets"))
        },
        set("struct_ops, link", .goes, isLinked: true),
    ]
}

extension HeldAttachment {
    /// Has a copy of this process attach all that this kernel has, and kills it.
    ///
    /// - Returns: what it has said, and what it had descriptors of.
    static func holdInCopyAndKill(_ stage: Stage) throws -> (Reports, HeldObjects) {
        // Whether kernels may lack something is asked before, by programs that are loaded for that.
        let mayBeMissing = all.map { HookTrial.mayBeMissing($0.trial) }
        var ends: [Int32] = [-1, -1]
        try HookTests.check(pipe(&ends), "pipe")
        let child = fork_process()
        try HookTests.check(child, "fork")
        if child == 0 { hold(mayBeMissing, stage, tellingTo: ends[1]) }
        close(ends[1])
        let reports = Reports(readingFrom: ends[0])
        close(ends[0])
        let objects = try HeldObjects(ofProcess: child)
        let signal = kill_process(child)
        #expect(reports.isComplete && signal == SIGKILL, "it ended with \(signal): \(reports)")
        return (reports, objects)
    }

    /// Attaches everything, says so, and waits to be killed.
    private static func hold(_ mayBeMissing: [Bool], _ stage: Stage, tellingTo pipe: Int32) -> Never {
        var links = Links()
        var objects: [LoadedObject] = []
        func tell(_ line: String) {
            let bytes = Array((line.split(separator: "\n").joined(separator: " ") + "\n").utf8)
            _ = write(pipe, bytes, bytes.count)
        }
        for (index, form) in all.enumerated() {
            do {
                let object = try form.load()
                let link = try form.attach(object, stage)
                let programs = try object.programs.map { String(try $0.information().id) }
                let number = link.isKernelLink ? String(try link.information().id) : ""
                let set = form.fate == .staysAsSet ? String(try object.map("steady").information().id) : ""
                tell("held|\(index)|\(programs.joined(separator: ","))|\(number)|\(set)")
                links.append(link)
                objects.append(object)
            } catch { tell("\(mayBeMissing[index] ? "missing" : "failed")|\(index)|\(error)") }
        }
        tell("complete|0")
        while true { withExtendedLifetime((links.count, objects)) { _ = pause() } }
    }

    /// Causes the events of what stays, which its programs still see, and takes out what does not go with its place.
    static func proveRemaining(_ reports: Reports, _ stage: Stage) throws {
        for (form, report) in reports.remaining.compactMap({ report in all.first { $0.trial == report.trial && $0.fate != .goes }.map { ($0, report) }
        }) {
            if let set = report.set {
                #expect(HookTrial.congestionControls().contains("steady_"), "the kernel still has the set")
                #expect(try Map(id: set).remove(UInt32(0)), "the set is taken out")
                continue
            }
            let before = try counts(of: report.programs)
            try form.event(stage)
            #expect(try counts(of: report.programs) != before, "\(form.trial): its program still runs")
        }
        try HookTests.check(unlink(stage.pin), "unlink")
    }

    /// What the programs have counted, in the variables of their objects.
    private static func counts(of programs: [UInt32]) throws -> [[UInt8]] {
        try programs.flatMap { KernelObjects.maps(ofProgram: $0) }.map { try Map(id: $0) }.filter { $0.name.hasSuffix(".bss") }.map {
            try $0.bytes(index: 0)
        }
    }
}

extension HeldAttachment.Reports {
    /// Reads lines until one says that these are all, or the other end is closed.
    init(readingFrom pipe: Int32) {
        var text = ""
        var bytes = [UInt8](repeating: 0, count: 4096)
        while !isComplete {
            let count = read(pipe, &bytes, bytes.count)
            guard count > 0 else { return }
            text += String(decoding: bytes[..<count], as: UTF8.self)
            while let end = text.firstIndex(of: "\n") {
                take(text[..<end].split(separator: "|", maxSplits: 4, omittingEmptySubsequences: false))
                text.removeSubrange(...end)
            }
        }
    }

    private mutating func take(_ fields: [Substring]) {
        guard fields.count > 1, let index = Int(fields[1]), HeldAttachment.all.indices.contains(index) else { return }
        let form = HeldAttachment.all[index]
        switch fields[0] {
        case "complete": isComplete = true
        case "held" where fields.count == 5 && form.fate != .goes:
            let (programs, set) = (fields[2].split(separator: ",").compactMap { UInt32($0) }, UInt32(fields[4]))
            remaining.append((form.trial, programs, set))
            expected.programs.formUnion(programs)
            if form.fate == .pinned, let link = UInt32(fields[3]) { expected.links.insert(link) }
            if let set { expected.maps.insert(set) }
        case "missing": missing.append("\(fields.dropFirst(2).joined(separator: "|")) (\(form.trial))")
        case "failed": #expect(Bool(false), "\(form.trial): \(fields.dropFirst(2).joined(separator: "|"))")
        default: break
        }
    }
}
