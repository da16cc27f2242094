// SPDX-License-Identifier: Apache-2.0

public import BPFAssembly

/// A kind of program (`enum bpf_prog_type`): what it may do, and where it runs.
public struct ProgramType: RawRepresentable, Sendable, Hashable, CustomStringConvertible {
    /// The kernel's number, from `enum bpf_prog_type`.
    public let rawValue: UInt32
    /// A kind by the kernel's number, also one that has no name here.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// `BPF_PROG_TYPE_UNSPEC`: no kind. No kernel loads such a program.
    public static let unspecified = ProgramType(rawValue: 0)
    /// `BPF_PROG_TYPE_SOCKET_FILTER`: sees the packets of a socket, and cuts or drops them. Linux 3.19.
    public static let socketFilter = ProgramType(rawValue: 1)
    /// `BPF_PROG_TYPE_KPROBE`: runs where a function of the kernel, or of a program, is reached or returns. Linux 4.1.
    public static let kprobe = ProgramType(rawValue: 2)
    /// `BPF_PROG_TYPE_SCHED_CLS`: sees packets in traffic control, tcx or netkit. Linux 4.1.
    public static let schedCLS = ProgramType(rawValue: 3)
    /// `BPF_PROG_TYPE_SCHED_ACT`: an action of traffic control. Linux 4.1.
    public static let schedACT = ProgramType(rawValue: 4)
    /// `BPF_PROG_TYPE_TRACEPOINT`: runs when a tracepoint is reached. Linux 4.7.
    public static let tracepoint = ProgramType(rawValue: 5)
    /// `BPF_PROG_TYPE_XDP`: sees packets before the kernel's network stack does. Linux 4.8.
    public static let xdp = ProgramType(rawValue: 6)
    /// `BPF_PROG_TYPE_PERF_EVENT`: runs when a counter overflows. Linux 4.9.
    public static let perfEvent = ProgramType(rawValue: 7)
    /// `BPF_PROG_TYPE_CGROUP_SKB`: sees the packets of a cgroup. Linux 4.10.
    public static let cgroupSKB = ProgramType(rawValue: 8)
    /// `BPF_PROG_TYPE_CGROUP_SOCK`: sees the sockets that a cgroup makes. Linux 4.10.
    public static let cgroupSock = ProgramType(rawValue: 9)
    /// `BPF_PROG_TYPE_LWT_IN`: sees what arrives through a light-weight tunnel. Linux 4.10.
    public static let lwtIn = ProgramType(rawValue: 10)
    /// `BPF_PROG_TYPE_LWT_OUT`: sees what leaves through a light-weight tunnel. Linux 4.10.
    public static let lwtOut = ProgramType(rawValue: 11)
    /// `BPF_PROG_TYPE_LWT_XMIT`: sees, and may change, what is sent through a light-weight tunnel. Linux 4.10.
    public static let lwtXmit = ProgramType(rawValue: 12)
    /// `BPF_PROG_TYPE_SOCK_OPS`: is told of events of the TCP sockets of a cgroup. Linux 4.13.
    public static let sockOps = ProgramType(rawValue: 13)
    /// `BPF_PROG_TYPE_SK_SKB`: directs packets between sockets of a map. Linux 4.14.
    public static let skSKB = ProgramType(rawValue: 14)
    /// `BPF_PROG_TYPE_CGROUP_DEVICE`: allows the processes of a cgroup the use of devices. Linux 4.15.
    public static let cgroupDevice = ProgramType(rawValue: 15)
    /// `BPF_PROG_TYPE_SK_MSG`: directs what is sent on sockets of a map. Linux 4.17.
    public static let skMsg = ProgramType(rawValue: 16)
    /// `BPF_PROG_TYPE_RAW_TRACEPOINT`: runs when a tracepoint is reached, with its arguments as they are. Linux 4.17.
    public static let rawTracepoint = ProgramType(rawValue: 17)
    /// `BPF_PROG_TYPE_CGROUP_SOCK_ADDR`: sees, and may change, the addresses that a cgroup's sockets bind or connect to. Linux 4.17.
    public static let cgroupSockAddr = ProgramType(rawValue: 18)
    /// `BPF_PROG_TYPE_LWT_SEG6LOCAL`: an action of IPv6 segment routing. Linux 4.18.
    public static let lwtSeg6Local = ProgramType(rawValue: 19)
    /// `BPF_PROG_TYPE_LIRC_MODE2`: decodes the signals of an infrared receiver. Linux 4.18.
    public static let lircMode2 = ProgramType(rawValue: 20)
    /// `BPF_PROG_TYPE_SK_REUSEPORT`: chooses among sockets that share a port. Linux 4.19.
    public static let skReuseport = ProgramType(rawValue: 21)
    /// `BPF_PROG_TYPE_FLOW_DISSECTOR`: takes packets apart for the kernel. Linux 4.20.
    public static let flowDissector = ProgramType(rawValue: 22)
    /// `BPF_PROG_TYPE_CGROUP_SYSCTL`: allows the processes of a cgroup the use of sysctls. Linux 5.2.
    public static let cgroupSysctl = ProgramType(rawValue: 23)
    /// `BPF_PROG_TYPE_RAW_TRACEPOINT_WRITABLE`: runs when a tracepoint is reached, and may change its buffer. Linux 5.2.
    public static let rawTracepointWritable = ProgramType(rawValue: 24)
    /// `BPF_PROG_TYPE_CGROUP_SOCKOPT`: sees, and may change, the socket options of a cgroup. Linux 5.3.
    public static let cgroupSockopt = ProgramType(rawValue: 25)
    /// `BPF_PROG_TYPE_TRACING`: runs where something of the kernel is reached whose types the verifier knows. Linux 5.5.
    public static let tracing = ProgramType(rawValue: 26)
    /// `BPF_PROG_TYPE_STRUCT_OPS`: one of a set of functions that the kernel calls. Linux 5.6.
    public static let structOps = ProgramType(rawValue: 27)
    /// `BPF_PROG_TYPE_EXT`: replaces a function of another program. Linux 5.6.
    public static let freplace = ProgramType(rawValue: 28)
    /// `BPF_PROG_TYPE_LSM`: allows or refuses what the Linux Security Modules are asked about. Linux 5.7.
    public static let lsm = ProgramType(rawValue: 29)
    /// `BPF_PROG_TYPE_SK_LOOKUP`: chooses the socket that gets a packet. Linux 5.9.
    public static let skLookup = ProgramType(rawValue: 30)
    /// `BPF_PROG_TYPE_SYSCALL`: is run by a process, and may make system calls of eBPF. Linux 5.14.
    public static let syscall = ProgramType(rawValue: 31)
    /// `BPF_PROG_TYPE_NETFILTER`: sees packets at a hook of netfilter. Linux 6.4.
    public static let netfilter = ProgramType(rawValue: 32)

