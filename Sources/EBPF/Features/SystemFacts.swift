// SPDX-License-Identifier: Apache-2.0

public import BPFObject
import CLinux
import Glibc

/// What else about this machine matters for eBPF: settings, places, and how the kernel was built. Read each time, since administrators change it.
///
/// What cannot be read is `nil`: the file is not there in this kernel, or not for this process.
public struct SystemFacts: Sendable, Hashable {
    /// The kernel's release, as `uname -r` says it.
    public let release: String
    /// The version from which the kernel was built.
    public let version: KernelVersionCode?
    /// The machine, as `uname -m` says it.
    public let architecture: String

    /// Whether programs are translated to machine code (`net.core.bpf_jit_enable`): 0 no, 1 yes, 2 yes and with traces in the kernel's log.
    public let translation: Int?
    /// Whether constants in translated code are blinded (`net.core.bpf_jit_harden`): 0 no, 1 those of processes without privileges, 2 all.
    public let hardening: Int?
    /// Whether addresses of programs stand in `/proc/kallsyms` (`net.core.bpf_jit_kallsyms`): 0 no, 1 for privileged readers.
    public let programSymbols: Int?
    /// How many bytes of translated code processes without privileges may have (`net.core.bpf_jit_limit`).
    public let translationLimit: Int?
    /// Whether processes without privileges are kept from bpf(2) (`kernel.unprivileged_bpf_disabled`): 0 no, 1 until the next boot, 2 until it is set to 0.
    public let unprivilegedDisabled: Int?
    /// What the lockdown of the kernel keeps even from root: `none`, `integrity`, `confidentiality`.
    public let lockdown: String?
    /// The active security modules.
    public let securityModules: [String]?
    /// Who sees addresses of the kernel (`kernel.kptr_restrict`): 0 who may look at `/proc/kallsyms`, 1 who has CAP_SYSLOG, 2 nobody.
    public let pointerRestriction: Int?
    /// What perf events processes without privileges may have (`kernel.perf_event_paranoid`): the higher, the fewer.
    public let perfEventParanoia: Int?
    /// Whether the kernel counts the runs of programs all the time (`kernel.bpf_stats_enabled`).
    public let statistics: Int?

    /// The size of the kernel's types (`/sys/kernel/btf/vmlinux`) in bytes; `nil` where it has none.
    public let typesByteCount: Int?
    /// Modules that have types.
    public let modulesWithTypes: Int
    /// Where cgroups of version 2 are mounted.
    public let cgroupMounts: [String]
    /// Where tracefs is mounted.
    public let traceMounts: [String]
    /// Where bpffs is mounted.
    public let programMounts: [String]
    /// The limit of locked memory in bytes, where this kernel counts programs and maps against it (before Linux 5.11) and there is one.
    public let lockedMemoryLimit: UInt64?
    /// Whether this process is in the first user namespace, outside of which capabilities do not count for eBPF.
    public let isInInitialUserNamespace: Bool
    /// The capabilities for eBPF that this process lacks; CAP_SYS_ADMIN stands for all of them.
    public let missingCapabilities: [String]

    /// The options with which the kernel was built, of ``relevantOptions``: those that are set. `nil` where its configuration can be read nowhere.
    public let options: [String: String]?

    /// Reads all of them.
    public static func read() -> SystemFacts { SystemFacts() }

    private init() {
        let kernel = RunningKernel()
        (release, version, architecture) = (kernel.release, kernel.version, Self.machine())
        translation = Self.setting("net/core/bpf_jit_enable")
        hardening = Self.setting("net/core/bpf_jit_harden")
        programSymbols = Self.setting("net/core/bpf_jit_kallsyms")
        translationLimit = Self.setting("net/core/bpf_jit_limit")
        unprivilegedDisabled = Self.setting("kernel/unprivileged_bpf_disabled")
        pointerRestriction = Self.setting("kernel/kptr_restrict")
        perfEventParanoia = Self.setting("kernel/perf_event_paranoid")
        statistics = Self.setting("kernel/bpf_stats_enabled")
        lockdown = Self.readSecurityFile("lockdown").flatMap(Self.chosen)
        securityModules = Self.readSecurityModules()
        (typesByteCount, modulesWithTypes) = Self.types()
        let mounts = MountTable.read()
        cgroupMounts = mounts.places(of: "cgroup2")
        traceMounts = mounts.places(of: "tracefs")
        programMounts = mounts.places(of: "bpf")
        lockedMemoryLimit = LockedMemory.limit
        isInInitialUserNamespace = Circumstances.isInInitialUserNamespace
        let needed: [Capability] = [.bpf, .perfmon, .networkAdministration, .systemAdministration]
        missingCapabilities = needed.filter { !$0.isEffective }.map(\.name)
        var configuration = KernelConfiguration()
        do {
            try configuration.readOptions(Set(Self.relevantOptions), fromFirstOf: kernel.configurationFiles)
            options = configuration.options
        } catch { options = nil }
    }

