// SPDX-License-Identifier: Apache-2.0

public import BPFAssembly
import BPFObject

extension KernelFeatures {
    /// A kind of link: an attachment that lives as long as its descriptor (`enum bpf_link_type`). Sessions, which the kernel counts to the kinds that they
    /// build on, stand for themselves.
    public enum Link: String, Sendable, Hashable, CaseIterable, CustomStringConvertible {
        /// To a tracepoint, with its arguments as they are. Linux 4.17.
        case rawTracepoint = "raw_tracepoint"
        /// To the code of the kernel or of a program (`fentry`, `fexit`, `fmod_ret`, `lsm`, `freplace`). Linux 5.5. It is not attached for trying: it is there
        /// where such a program loads.
        case tracing = "tracing"
        /// To a cgroup. Linux 5.7.
        case cgroup = "cgroup"
        /// To a walk over the kernel's objects. Linux 5.8.
        case iterator = "iter"
        /// To a network namespace. Linux 5.8.
        case networkNamespace = "netns"
        /// To a network device, in front of the network stack. Linux 5.9. It is tried in a network namespace of its own, which takes CAP_SYS_ADMIN.
        case xdp = "xdp"
        /// To a perf event: tracepoints, kprobes, uprobes, counters. Linux 5.15.
        case perfEvent = "perf_event"
        /// To many functions of the kernel at once. Linux 5.18.
        case kprobeMulti = "kprobe_multi"
        /// Of a set of functions that the kernel calls. Linux 6.4.
        case structOperations = "struct_ops"
        /// To a hook of netfilter. Linux 6.4.
        case netfilter = "netfilter"
        /// To traffic control. Linux 6.6.
        case tcx = "tcx"
        /// To many places of a program or library at once. Linux 6.6.
        case uprobeMulti = "uprobe_multi"
        /// To a pair of netkit devices. Linux 6.7.
        case netkit = "netkit"
        /// To a map of sockets. Linux 6.10.
        case sockmap = "sockmap"
        /// To the beginnings of many functions of the kernel at once and, where the program wants it, to their ends. Linux 6.10.
        case kprobeSession = "kprobe_session"
        /// To many places of a program or library and their ends. Linux 6.13.
        case uprobeSession = "uprobe_session"
        /// To the code of many functions of the kernel at once. Linux 7.2.
        case tracingMulti = "tracing_multi"

        /// The release in which it appeared.
        public var since: KernelVersion {
            switch self {
            case .rawTracepoint: "4.17"
            case .tracing: "5.5"
            case .cgroup: "5.7"
            case .iterator, .networkNamespace: "5.8"
            case .xdp: "5.9"
            case .perfEvent: "5.15"
            case .kprobeMulti: "5.18"
            case .structOperations, .netfilter: "6.4"
            case .tcx, .uprobeMulti: "6.6"
            case .netkit: "6.7"
            case .sockmap, .kprobeSession: "6.10"
            case .uprobeSession: "6.13"
            case .tracingMulti: "7.2"
            }
        }

        /// The kernel's name, in lower case.
        public var description: String { rawValue }

        /// The link that says whether programs for an attach type can be attached, where loading does not.
        init?(judging attachType: AttachType) {
            switch attachType {
            case .traceKprobeMulti: self = .kprobeMulti
            case .traceKprobeSession: self = .kprobeSession
            case .traceUprobeMulti: self = .uprobeMulti
            case .traceUprobeSession: self = .uprobeSession
            case .tcxIngress, .tcxEgress: self = .tcx
            case .netkitPrimary, .netkitPeer: self = .netkit
            case .traceFentryMulti, .traceFexitMulti, .traceFsessionMulti: self = .tracingMulti
            default: return nil
            }
        }

        /// A kind of the programs that it attaches.
        var kind: ProgramKind? {
            switch self {
            case .rawTracepoint: ProgramKind(.rawTracepoint)
            case .cgroup: ProgramKind(.cgroupSKB, .cgroupInetIngress)
            case .iterator: ProgramKind(.tracing, .traceIterator)
            case .networkNamespace: ProgramKind(.flowDissector, .flowDissector)
            case .xdp: ProgramKind(.xdp, .xdp)
            case .perfEvent: ProgramKind(.tracepoint)
            case .kprobeMulti: ProgramKind(.kprobe, .traceKprobeMulti)
            case .netfilter: ProgramKind(.netfilter, .netfilter)
            case .tcx: ProgramKind(.schedCLS, .tcxIngress)
            case .uprobeMulti: ProgramKind(.kprobe, .traceUprobeMulti)
            case .netkit: ProgramKind(.schedCLS, .netkitPrimary)
            case .sockmap: ProgramKind(.skMsg, .skMsgVerdict)
            case .kprobeSession: ProgramKind(.kprobe, .traceKprobeSession)
            case .uprobeSession: ProgramKind(.kprobe, .traceUprobeSession)
            case .tracingMulti: ProgramKind(.tracing, .traceFentryMulti)
            case .tracing, .structOperations: nil
            }
        }

        /// The option without which a kernel does not have it.
        var option: String? {
            switch self {
            case .kprobeMulti, .kprobeSession: "CONFIG_FPROBE"
            case .uprobeMulti, .uprobeSession: "CONFIG_UPROBES"
            case .netfilter: "CONFIG_NETFILTER_BPF_LINK"
            case .tcx: "CONFIG_NET_XGRESS"
            case .netkit: "CONFIG_NETKIT"
            case .cgroup: "CONFIG_CGROUP_BPF"
            case .perfEvent: "CONFIG_PERF_EVENTS"
            case .structOperations: "CONFIG_BPF_JIT"
            case .xdp, .sockmap, .networkNamespace: "CONFIG_NET"
            case .tracingMulti: "CONFIG_DYNAMIC_FTRACE_WITH_DIRECT_CALLS"
            case .rawTracepoint, .tracing, .iterator: nil
            }
        }
    }
}
