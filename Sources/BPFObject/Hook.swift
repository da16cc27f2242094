// SPDX-License-Identifier: Apache-2.0

/// Where a program is attached. What a section's name does not say, such as a device, is `nil` until the program is attached.
public enum Hook: Sendable, Hashable {
    /// A tracepoint of the kernel: `syscalls`, `sys_enter_openat`.
    case tracepoint(category: String, name: String)
    /// A tracepoint of the kernel, whose arguments the program takes as they are: `sys_enter`.
    case rawTracepoint(name: String)
    /// A tracepoint of the kernel, whose arguments the program takes with their types: `sched_process_fork`.
    case typedTracepoint(name: String)
    /// The code of a function, of the kernel or of another program, through a trampoline (`fentry`, `fexit`, `fmod_ret`, `fsession`).
    case function(name: String, CodePlace)
    /// Trampolines of all functions of the kernel whose names match (`fentry.multi` and the like).
    case functions(pattern: String, CodePlace)
    /// A global function of another program, which is replaced (`freplace`).
    case replacement(function: String)
    /// A hook of the Linux Security Modules: `file_open`.
    case securityModule(hook: String)
    /// An instruction of the kernel: the first of a function, or one that many bytes behind it; or where the function returns.
    case kprobe(function: String, offset: UInt64, isReturn: Bool)
    /// All functions of the kernel whose names match.
    case kprobes(pattern: String, CodePlace)
    /// A system call, by the name that people know it by: `openat`.
    case systemCall(name: String, isReturn: Bool)
    /// An instruction of a program or library: `/usr/lib/libc.so.6`, `malloc+0x10`.
    case uprobe(binary: String, place: String, isReturn: Bool)
    /// All functions of a program or library whose names match.
    case uprobes(binary: String, pattern: String, CodePlace)
    /// A probe that a program or library declares (USDT).
    case usdt(binary: String, provider: String, name: String)
    /// A clock or counter, each time that it has gone on far enough.
    case perfEvent
    /// A walk over the kernel's objects of one kind: `task`.
    case iterator(kind: String)
    /// What a network device receives, before the network stack sees it.
    case xdp(interface: String?)
    /// Traffic control of a network device.
    case trafficControl(PacketDirection?, interface: String?)
    /// One of a pair of netkit devices.
    case netkit(NetkitSide, interface: String?)
    /// What the processes of a cgroup do, as the attach type says it.
    case cgroup(AttachType?, path: String?)
    /// The sockets in a map, as the attach type says it.
    case socketMap(AttachType?)
    /// A network namespace, as the attach type says it; without a path, this process's.
    case networkNamespace(AttachType, path: String?)
    /// A hook of netfilter.
    case netfilter
    /// One socket: a filter of what it receives.
    case socket
    /// Sockets that share a port: the choice among them.
    case reuseport
    /// Packets of a route, as the type says it.
    case route(ProgramType)
    /// A set of functions that the kernel calls: the map that holds it.
    case structOperations(map: String?)
    /// A receiver of infrared signals.
    case infrared
    /// What a link is of whose kind is not known here, or of which the kernel does not tell enough: the kind's number in `enum bpf_link_type`.
    case other(type: UInt32)
}

/// Where in a function a program runs.
public enum CodePlace: Sendable, Hashable, CustomStringConvertible {
    /// Where it begins.
    case entry
    /// Where it returns.
    case exit
    /// Before it, with the right to refuse it.
    case modifiedReturn
    /// Where it begins and, if the program wants it, where it returns.
    case session

    /// The place in a word or two: `entry of`.
    public var description: String {
        switch self {
        case .entry: "entry of"
        case .exit: "exit of"
        case .modifiedReturn: "return value of"
        case .session: "session of"
        }
    }
}

/// Which way packets go, from the machine's or the cgroup's side.
public enum PacketDirection: Sendable, Hashable, CustomStringConvertible {
    /// What is received.
    case ingress
    /// What is sent.
    case egress

    /// `ingress`, `egress`.
    public var description: String { self == .ingress ? "ingress" : "egress" }
}

/// One of a pair of netkit devices.
public enum NetkitSide: Sendable, Hashable, CustomStringConvertible {
    /// The one that was made, which stays with the host.
    case primary
    /// The other one.
    case peer

    /// `primary`, `peer`.
    public var description: String { self == .primary ? "primary" : "peer" }
}

extension Hook: CustomStringConvertible {
    /// The kind of hook and which one: `tracepoint syscalls/sys_enter_openat`.
    public var description: String {
        switch self {
        case .tracepoint(let category, let name): "tracepoint \(category)/\(name)"
        case .rawTracepoint(let name): "raw tracepoint \(name)"
        case .typedTracepoint(let name): "typed tracepoint \(name)"
        case .function(let name, let place): "\(place) function \(name)"
        case .functions(let pattern, let place): "\(place) functions \(pattern)"
        case .replacement(let function): "replacement of function \(function)"
        case .securityModule(let hook): "LSM hook \(hook)"
        case .kprobe(let function, let offset, let isReturn):
            "\(isReturn ? "kretprobe" : "kprobe") \(function)\(offset == 0 ? "" : "+0x\(String(offset, radix: 16))")"
        case .kprobes(let pattern, let place): "kprobes, \(place) \(pattern)"
        case .systemCall(let name, let isReturn): "\(isReturn ? "return of " : "")system call \(name)"
        case .uprobe(let binary, let place, let isReturn): "\(isReturn ? "uretprobe" : "uprobe") \(binary):\(place)"
        case .uprobes(let binary, let pattern, let place): "uprobes, \(place) \(binary):\(pattern)"
        case .usdt(let binary, let provider, let name): "USDT \(binary):\(provider):\(name)"
        case .perfEvent: "perf event"
        case .iterator(let kind): "iterator \(kind)"
        case .xdp(let interface): "XDP\(Self.of(interface))"
        case .trafficControl(let direction, let interface): "traffic control\(direction.map { ", \($0)" } ?? "")\(Self.of(interface))"
        case .netkit(let side, let interface): "netkit, \(side)\(Self.of(interface))"
        case .cgroup(let type, let path): "\(type.map(\.description) ?? "cgroup")\(Self.of(path))"
        case .socketMap(let type): "\(type.map(\.description) ?? "map of sockets")"
        case .networkNamespace(let type, let path): "\(type)\(Self.of(path))"
        case .netfilter: "netfilter"
        case .socket: "socket"
        case .reuseport: "sockets that share a port"
        case .route(let type): "route (\(type))"
        case .structOperations(let map): "struct_ops\(map.map { " " + $0 } ?? "")"
        case .infrared: "infrared receiver"
        case .other(let type): "link of kind \(type)"
        }
    }

    private static func of(_ place: String?) -> String { place.map { " of \($0)" } ?? "" }
}
