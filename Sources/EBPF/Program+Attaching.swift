// SPDX-License-Identifier: Apache-2.0

import BPFObject

/// What a section's name leaves open about an attachment; what a hook does not take is an error, not ignored.
public struct AttachOptions: Sendable {
    /// A number that the program sees as this attachment's (`bpf_get_attach_cookie`): tracepoints, probes and perf events, functions.
    public var cookie: UInt64?
    /// The process that is watched, for probes of programs; `nil` for all.
    public var process: Int32?
    /// The network device, for XDP, traffic control and netkit.
    public var interface: NetworkInterface?
    /// The directory of the cgroup.
    public var cgroup: String?
    /// The file that stands for the network namespace; `nil` for this thread's.
    public var networkNamespace: String?
    /// Where it stands among other programs: traffic control, netkit, cgroups.
    public var order: LinkOrder?

    /// Nothing but what the section says.
    public init(
        cookie: UInt64? = nil, process: Int32? = nil, interface: NetworkInterface? = nil, cgroup: String? = nil, networkNamespace: String? = nil,
        order: LinkOrder? = nil
    ) {
        self.cookie = cookie
        self.process = process
        self.interface = interface
        self.cgroup = cgroup
        self.networkNamespace = networkNamespace
        self.order = order
    }

    /// What is set.
    fileprivate var names: Set<String> {
        var names: Set<String> = []
        if cookie != nil { names.insert("cookie") }
        if process != nil { names.insert("process") }
        if interface != nil { names.insert("interface") }
        if cgroup != nil { names.insert("cgroup") }
        if networkNamespace != nil { names.insert("networkNamespace") }
        if order != nil { names.insert("order") }
        return names
    }
}

extension Program {
    /// Attaches the program where its section's name says. Dropping the link detaches it.
    ///
    /// What the name leaves open, such as a device or a cgroup, is said by the options; hooks that take more have methods of their own.
    ///
    /// - Throws: ``EBPFError`` that names program and hook: where the hook is not there, something is missing in the options or too much in them, or the
    ///   kernel refuses.
    public func attach(_ options: AttachOptions = AttachOptions()) throws(EBPFError) -> Link {
        guard let hook else { throw withoutHook }
        for name in options.names.sorted() where !hook.takes.contains(name) {
            throw EBPFError(
                .invalid, operation(attachingTo: hook), cause: "it takes no \(name)",
                remedy: hook.takes.isEmpty ? "leave it out" : "leave it out; it takes \(hook.takes.sorted().joined(separator: ", "))")
        }
        switch hook {
        case .xdp, .trafficControl, .netkit: return try attach(hook, toDevice: options)
        case .cgroup(let type, _):
            guard let cgroup = options.cgroup else { throw lacking(hook, "cgroup", "attach(toCgroup:)") }
            return try attach(toCgroup: cgroup, type, order: options.order)
        case .networkNamespace: return try attach(toNetworkNamespace: options.networkNamespace ?? "/proc/thread-self/ns/net")
        case .uprobe, .uprobes, .usdt: return try attach(hook, toUserSpace: options)
        default: return try attach(hook, cookie: options.cookie)
        }
    }

    /// Hooks of which the section says all, but perhaps the cookie.
    private func attach(_ hook: Hook, cookie: UInt64?) throws(EBPFError) -> Link {
        switch hook {
        case .tracepoint(let category, let name): return try attach(toTracepoint: name, category: category, cookie: cookie)
        case .rawTracepoint(let name): return try attach(toRawTracepoint: name, cookie: cookie)
        case .typedTracepoint, .function, .securityModule, .replacement: return try attachToTarget(cookie: cookie)
        case .kprobe(let function, let offset, let isReturn):
            return try attach(toKprobe: function, offset: offset, isReturn: isReturn, cookie: cookie)
        case .kprobes(let pattern, let place): return try attach(toKprobes: pattern, place, cookie: cookie)
        case .systemCall(let name, let isReturn): return try attach(toSystemCall: name, isReturn: isReturn, cookie: cookie)
        case .functions(let pattern, _): return try attach(toFunctions: pattern, cookie: cookie)
        case .iterator: return try attachIterator()
        case .perfEvent: throw lacking(hook, "clock or counter", "attach(to: PerfEvent(...))")
        case .netfilter: throw lacking(hook, "hook of netfilter", "attach(toNetfilter:)")
        case .socketMap: throw lacking(hook, "map", "attach(toSocketMap:)")
        case .socket: throw lacking(hook, "socket", "attach(toSocket:)")
        case .reuseport: throw lacking(hook, "socket", "attach(toReuseport:)")
        case .route: throw lacking(hook, "route", "attach(toRoute:)")
        case .structOperations: throw lacking(hook, "set of functions", "LoadedObject.attachStructOperations(_:)")
        case .infrared: throw lacking(hook, "receiver", "attach(toInfrared:)")
        default: throw withoutHook
        }
    }

    private func attach(_ hook: Hook, toDevice options: AttachOptions) throws(EBPFError) -> Link {
        guard let interface = options.interface else {
            throw lacking(hook, "network device", "attach(AttachOptions(interface: ...)) or the method for its hook")
        }
        switch hook {
        case .xdp: return try attach(toXDP: interface)
        case .netkit(let side, _): return try attach(toNetkit: interface, side, order: options.order)
        case .trafficControl(let direction?, _): return try attach(toTrafficControl: interface, direction, order: options.order)
        default: throw lacking(hook, "direction", "attach(toTrafficControl:_:)")
        }
    }

    private var withoutHook: EBPFError {
        EBPFError(
            .invalid, "attach program '\(name)' (\(type))",
            cause: type == .syscall ? "programs of this kind are run, not attached" : "its section's name does not say where",
            remedy: type == .syscall ? "use run(_:)" : "name it there, or attach it by one of the methods for programs of its kind")
    }

    private func lacking(_ hook: Hook, _ what: String, _ method: String) -> EBPFError {
        EBPFError(
            .invalid, operation(attachingTo: hook), cause: "its section cannot say which \(what)", remedy: "say it: \(method)")
    }
}

extension Hook {
    /// The options that it takes, by their names.
    fileprivate var takes: Set<String> {
        switch self {
        case .tracepoint, .rawTracepoint, .typedTracepoint, .function, .securityModule, .replacement, .kprobe, .kprobes, .systemCall,
            .functions:
            ["cookie"]
        case .uprobe, .uprobes, .usdt: ["cookie", "process"]
        case .xdp: ["interface"]
        case .trafficControl, .netkit: ["interface", "order"]
        case .cgroup: ["cgroup", "order"]
        case .networkNamespace: ["networkNamespace"]
        default: []
        }
    }
}