    /// The options of a kernel that decide what eBPF can do there.
    public static let relevantOptions = [
        "CONFIG_BPF", "CONFIG_BPF_SYSCALL", "CONFIG_HAVE_EBPF_JIT", "CONFIG_BPF_JIT", "CONFIG_BPF_JIT_ALWAYS_ON", "CONFIG_BPF_UNPRIV_DEFAULT_OFF",
        "CONFIG_BPF_LSM", "CONFIG_BPF_EVENTS", "CONFIG_BPF_KPROBE_OVERRIDE", "CONFIG_BPF_STREAM_PARSER", "CONFIG_BPF_LIRC_MODE2",
        "CONFIG_BPF_PRELOAD",
        "CONFIG_DEBUG_INFO_BTF", "CONFIG_DEBUG_INFO_BTF_MODULES", "CONFIG_MODULES", "CONFIG_CGROUPS", "CONFIG_CGROUP_BPF",
        "CONFIG_CGROUP_NET_CLASSID",
        "CONFIG_SOCK_CGROUP_DATA", "CONFIG_KPROBES", "CONFIG_KPROBE_EVENTS", "CONFIG_UPROBES", "CONFIG_UPROBE_EVENTS", "CONFIG_FPROBE",
        "CONFIG_TRACING", "CONFIG_FUNCTION_TRACER", "CONFIG_DYNAMIC_FTRACE", "CONFIG_DYNAMIC_FTRACE_WITH_DIRECT_CALLS", "CONFIG_FTRACE_SYSCALLS",
        "CONFIG_FUNCTION_ERROR_INJECTION", "CONFIG_PERF_EVENTS", "CONFIG_SCHED_CLASS_EXT", "CONFIG_HID_BPF", "CONFIG_NET", "CONFIG_XDP_SOCKETS",
        "CONFIG_LWTUNNEL_BPF", "CONFIG_NET_ACT_BPF", "CONFIG_NET_CLS_BPF", "CONFIG_NET_CLS_ACT", "CONFIG_NET_SCH_INGRESS", "CONFIG_NET_XGRESS",
        "CONFIG_NETKIT", "CONFIG_NETFILTER_BPF_LINK", "CONFIG_NETFILTER_XT_MATCH_BPF", "CONFIG_NET_SOCK_MSG", "CONFIG_IPV6_SEG6_BPF", "CONFIG_XFRM",
        "CONFIG_IP_ROUTE_CLASSID", "CONFIG_SECURITY_LOCKDOWN_LSM", "CONFIG_PREEMPT", "CONFIG_PREEMPT_RT", "CONFIG_HZ",
    ]

    /// Whether a kernel's own copy of a setting is a number.
    private static func setting(_ name: String) -> Int? {
        SmallFile.read("/proc/sys/\(name)").flatMap { Int($0.prefix { $0 != "\n" }) }
    }

    private static func machine() -> String {
        var names = utsname()
        guard uname(&names) == 0 else { return "" }
        return withUnsafeBytes(of: &names.machine) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }

    private static func types() -> (byteCount: Int?, modules: Int) {
        var information = stat()
        let byteCount = stat(KernelTypes.path, &information) == 0 ? Int(information.st_size) : nil
        return (byteCount, max(directoryCount("/sys/kernel/btf") - (byteCount == nil ? 0 : 1), 0))
    }

    /// How many entries a directory has, without itself and the one above.
    private static func directoryCount(_ path: String) -> Int {
        guard let directory = opendir(path) else { return 0 }
        defer { closedir(directory) }
        var count = -2
        while readdir(directory) != nil { count += 1 }
        return max(count, 0)
    }

    /// Of `none [integrity] confidentiality` the word in brackets.
    static func chosen(_ text: String) -> String? {
        guard let start = text.firstIndex(of: "["), let end = text[start...].firstIndex(of: "]") else { return nil }
        return String(text[text.index(after: start)..<end])
    }

    /// The active security modules; `nil` where the list cannot be read.
    static func readSecurityModules() -> [String]? {
        readSecurityFile("lsm")?.split { $0 == "," || $0 == "\n" }.map(String.init)
    }

    /// Reads a file of securityfs, which is mounted for that where it is mounted nowhere.
    private static func readSecurityFile(_ name: String) -> String? { SecurityFileSystem().read(name) }
}
