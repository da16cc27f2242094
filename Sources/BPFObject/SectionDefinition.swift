// SPDX-License-Identifier: Apache-2.0

/// A name of sections of programs: what kind of program stands in such a section, and what it is attached to.
///
/// ``known`` is the one table of all that libbpf knows (`section_defs` in `tools/lib/bpf/libbpf.c`). Who has sections of their own hands
/// definitions of them to ``ObjectFile/init(_:sections:)``.
public struct SectionDefinition: Sendable, Hashable {
    /// What begins the name: `kprobe`, `cgroup/connect4`.
    public let prefix: String
    /// What follows behind a slash, in words: `FUNCTION`, `PATH:PROVIDER:NAME`; `nil` where the name is complete.
    ///
    /// Where something follows it may be left out with its slash: then who loads the program says what it attaches to.
    public let form: String?
    /// The kind of the programs.
    public let type: ProgramType
    /// What they are attached to, for kinds that leave a choice.
    public let attachType: AttachType?
    /// What else the kernel is told when they are loaded.
    public let traits: ProgramTraits

    /// A definition of one's own.
    public init(prefix: String, form: String? = nil, type: ProgramType, attachType: AttachType? = nil, traits: ProgramTraits = []) {
        self.prefix = prefix
        self.form = form
        self.type = type
        self.attachType = attachType
        self.traits = traits
    }

    /// A row of the table.
    private init(_ prefix: String, _ form: String?, _ type: ProgramType, _ attachType: String? = nil, _ traits: ProgramTraits = []) {
        self.init(prefix: prefix, form: form, type: type, attachType: attachType.map(AttachType.init(named:)), traits: traits)
    }

    /// Whether a section's name is this one, or begins with it and a slash where something may follow.
    func matches(_ name: Substring) -> Bool {
        guard name.utf8.starts(with: prefix.utf8) else { return false }
        let rest = name.utf8.dropFirst(prefix.utf8.count)
        return rest.isEmpty || form != nil && rest.first == UInt8(ascii: "/")
    }

    /// What stands behind the slash of a name that matches; `nil` where there is none.
    func target(in name: Substring) -> String? {
        let rest = name.utf8.dropFirst(prefix.utf8.count)
        return rest.isEmpty ? nil : String(Substring(rest.dropFirst()))
    }
}

/// What the kernel is told about programs beside their kind.
public struct ProgramTraits: OptionSet, Sendable, Hashable {
    /// One bit for each trait; no kernel knows these numbers.
    public let rawValue: UInt32
    /// Traits by their bits.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// May wait, and call what waits (`BPF_F_SLEEPABLE`). Linux 5.10.
    public static let sleepable = ProgramTraits(rawValue: 1 << 0)
    /// Takes packets that lie in several pieces (`BPF_F_XDP_HAS_FRAGS`). Linux 5.18.
    public static let fragments = ProgramTraits(rawValue: 1 << 1)
    /// Is attached to something that the kernel's types describe, or another program's, whose number the kernel is told.
    public static let namesTarget = ProgramTraits(rawValue: 1 << 2)
    /// Is attached to probes that a program declares (USDT), through `uprobe.multi` where the kernel has it.
    public static let usdt = ProgramTraits(rawValue: 1 << 3)

    /// The kernel's flags (`prog_flags` of `union bpf_attr`).
    package var loadFlags: UInt32 { (contains(.sleepable) ? 1 << 4 : 0) | (contains(.fragments) ? 1 << 5 : 0) }
}

