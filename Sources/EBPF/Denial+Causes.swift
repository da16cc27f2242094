// SPDX-License-Identifier: Apache-2.0

import BPFAssembly
import Glibc

// One function a cause: from what was seen to a sentence and what to do, or nothing.

extension Denial {
    /// The map's own rights: `map_get_sys_perms` of `kernel/bpf/syscall.c`.
    @Sendable static func mapIsReadOnly(_ denied: Case) -> Denial? {
        guard denied.attempt == .useMap || denied.attempt == .freezeMap, let map = denied.seen.map else { return nil }
        if map.isWrite, !map.writes {
            return Denial(
                "the map was created or opened for reading alone (BPF_F_RDONLY)",
                "create it without that flag, or open it again with the right to write")
        }
        if map.isWrite, map.isFrozen {
            return Denial(
                "the map is frozen (BPF_MAP_FREEZE): nobody in user space changes read-only data once the object is loaded",
                "set constants before the object is loaded, or keep what changes in a variable that is not const")
        }
        if !map.isWrite, !map.reads {
            return Denial(
                "the map was created or opened for writing alone (BPF_F_WRONLY)",
                "create it without that flag, or open it again with the right to read")
        }
        return nil
    }

    /// Capabilities in another namespace than the first are none for `bpf_capable`.
    @Sendable static func userNamespace(_ denied: Case) -> Denial? {
        guard !denied.seen.isInInitialUserNamespace, !denied.attempt.privileges(denied.seen).isEmpty else { return nil }
        return Denial(
            "this process runs in a user namespace, where its capabilities do not count for eBPF",
            "run it outside of the container, or in one that is privileged and without a user namespace of its own"
                + (denied.seen.isOlder(than: "6.9") ? "" : "; or let the host delegate it with a BPF token (Linux 6.9)"))
    }

    @Sendable static func missingCapabilities(_ denied: Case) -> Denial? {
        let (seen, missing) = (denied.seen, denied.missing)
        guard !missing.isEmpty else { return nil }
        let names = missing.map(\.name).joined(separator: " and ")
        var cause = "this process lacks \(names)\(seen.isRoot ? "" : " (it does not run as root)")"
        var remedy = remedyForMissing(denied)
        if denied.attempt.mayBeUnprivileged, let state = seen.unprivilegedBPF {
            switch state {
            case .allowed: break
            case .forbidden:
                cause += ", and kernel.unprivileged_bpf_disabled is 2: others may not use eBPF at all"
                remedy += "; or let everybody use some of eBPF: sysctl kernel.unprivileged_bpf_disabled=0"
            case .forbiddenForGood:
                cause += ", and kernel.unprivileged_bpf_disabled is 1: others may not use eBPF at all until the next boot"
            }
        }
        if missing == [.systemAdministration], seen.isOlder(than: "5.8"), denied.attempt != .mount {
            cause += "; Linux \(seen.kernel?.description ?? "") knows no CAP_BPF and CAP_PERFMON yet"
        }
        if case .openEvent = denied.attempt, let level = seen.perfEventParanoid {
            cause += "; kernel.perf_event_paranoid is \(level), which asks for it"
        }
        return Denial(cause, remedy)
    }

    private static func remedyForMissing(_ denied: Case) -> String {
        guard !denied.seen.isRoot else {
            return "run it with \(denied.missing.count == 1 ? "that capability" : "these capabilities"): a container needs "
                + "\(denied.missing.count == 1 ? "it" : "them") added, a service AmbientCapabilities="
        }
        let needed = denied.attempt.privileges(denied.seen).map(\.capability)
        // Who traces also has to read the kernel's list of tracepoints, which is root's.
        let reading = needed.contains(.perfmon) ? ["cap_dac_read_search"] : []
        let all = (needed.map { $0.name.lowercased() } + reading).joined(separator: ",")
        return "run it with sudo, or give the binary the capability: setcap \(all)+ep FILE"
    }

    /// Distributions have levels above the kernel's own, for which CAP_PERFMON does not suffice.
    @Sendable static func perfEventLevel(_ denied: Case) -> Denial? {
        guard case .openEvent = denied.attempt, let level = denied.seen.perfEventParanoid, level > 2,
            !denied.seen.capabilities.contains(.systemAdministration)
        else { return nil }
        return Denial(
            "kernel.perf_event_paranoid is \(level), at which this distribution's kernel asks for CAP_SYS_ADMIN",
            "run it with CAP_SYS_ADMIN, or set the level that CAP_PERFMON suffices for: sysctl kernel.perf_event_paranoid=2")
    }

