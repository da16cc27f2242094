// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// `ebpf features` beside `bpftool feature probe`: that in PATH or, where `EBPF_BPFTOOL` names one, that one.
@Suite(.enabled(if: EBPFProcess.isPossible, EBPFProcess.reason))
struct FeaturesBesideBpftoolTests {
    private static let bpftool = ProcessInfo.processInfo.environment["EBPF_BPFTOOL"] ?? "bpftool"

    /// What bpftool knows by a sentence: whether it says that it is there.
    private struct Probe {
        var programs: [String: Bool] = [:]
        var maps: [String: Bool] = [:]
        var helpers: [String: Set<String>] = [:]

        init(_ text: String) {
            var type = ""
            for line in text.split(separator: "\n") {
                let words = line.split(separator: " ").map(String.init)
                if line.hasPrefix("eBPF program_type "), words.count > 3 { programs[words[2]] = words[4] != "NOT" }
                if line.hasPrefix("eBPF map_type "), words.count > 3 { maps[words[2]] = words[4] != "NOT" }
                if line.hasPrefix("eBPF helpers supported for program type ") { type = String(words[6].dropLast()) }
                if line.hasPrefix("\t- bpf_") { helpers[type, default: []].insert(String(line.dropFirst("\t- bpf_".count))) }
            }
        }
    }

    private func probe() throws -> Probe? {
        let outcome = try EBPFProcess.run(shell: "PATH=$PATH:/usr/sbin:/sbin; \(Self.bpftool) feature probe full")
        guard outcome.status == 0 else {
            print("not run, because there is no bpftool: \(outcome.errors)")
            return nil
        }
        return Probe(String(decoding: outcome.output, as: UTF8.self))
    }

    @Test func typesOfProgramsAndMapsAreThereForBoth() throws {
        guard let probe = try probe() else { return }
        let report = try FeaturesReport.ofThisKernel.get()
        #expect(probe.programs.count > 25)
        for (type, isThere) in probe.programs {
            // bpftool takes the attach type fentry for all of tracing, and one that is too short for replacing programs and the LSM.
            if ["tracing", "ext", "lsm"].contains(type) {
                if isThere { #expect(report.supports(type), "\(type)") }
            } else {
                #expect(report.supports(type) == isThere, "program type \(type)")
            }
        }
        for (type, isThere) in probe.maps {
            guard let map = report.maps.first(where: { $0.type == type }) else { continue }
            #expect((map.support == "yes") == isThere, "map type \(type): \(map)")
        }
    }

    @Test func helpersAreThoseOfBpftoolButForThoseThatItMistakes() throws {
        guard let probe = try probe() else { return }
        let report = try FeaturesReport.ofThisKernel.get()
        // An old bpftool does not understand what newer kernels say, and takes all helpers for supported: rc_repeat is for infrared alone.
        let understands = probe.helpers["xdp"]?.contains("rc_repeat") == false
        // It tries types with one attach type, where other attach types bring more.
        let besides: [String: Set<String>] = [
            "cgroup_device": ["get_retval", "set_retval"], "cgroup_sysctl": ["get_retval", "set_retval"], "cgroup_skb": ["get_retval", "set_retval"],
            "cgroup_sockopt": ["getsockopt", "setsockopt", "get_retval", "set_retval"], "cgroup_sock_addr": ["bind", "get_retval", "set_retval"],
            "cgroup_sock": ["get_retval", "set_retval"],
        ]
        let known = probe.helpers.values.reduce(into: Set<String>()) { $0.formUnion($1) }
        for (type, theirs) in probe.helpers where report.supports(type) && !["tracing", "lsm", "ext", "struct_ops"].contains(type) {
            let ours = type == "syscall" ? Set(report.helpers.filter { $0.type == type }.flatMap(\.helpers)) : report.helpers(of: type)
            let more = ours.subtracting(theirs).intersection(known).subtracting(besides[type] ?? [])
            #expect(more.isEmpty, "\(type): bpftool does not know \(more.sorted())")
            guard understands else { continue }
            // Those wait, which no program of these kinds may.
            let fewer = theirs.subtracting(ours).subtracting(["copy_from_user", "copy_from_user_task", "ima_inode_hash", "ima_file_hash"])
            #expect(fewer.isEmpty, "\(type): only bpftool knows \(fewer.sorted())")
        }
    }
}
