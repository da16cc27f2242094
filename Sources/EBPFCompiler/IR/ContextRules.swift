// SPDX-License-Identifier: Apache-2.0

import BPFObject
import BTF

/// Which contexts the programs of which kinds are called with: the kernel hands each kind another structure, and reads of the wrong one are refused late, or not
/// at all.
enum ContextRules {
    /// The contexts of the kernel half's library, with the kinds of programs and, where a kind has several, how the names of their sections begin.
    private static let table: [(context: String, types: [ProgramType], prefixes: [String])] = [
        ("TracepointContext", [.tracepoint], []),
        ("RawTracepointContext", [.rawTracepoint, .rawTracepointWritable], []),
        ("BTFTracepointContext", [.tracing], ["tp_btf"]),
        ("IteratorContext", [.tracing], ["iter"]),
        ("FunctionContext", [.tracing, .lsm], ["fentry", "fexit", "fmod_ret", "fsession", "lsm", "tp_btf"]),
        ("ProbeContext", [.kprobe], []),
        ("USDTContext", [.kprobe], ["usdt", "uprobe"]),
        ("PerfEventContext", [.perfEvent], []),
        ("XDPContext", [.xdp], []),
        ("TrafficContext", [.schedCLS, .schedACT], []),
        ("SocketFilterContext", [.socketFilter], []),
        ("CgroupPacketContext", [.cgroupSKB], []),
        ("CgroupSocketContext", [.cgroupSock], []),
        ("UnixSocketAddressContext", [.cgroupSockAddr], ["_unix"]),
        ("IPv4SocketAddressContext", [.cgroupSockAddr], ["4"]),
        ("IPv6SocketAddressContext", [.cgroupSockAddr], ["6"]),
        ("SetSocketOptionContext", [.cgroupSockopt], ["cgroup/setsockopt"]),
        ("GetSocketOptionContext", [.cgroupSockopt], ["cgroup/getsockopt"]),
        ("SysctlContext", [.cgroupSysctl], []),
        ("DeviceAccessContext", [.cgroupDevice], []),
        ("SocketEventContext", [.sockOps], []),
        ("MessageContext", [.skMsg], []),
        ("StreamContext", [.skSKB], []),
        ("SocketLookupContext", [.skLookup], []),
        ("ReuseportContext", [.skReuseport], []),
        ("FlowDissectorContext", [.flowDissector], []),
        ("NetfilterContext", [.netfilter], []),
        ("TunnelContext", [.lwtIn, .lwtOut, .lwtXmit, .lwtSeg6Local], []),
        ("SystemCallContext", [.syscall], []),
        ("InfraredContext", [.lircMode2], []),
    ]

    /// All contexts, in the order of the table.
    static var contexts: [String] { table.map(\.context) }

    /// Those that programs of a section are called with.
    static func contexts(of definition: SectionDefinition) -> [String] {
        table.filter { $0.types.contains(definition.type) && fits($0.prefixes, definition.prefix) }.map(\.context)
    }

    /// What is wrong with a context in programs of a section, and which one they are called with; `nil` where it is right, or nothing is known of either.
    static func complaint(about context: String, of program: String, in section: String) -> String? {
        guard let definition = SectionName.definition(of: section) else { return nil }
        let right = contexts(of: definition)
        if definition.type == .structOps, table.contains(where: { $0.context == context }) {
            return "the program '\(program)' takes \(context), and a member of a set of functions takes the member's arguments alone"
        }
        guard !right.isEmpty, contexts.contains(context), !right.contains(context) else { return nil }
        let names = right.joined(separator: " or ")
        return "the program '\(program)' takes \(context), and programs of section '\(section)' are called with \(names)"
    }

    /// What is wrong with an argument that leads to something whenever the program runs; `nil` where that may be so.
    ///
    /// What iterators walk over leads nowhere at the end of a walk: `include/linux/bpf.h`, `PTR_MAYBE_NULL` in the `bpf_iter_reg` of each kind. What says how
    /// far the walk is, their first argument, is always there.
    static func complaint(aboutTrusted argument: (name: String, pointee: String), of program: String, in section: String) -> String? {
        guard let definition = SectionName.definition(of: section), definition.type == .tracing, definition.prefix.hasPrefix("iter"),
            essentialName(argument.pointee) != "bpf_iter_meta"
        else {
            return nil
        }
        return
            "the program '\(program)' takes '\(argument.name)' as a TrustedPointer, and at the end of a walk the kernel calls it once more with nothing; "
            + "take NullablePointer<\(argument.pointee)>, and ask it first: guard let \(argument.name) = \(argument.name).trusted else { return }"
    }

    /// Families of addresses stand at the end of a section's name, all else at its beginning.
    private static func fits(_ words: [String], _ section: String) -> Bool {
        words.isEmpty || words.contains { section.hasPrefix($0) || section.hasSuffix($0) }
    }
}