    /// What lockdown forbids (`security/security.c`, `lockdown_reasons`): reading tracefs, and probes of the kernel's functions, which read
    /// what is secret. Programs load under each of its levels; helpers that read the kernel's memory are taken from them.
    @Sendable static func lockdown(_ denied: Case) -> Denial? {
        guard denied.errno == EPERM, denied.seen.lockdown == .confidentiality else { return nil }
        let what: String
        switch denied.attempt {
        case .readTraceFiles: what = "reading tracefs"
        case .openEvent(.probe), .openEvent(.tracepoint), .openEvent(.samples): what = "such an event"
        default: return nil
        }
        return Denial("the kernel is locked down for confidentiality, which forbids \(what)", "boot without lockdown=confidentiality")
    }

    @Sendable static func seccompFilter(_ denied: Case) -> Denial? {
        guard denied.seen.seccomp == .forbids else { return nil }
        let call: String
        switch denied.attempt {
        case .openEvent: call = "perf_event_open"
        case .mount: call = "mount, fsopen and fsmount"
        case .readTraceFiles: return nil
        default: call = "bpf"
        }
        return Denial(
            "a seccomp filter forbids the call to this process, whatever its capabilities",
            "let the container's or the service's seccomp profile allow \(call) (SystemCallFilter= of a service)")
    }

    /// Before Linux 5.11 maps, programs and types count against a limit of the user's, and EPERM says that it is reached.
    @Sendable static func lockedMemory(_ denied: Case) -> Denial? {
        guard denied.errno == EPERM, denied.seen.isOlder(than: "5.11"), let memory = denied.seen.lockedMemory, let limit = memory.limit else {
            return nil
        }
        switch denied.attempt {
        case .createMap, .loadProgram, .loadTypes: break
        default: return nil
        }
        // What other processes of the user have charged is not shown; but what this one asks for has to be a part of the limit that counts.
        let wanted = memory.charged + (memory.wanted ?? 0)
        let isReached = wanted > limit
        guard isReached || limit < LockedMemory.generous else { return nil }
        let sizes =
            "\(limit / 1024) KiB; this process has \(memory.charged / 1024) KiB in use"
            + (memory.wanted.map { ", and asked for about \($0 / 1024) KiB" } ?? "")
        return Denial(
            "the limit of locked memory (RLIMIT_MEMLOCK) \(isReached ? "is" : "may be") reached, against which Linux before 5.11 counts eBPF: \(sizes)",
            "raise the limit (ulimit -l unlimited, LimitMEMLOCK=infinity), run with CAP_SYS_RESOURCE so that it is raised here, or use smaller maps")
    }

    /// Programs in trampolines are refused without a word where others that take the same load: the kernel, or what it runs under, does not
    /// let its code be changed. No file says so.
    @Sendable static func unpatchableText(_ denied: Case) -> Denial? {
        guard denied.errno == EPERM, case .loadProgram(let type, let attachType) = denied.attempt, type.needsTrampoline(attachType: attachType),
            denied.seen.loadsOtherPrograms == true
        else { return nil }
        return Denial(
            "this kernel refuses programs for which it would have to change its own code (fentry, fexit, fmod_ret, freplace, lsm): it has no word for "
                + "why, but programs that take the same capabilities load",
            "use a hook without a trampoline (tp_btf, raw_tp, tracepoint, a kprobe where the kernel has them), or another kernel or machine")
    }

    /// What is left when all others are excluded: a module for security, which may have its own say in each call.
    @Sendable static func securityModule(_ denied: Case) -> Denial? {
        let seen = denied.seen
        guard denied.attempt != .useMap else { return nil }
        if denied.errno == EACCES, seen.selinuxEnforces {
            return Denial(
                "the capabilities are there; SELinux enforces a policy and may forbid to \(denied.attempt.verb)",
                "look for 'avc: denied' in the audit log (ausearch -m avc -ts recent), and allow the process's domain what it says (class bpf, perf_event)"
            )
        }
        if denied.errno == EPERM || denied.errno == EACCES, let profile = seen.appArmorProfile {
            return Denial(
                "the capabilities are there; the AppArmor profile \(profile) confines the process and may withhold them",
                "look for 'apparmor=\"DENIED\"' in the kernel's log, and add what it says to the profile (capability bpf, capability perfmon)")
        }
        let others = seen.securityModules.filter { ["bpf", "tomoyo", "smack", "landlock"].contains($0) }
        guard denied.errno == EPERM, denied.attempt != .readTraceFiles, !others.isEmpty else { return nil }
        return Denial(
            "nothing that was looked at explains it (capabilities, user namespace, seccomp, lockdown); a security module may forbid to "
                + "\(denied.attempt.verb): active are \(seen.securityModules.joined(separator: ", "))",
            "look into the kernel's and the audit log, and whether eBPF programs of type lsm are loaded (bpftool prog)")
    }
}
