// SPDX-License-Identifier: Apache-2.0

import BPFAssembly
import BPFObject
import Glibc

extension Failure {
    /// Why a program could not be attached to a hook; `nil` where the error says all that is known.
    static func ofAttaching(_ type: ProgramType, to hook: Hook, errno: Int32, _ seen: AttachCircumstances) -> Failure? {
        if let since = hook.linkSince, let kernel = seen.kernel, kernel < since, errno == EINVAL || errno == ENOSYS || errno == notSupported {
            return Failure(
                .unsupported, "links to it appeared in Linux \(since), this kernel is \(kernel)", "attach in another way, or use a newer kernel")
        }
        switch (hook, errno) {
        case _ where hook.isTaken(errno):
            return ofTakenHook(hook, errno: errno, seen)
        case (.xdp, Failure.notSupported), (.xdp, EOPNOTSUPP):
            return Failure(.unsupported, "the device's driver does not run programs itself", "attach in the generic mode (XDPMode.generic)")
        case (.xdp, EINVAL) where !seen.hasDevice: return Failure(.noSuchTarget, "there is no such network device")
        case (.xdp, ENODEV), (.trafficControl, ENODEV), (.netkit, ENODEV): return Failure(.noSuchTarget, "there is no such network device")
        case (.netkit, EACCES), (.netkit, EINVAL), (.netkit, EOPNOTSUPP):
            return Failure(.invalid, "the device is no primary of a pair of netkit devices")
        case (.netfilter, EAFNOSUPPORT): return Failure(.unsupported, "this kernel's netfilter does not know that family of protocols")
        case (.trafficControl, ENOENT), (.netkit, ENOENT):
            return Failure(
                .noSuchTarget, "the program that the order names is not attached there",
                "name one that is, in the same direction; or use .first, .last or no order")
        case (.trafficControl, EEXIST), (.netkit, EEXIST):
            return Failure(.busy, "this program is attached there already", "keep that link, or load the program once more")
        case (.cgroup, EPERM) where seen.lacksPrivilege: return nil
        case (.cgroup, EPERM):
            let holder = seen.holders?.first.map { "\($0), which is attached there," } ?? "a program that is attached there or to a cgroup above"
            return Failure(.busy, "\(holder) allows none beside it", "detach that one, or attach it with .multiple, which lets others be beside it")
        case (.cgroup, EBADF): return Failure(.invalid, "the directory is no cgroup of the unified hierarchy (cgroup2)", "name one below its mount")
        case (.function, EBUSY), (.replacement, EBUSY), (.typedTracepoint, EBUSY), (.securityModule, EBUSY):
            return Failure(.busy, "the program is attached already; it can be once at a time", "detach its link first, or load it once more")
        case (.function, ENOENT), (.securityModule, ENOENT):
            // Before, the trampoline that the program was loaded for goes with its first link (bpf_tracing_prog_attach of kernel/bpf/syscall.c).
            guard let kernel = seen.kernel, kernel < "5.13" else { return nil }
            return Failure(
                .unsupported, "a program that was attached before is attached again since Linux 5.13, this kernel is \(kernel)", "load it once more")
        case (.tracepoint(let category, let name), EACCES) where !seen.lacksPrivilege:
            // perf_event_set_bpf_prog of kernel/events/core.c compares the highest offset that is read with the record's length.
            return Failure(
                .invalid, "the program reads behind the end of the record that the tracepoint hands over",
                "compare the offsets of its fields with events/\(category)/\(name)/format in tracefs")
        case (.usdt, EINVAL):
            return Failure(
                .busy, "the kernel does not probe its place: another attachment, such as a uprobe, may be there that does not count those who trace",
                "detach that one first: all that are at one place must name the same counter, as attach(toUSDT:) does")
        default: return nil
        }
    }

    /// Why a link could not be made to call another program.
    init(updating errno: Int32, _ hook: Hook) {
        switch errno {
        case EPERM, ESTALE:
            self.init(
                .busy, "another program is attached by now than the one that was to be replaced",
                "ask the link for the one that is: information().programID")
        case EINVAL, EOPNOTSUPP, Failure.notSupported:
            self.init(
                .unsupported, "this kernel does not change such links, or the new program is of another kind or attach type",
                "attach the new program, and then detach the old one")
        case ENOLINK: self.init(.invalid, "the link is detached already", "attach the program")
        default: self.init(.system, Failure.text(of: errno))
        }
    }
}

extension Hook {
    /// The release in which the kernel got links for the hook; `nil` where every kernel that is served has them, or none does.
    var linkSince: KernelVersion? {
        switch self {
        case .kprobes(_, .session): "6.10"
        case .kprobes: "5.18"
        case .uprobes(_, _, .session): "6.13"
        case .uprobes: "6.6"
        case .functions: "7.2"
        case .trafficControl: "6.6"
        case .netkit: "6.7"
        case .netfilter: "6.4"
        case .socketMap: "6.10"
        case .structOperations: "6.4"
        case .cgroup(.lsmCgroup, _): "6.0"
        default: nil
        }
    }
}
