// SPDX-License-Identifier: Apache-2.0

public import BPFAssembly

/// What a program is attached to, for kinds of programs that may be attached to several (`enum bpf_attach_type`).
public struct AttachType: RawRepresentable, Sendable, Hashable, CustomStringConvertible {
    /// The kernel's number, from `enum bpf_attach_type`. 0 also stands for programs whose kind says enough.
    public let rawValue: UInt32
    /// A type by the kernel's number, also one that has no name here.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// `BPF_CGROUP_INET_INGRESS`: what a cgroup receives.
    public static let cgroupInetIngress = AttachType(rawValue: 0)
    /// `BPF_SK_MSG_VERDICT`: what is sent on sockets of a map.
    public static let skMsgVerdict = AttachType(rawValue: 7)
    /// `BPF_CGROUP_INET4_BIND`: the addresses of IPv4 that a cgroup's sockets bind to.
    public static let cgroupInetBind4 = AttachType(rawValue: 8)
    /// `BPF_CGROUP_INET4_CONNECT`: the addresses of IPv4 that a cgroup's sockets connect to.
    public static let cgroupInetConnect4 = AttachType(rawValue: 10)
    /// `BPF_LIRC_MODE2`: the signals of an infrared receiver.
    public static let lircMode2 = AttachType(rawValue: 16)
    /// `BPF_FLOW_DISSECTOR`: a network namespace, whose packets it takes apart.
    public static let flowDissector = AttachType(rawValue: 17)
    /// `BPF_TRACE_RAW_TP`: a tracepoint, with the types of its arguments.
    public static let traceRawTracepoint = AttachType(rawValue: 23)
    /// `BPF_TRACE_FENTRY`: where a function of the kernel, or of another program, begins.
    public static let traceFentry = AttachType(rawValue: 24)
    /// `BPF_TRACE_FEXIT`: where a function returns.
    public static let traceFexit = AttachType(rawValue: 25)
    /// `BPF_MODIFY_RETURN`: before a function that may be refused.
    public static let modifyReturn = AttachType(rawValue: 26)
    /// `BPF_LSM_MAC`: a hook of the Linux Security Modules.
    public static let lsmMAC = AttachType(rawValue: 27)
    /// `BPF_TRACE_ITER`: a walk over the kernel's objects of one kind.
    public static let traceIterator = AttachType(rawValue: 28)
    /// `BPF_XDP_DEVMAP`: a value of a map of network devices, for the packets that are sent there.
    public static let xdpDevmap = AttachType(rawValue: 33)
    /// `BPF_XDP_CPUMAP`: a value of a map of CPUs, for the packets that are handed there.
    public static let xdpCpumap = AttachType(rawValue: 35)
    /// `BPF_XDP`: a network device.
    public static let xdp = AttachType(rawValue: 37)
    /// `BPF_SK_REUSEPORT_SELECT`: the choice among sockets that share a port.
    public static let skReuseportSelect = AttachType(rawValue: 39)
    /// `BPF_PERF_EVENT`: a perf event.
    public static let perfEvent = AttachType(rawValue: 41)
    /// `BPF_TRACE_KPROBE_MULTI`: many functions of the kernel at once.
    public static let traceKprobeMulti = AttachType(rawValue: 42)
    /// `BPF_LSM_CGROUP`: a hook of the Linux Security Modules, for the processes of a cgroup.
    public static let lsmCgroup = AttachType(rawValue: 43)
    /// `BPF_STRUCT_OPS`: a set of functions that the kernel calls.
    public static let structOps = AttachType(rawValue: 44)
    /// `BPF_NETFILTER`: a hook of netfilter.
    public static let netfilter = AttachType(rawValue: 45)
    /// `BPF_TCX_INGRESS`: what a network device receives, in traffic control.
    public static let tcxIngress = AttachType(rawValue: 46)
    /// `BPF_TCX_EGRESS`: what a network device sends, in traffic control.
    public static let tcxEgress = AttachType(rawValue: 47)
    /// `BPF_TRACE_UPROBE_MULTI`: many places of a program or library at once.
    public static let traceUprobeMulti = AttachType(rawValue: 48)
    /// `BPF_NETKIT_PRIMARY`: the primary of a pair of netkit devices.
    public static let netkitPrimary = AttachType(rawValue: 54)
    /// `BPF_NETKIT_PEER`: the peer of a pair of netkit devices.
    public static let netkitPeer = AttachType(rawValue: 55)
    /// `BPF_TRACE_KPROBE_SESSION`: the beginnings and ends of many functions of the kernel.
    public static let traceKprobeSession = AttachType(rawValue: 56)
    /// `BPF_TRACE_UPROBE_SESSION`: the beginnings and ends of many functions of a program or library.
    public static let traceUprobeSession = AttachType(rawValue: 57)
    /// `BPF_TRACE_FSESSION`: where a function begins and, if the program wants it, where it returns.
    public static let traceFsession = AttachType(rawValue: 58)
    /// `BPF_TRACE_FENTRY_MULTI`: where many functions of the kernel begin.
    public static let traceFentryMulti = AttachType(rawValue: 59)
    /// `BPF_TRACE_FEXIT_MULTI`: where many functions of the kernel return.
    public static let traceFexitMulti = AttachType(rawValue: 60)
    /// `BPF_TRACE_FSESSION_MULTI`: where many functions of the kernel begin and return.
    public static let traceFsessionMulti = AttachType(rawValue: 61)