extension SectionDefinition {
    /// All that are known, in the order in which they are tried.
    public static let known: [SectionDefinition] = [
        .init("socket", nil, .socketFilter),
        .init("sk_reuseport/migrate", nil, .skReuseport, "sk_reuseport_select_or_migrate"),
        .init("sk_reuseport", nil, .skReuseport, "sk_reuseport_select"),
        .init("kprobe", "FUNCTION", .kprobe),
        .init("uprobe", "PATH:FUNCTION", .kprobe),
        .init("uprobe.s", "PATH:FUNCTION", .kprobe, nil, .sleepable),
        .init("kretprobe", "FUNCTION", .kprobe),
        .init("uretprobe", "PATH:FUNCTION", .kprobe),
        .init("uretprobe.s", "PATH:FUNCTION", .kprobe, nil, .sleepable),
        .init("kprobe.multi", "PATTERN", .kprobe, "trace_kprobe_multi"),
        .init("kretprobe.multi", "PATTERN", .kprobe, "trace_kprobe_multi"),
        .init("kprobe.session", "PATTERN", .kprobe, "trace_kprobe_session"),
        .init("uprobe.multi", "PATH:PATTERN", .kprobe, "trace_uprobe_multi"),
        .init("uretprobe.multi", "PATH:PATTERN", .kprobe, "trace_uprobe_multi"),
        .init("uprobe.session", "PATH:PATTERN", .kprobe, "trace_uprobe_session"),
        .init("uprobe.multi.s", "PATH:PATTERN", .kprobe, "trace_uprobe_multi", .sleepable),
        .init("uretprobe.multi.s", "PATH:PATTERN", .kprobe, "trace_uprobe_multi", .sleepable),
        .init("uprobe.session.s", "PATH:PATTERN", .kprobe, "trace_uprobe_session", .sleepable),
        .init("ksyscall", "SYSCALL", .kprobe),
        .init("kretsyscall", "SYSCALL", .kprobe),
        .init("usdt", "PATH:PROVIDER:NAME", .kprobe, nil, .usdt),
        .init("usdt.s", "PATH:PROVIDER:NAME", .kprobe, nil, [.sleepable, .usdt]),
        .init("tc/ingress", nil, .schedCLS, "tcx_ingress"),
        .init("tc/egress", nil, .schedCLS, "tcx_egress"),
        .init("tcx/ingress", nil, .schedCLS, "tcx_ingress"),
        .init("tcx/egress", nil, .schedCLS, "tcx_egress"),
        .init("tc", nil, .schedCLS),
        .init("classifier", nil, .schedCLS),
        .init("action", nil, .schedACT),
        .init("netkit/primary", nil, .schedCLS, "netkit_primary"),
        .init("netkit/peer", nil, .schedCLS, "netkit_peer"),
        .init("tracepoint", "CATEGORY/NAME", .tracepoint),
        .init("tp", "CATEGORY/NAME", .tracepoint),
        .init("tracepoint.s", "CATEGORY/NAME", .tracepoint, nil, .sleepable),
        .init("tp.s", "CATEGORY/NAME", .tracepoint, nil, .sleepable),
        .init("raw_tracepoint", "NAME", .rawTracepoint),
        .init("raw_tp", "NAME", .rawTracepoint),
        .init("raw_tracepoint.s", "NAME", .rawTracepoint, nil, .sleepable),
        .init("raw_tp.s", "NAME", .rawTracepoint, nil, .sleepable),
        .init("raw_tracepoint.w", "NAME", .rawTracepointWritable),
        .init("raw_tp.w", "NAME", .rawTracepointWritable),
        .init("tp_btf", "NAME", .tracing, "trace_raw_tp", .namesTarget),
        .init("tp_btf.s", "NAME", .tracing, "trace_raw_tp", [.namesTarget, .sleepable]),
        .init("fentry", "FUNCTION", .tracing, "trace_fentry", .namesTarget),
        .init("fmod_ret", "FUNCTION", .tracing, "modify_return", .namesTarget),
        .init("fexit", "FUNCTION", .tracing, "trace_fexit", .namesTarget),
        .init("fentry.s", "FUNCTION", .tracing, "trace_fentry", [.namesTarget, .sleepable]),
        .init("fmod_ret.s", "FUNCTION", .tracing, "modify_return", [.namesTarget, .sleepable]),
        .init("fexit.s", "FUNCTION", .tracing, "trace_fexit", [.namesTarget, .sleepable]),
        .init("fsession", "FUNCTION", .tracing, "trace_fsession", .namesTarget),
        .init("fsession.s", "FUNCTION", .tracing, "trace_fsession", [.namesTarget, .sleepable]),
        .init("fsession.multi", "PATTERN", .tracing, "trace_fsession_multi"),
        .init("fsession.multi.s", "PATTERN", .tracing, "trace_fsession_multi", .sleepable),
        .init("fentry.multi", "PATTERN", .tracing, "trace_fentry_multi"),
        .init("fexit.multi", "PATTERN", .tracing, "trace_fexit_multi"),
        .init("fentry.multi.s", "PATTERN", .tracing, "trace_fentry_multi", .sleepable),
        .init("fexit.multi.s", "PATTERN", .tracing, "trace_fexit_multi", .sleepable),
        .init("freplace", "FUNCTION", .freplace, nil, .namesTarget),
        .init("lsm", "HOOK", .lsm, "lsm_mac", .namesTarget),
        .init("lsm.s", "HOOK", .lsm, "lsm_mac", [.namesTarget, .sleepable]),
        .init("lsm_cgroup", "HOOK", .lsm, "lsm_cgroup", .namesTarget),
        .init("iter", "KIND", .tracing, "trace_iter", .namesTarget),
        .init("iter.s", "KIND", .tracing, "trace_iter", [.namesTarget, .sleepable]),
        .init("syscall", nil, .syscall, nil, .sleepable),
        .init("xdp.frags/devmap", nil, .xdp, "xdp_devmap", .fragments),
        .init("xdp/devmap", nil, .xdp, "xdp_devmap"),
        .init("xdp.frags/cpumap", nil, .xdp, "xdp_cpumap", .fragments),
        .init("xdp/cpumap", nil, .xdp, "xdp_cpumap"),
        .init("xdp.frags", nil, .xdp, "xdp", .fragments),
        .init("xdp", nil, .xdp, "xdp"),
        .init("perf_event", nil, .perfEvent),
        .init("lwt_in", nil, .lwtIn),
        .init("lwt_out", nil, .lwtOut),
        .init("lwt_xmit", nil, .lwtXmit),
        .init("lwt_seg6local", nil, .lwtSeg6Local),
        .init("sockops", nil, .sockOps, "cgroup_sock_ops"),
        .init("sk_skb/stream_parser", nil, .skSKB, "sk_skb_stream_parser"),
        .init("sk_skb/stream_verdict", nil, .skSKB, "sk_skb_stream_verdict"),
        .init("sk_skb/verdict", nil, .skSKB, "sk_skb_verdict"),
        .init("sk_skb", nil, .skSKB),
        .init("sk_msg", nil, .skMsg, "sk_msg_verdict"),
        .init("lirc_mode2", nil, .lircMode2, "lirc_mode2"),
        .init("flow_dissector", nil, .flowDissector, "flow_dissector"),
        .init("cgroup_skb/ingress", nil, .cgroupSKB, "cgroup_inet_ingress"),
        .init("cgroup_skb/egress", nil, .cgroupSKB, "cgroup_inet_egress"),
        .init("cgroup/skb", nil, .cgroupSKB),
        .init("cgroup/sock_create", nil, .cgroupSock, "cgroup_inet_sock_create"),
        .init("cgroup/sock_release", nil, .cgroupSock, "cgroup_inet_sock_release"),
        .init("cgroup/sock", nil, .cgroupSock, "cgroup_inet_sock_create"),
        .init("cgroup/post_bind4", nil, .cgroupSock, "cgroup_inet4_post_bind"),
        .init("cgroup/post_bind6", nil, .cgroupSock, "cgroup_inet6_post_bind"),
        .init("cgroup/bind4", nil, .cgroupSockAddr, "cgroup_inet4_bind"),
        .init("cgroup/bind6", nil, .cgroupSockAddr, "cgroup_inet6_bind"),
        .init("cgroup/connect4", nil, .cgroupSockAddr, "cgroup_inet4_connect"),
        .init("cgroup/connect6", nil, .cgroupSockAddr, "cgroup_inet6_connect"),
        .init("cgroup/connect_unix", nil, .cgroupSockAddr, "cgroup_unix_connect"),
        .init("cgroup/sendmsg4", nil, .cgroupSockAddr, "cgroup_udp4_sendmsg"),
        .init("cgroup/sendmsg6", nil, .cgroupSockAddr, "cgroup_udp6_sendmsg"),
        .init("cgroup/sendmsg_unix", nil, .cgroupSockAddr, "cgroup_unix_sendmsg"),
        .init("cgroup/recvmsg4", nil, .cgroupSockAddr, "cgroup_udp4_recvmsg"),
        .init("cgroup/recvmsg6", nil, .cgroupSockAddr, "cgroup_udp6_recvmsg"),
        .init("cgroup/recvmsg_unix", nil, .cgroupSockAddr, "cgroup_unix_recvmsg"),
        .init("cgroup/getpeername4", nil, .cgroupSockAddr, "cgroup_inet4_getpeername"),
        .init("cgroup/getpeername6", nil, .cgroupSockAddr, "cgroup_inet6_getpeername"),
        .init("cgroup/getpeername_unix", nil, .cgroupSockAddr, "cgroup_unix_getpeername"),
        .init("cgroup/getsockname4", nil, .cgroupSockAddr, "cgroup_inet4_getsockname"),
        .init("cgroup/getsockname6", nil, .cgroupSockAddr, "cgroup_inet6_getsockname"),
        .init("cgroup/getsockname_unix", nil, .cgroupSockAddr, "cgroup_unix_getsockname"),
        .init("cgroup/sysctl", nil, .cgroupSysctl, "cgroup_sysctl"),
        .init("cgroup/getsockopt", nil, .cgroupSockopt, "cgroup_getsockopt"),
        .init("cgroup/setsockopt", nil, .cgroupSockopt, "cgroup_setsockopt"),
        .init("cgroup/dev", nil, .cgroupDevice, "cgroup_device"),
        .init("struct_ops", "NAME", .structOps),
        .init("struct_ops.s", "NAME", .structOps, nil, .sleepable),
        .init("sk_lookup", nil, .skLookup, "sk_lookup"),
        .init("netfilter", nil, .netfilter, "netfilter"),
    ]
}