    /// The table: each with its kernel name without `BPF_PROG_TYPE_`, in lower case, and the release in which it appeared. The number is the place.
    static let table: [(name: String, since: KernelVersion)] = [
        ("unspec", "3.18"), ("socket_filter", "3.19"), ("kprobe", "4.1"), ("sched_cls", "4.1"), ("sched_act", "4.1"), ("tracepoint", "4.7"),
        ("xdp", "4.8"), ("perf_event", "4.9"), ("cgroup_skb", "4.10"), ("cgroup_sock", "4.10"), ("lwt_in", "4.10"), ("lwt_out", "4.10"),
        ("lwt_xmit", "4.10"), ("sock_ops", "4.13"), ("sk_skb", "4.14"), ("cgroup_device", "4.15"), ("sk_msg", "4.17"), ("raw_tracepoint", "4.17"),
        ("cgroup_sock_addr", "4.17"), ("lwt_seg6local", "4.18"), ("lirc_mode2", "4.18"), ("sk_reuseport", "4.19"), ("flow_dissector", "4.20"),
        ("cgroup_sysctl", "5.2"), ("raw_tracepoint_writable", "5.2"), ("cgroup_sockopt", "5.3"), ("tracing", "5.5"), ("struct_ops", "5.6"),
        ("ext", "5.6"), ("lsm", "5.7"), ("sk_lookup", "5.9"), ("syscall", "5.14"), ("netfilter", "6.4"),
    ]

    /// All kinds that are known here, in the order of their numbers; not ``unspecified``.
    public static var all: some RandomAccessCollection<ProgramType> { table.indices.dropFirst().lazy.map { ProgramType(rawValue: UInt32($0)) } }

    private var row: (name: String, since: KernelVersion)? {
        Self.table.indices.contains(Int(rawValue)) ? Self.table[Int(rawValue)] : nil
    }

    /// The release in which this kind appeared, where it is known here.
    public var since: KernelVersion? { row?.since }

    /// The kernel's own name, or the number where it is not known here.
    public var description: String { row?.name ?? "program type \(rawValue)" }
}
