// SPDX-License-Identifier: Apache-2.0

import BPFObject
import Testing

/// The names of sections, as libbpf reads them: `section_defs` in `tools/lib/bpf/libbpf.c`.
@Suite struct SectionNameTests {
    @Test(
        arguments: [
            "tracepoint/syscalls/sys_enter_openat", "tp/sched/sched_switch", "?tracepoint/sched/sched_switch", "raw_tp/sched_switch",
            "raw_tracepoint.w/x",
            "tp_btf/sched_switch", "kprobe/do_unlinkat", "kprobe/do_unlinkat+0x8", "kprobe", "kprobe.multi/tcp_*", "uprobe//bin/bash:readline",
            "uprobe",
            "uprobe.multi//proc/self/exe:malloc*", "usdt//usr/lib/libc.so.6:libc:setjmp", "fentry/do_unlinkat", "fentry.s/x",
            "lsm.s/bprm_check_security",
            "iter/task", "iter.s/task", "xdp", "xdp.frags", "xdp.frags/devmap", "tc", "tcx/ingress", "classifier", "netkit/peer",
            "cgroup_skb/ingress",
            "cgroup/connect4", "cgroup/getsockname_unix", "sk_skb", "sk_skb/stream_verdict", "struct_ops/init", "struct_ops.s/init", "struct_ops",
            "syscall",
            "perf_event", "sk_lookup", "netfilter", "socket", "sk_reuseport/migrate", "flow_dissector",
        ])
    func aNameThatLoadersReadIsTaken(_ name: String) {
        #expect(SectionName.complaint(about: name) == nil)
    }

    @Test(
        arguments: [
            ("tracepoint/sys_enter_openat", "tracepoint/CATEGORY/NAME"), ("tracepoint/", "tracepoint/CATEGORY/NAME"),
            ("tp/a/b/c", "tp/CATEGORY/NAME"),
            ("tp/a/", "tp/CATEGORY/NAME"), ("kprobe/", "kprobe/FUNCTION"), ("uprobe//bin/bash", "uprobe/PATH:FUNCTION"),
            ("usdt/a:b", "usdt/PATH:PROVIDER:NAME"),
        ])
    func aMissingPartIsTold(_ name: String, _ form: String) {
        #expect(SectionName.complaint(about: name) == "the section '\(name)' lacks a part; its form is '\(form)'")
    }

    @Test(
        arguments: [
            ("tracepiont/a/b", "'tracepoint/CATEGORY/NAME'"), ("krpobe/x", "'kprobe/FUNCTION'"),
            ("cgroup/connect5", "'cgroup/connect4' or 'cgroup/connect6'"),
            ("fentri/x", "'fentry/FUNCTION'"), ("xpd", "'xdp'"), ("tc/ingres", "'tc/ingress'"), ("xdp_filter", "begin with"),
            ("my_own_section", "the known ones begin with socket, sk_reuseport, kprobe, "),
        ])
    func theNearestNamesAreTold(_ name: String, _ advice: String) throws {
        let complaint = try #require(SectionName.complaint(about: name))
        #expect(complaint.contains("'\(name)'"))
        #expect(complaint.contains(advice), "\(complaint)")
    }
}