    /// The table: each with its kernel name without `BPF_`, in lower case, and the release in which it appeared. The number is the place.
    static let table: [(name: String, since: KernelVersion)] = [
        ("cgroup_inet_ingress", "4.10"), ("cgroup_inet_egress", "4.10"), ("cgroup_inet_sock_create", "4.10"), ("cgroup_sock_ops", "4.13"),
        ("sk_skb_stream_parser", "4.14"), ("sk_skb_stream_verdict", "4.14"), ("cgroup_device", "4.15"), ("sk_msg_verdict", "4.17"),
        ("cgroup_inet4_bind", "4.17"), ("cgroup_inet6_bind", "4.17"), ("cgroup_inet4_connect", "4.17"), ("cgroup_inet6_connect", "4.17"),
        ("cgroup_inet4_post_bind", "4.17"), ("cgroup_inet6_post_bind", "4.17"), ("cgroup_udp4_sendmsg", "4.18"), ("cgroup_udp6_sendmsg", "4.18"),
        ("lirc_mode2", "4.18"), ("flow_dissector", "4.20"), ("cgroup_sysctl", "5.2"), ("cgroup_udp4_recvmsg", "5.2"),
        ("cgroup_udp6_recvmsg", "5.2"), ("cgroup_getsockopt", "5.3"), ("cgroup_setsockopt", "5.3"), ("trace_raw_tp", "5.5"),
        ("trace_fentry", "5.5"), ("trace_fexit", "5.5"), ("modify_return", "5.7"), ("lsm_mac", "5.7"),
        ("trace_iter", "5.8"), ("cgroup_inet4_getpeername", "5.8"), ("cgroup_inet6_getpeername", "5.8"), ("cgroup_inet4_getsockname", "5.8"),
        ("cgroup_inet6_getsockname", "5.8"), ("xdp_devmap", "5.8"), ("cgroup_inet_sock_release", "5.9"), ("xdp_cpumap", "5.9"),
        ("sk_lookup", "5.9"), ("xdp", "5.9"), ("sk_skb_verdict", "5.13"), ("sk_reuseport_select", "5.14"),
        ("sk_reuseport_select_or_migrate", "5.14"), ("perf_event", "5.15"), ("trace_kprobe_multi", "5.18"), ("lsm_cgroup", "6.0"),
        ("struct_ops", "6.4"), ("netfilter", "6.4"), ("tcx_ingress", "6.6"), ("tcx_egress", "6.6"),
        ("trace_uprobe_multi", "6.6"), ("cgroup_unix_connect", "6.7"), ("cgroup_unix_sendmsg", "6.7"), ("cgroup_unix_recvmsg", "6.7"),
        ("cgroup_unix_getpeername", "6.7"), ("cgroup_unix_getsockname", "6.7"), ("netkit_primary", "6.7"), ("netkit_peer", "6.7"),
        ("trace_kprobe_session", "6.10"), ("trace_uprobe_session", "6.13"), ("trace_fsession", "7.0"), ("trace_fentry_multi", "7.2"),
        ("trace_fexit_multi", "7.2"), ("trace_fsession_multi", "7.2"),
    ]

    /// All that are known here, in the order of their numbers.
    public static var all: some RandomAccessCollection<AttachType> { table.indices.lazy.map { AttachType(rawValue: UInt32($0)) } }

    private var row: (name: String, since: KernelVersion)? {
        Self.table.indices.contains(Int(rawValue)) ? Self.table[Int(rawValue)] : nil
    }

    /// The release in which this type appeared, where it is known here.
    public var since: KernelVersion? { row?.since }

    /// The kernel's name without `BPF_`, in lower case, or the number where it is not known here.
    public var description: String { row?.name ?? "attach type \(rawValue)" }

    /// What stands in front of the name of what a program is attached to, among the kernel's types (`btf_get_kernel_prefix_kind` of libbpf's).
    package var targetPrefix: String {
        switch self {
        case .traceRawTracepoint: "btf_trace_"
        case .lsmMAC, .lsmCgroup: "bpf_lsm_"
        case .traceIterator: "bpf_iter_"
        default: ""
        }
    }
}

extension AttachType {
    /// A type by its name in the table of section names, which a test compares with this one.
    init(named name: String) {
        self.init(rawValue: UInt32(Self.table.firstIndex { $0.name == name } ?? Int(UInt32.max)))
    }
}
