// SPDX-License-Identifier: Apache-2.0

import CLinux
import Glibc

/// The file system in which the kernel lists its tracepoints (tracefs).
///
/// Where it is mounted nowhere, it is mounted for this process alone and in no place: only this value's descriptor reaches
/// it, nobody else sees it, and it is gone with the descriptor.
struct TraceFileSystem: ~Copyable {
    private let directory: Descriptor

    private static let places = ["/sys/kernel/tracing", "/sys/kernel/debug/tracing"]

    /// Opens the file system.
    ///
    /// - Throws: ``EBPFError`` with ``EBPFError/Code/noTraceFileSystem``.
    init(for operation: String) throws(EBPFError) {
        var refusal: (place: String, errno: Int32)?
        for place in Self.places {
            let number = linux_openat(AT_FDCWD, place, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
            if number < 0, errno != ENOENT { refusal = (place, errno) }
            guard number >= 0 else { continue }
            let candidate = Descriptor(number)
            // The mount point exists also where nothing is mounted on it.
            if Self.has("events", in: candidate) {
                directory = candidate
                return
            }
        }
        if let mounted = Self.mountPrivately() {
            directory = mounted
            return
        }
        throw Self.failure(operation, refusal)
    }

    private static func failure(_ operation: String, _ refusal: (place: String, errno: Int32)?) -> EBPFError {
        // Who may not trace at all is told that first: a mounted tracefs would not help.
        let mayTrace = Capability.systemAdministration.isEffective || Capability.bpf.isEffective && Capability.perfmon.isEffective
        if !mayTrace || !Denial.isInInitialUserNamespace, let denial = Denial(errno: EPERM, needed: [.bpf, .perfmon]) {
            return EBPFError(.permission, operation, cause: denial.cause, remedy: denial.remedy, errno: EPERM)
        }
        if let refusal {
            return EBPFError(
                .noTraceFileSystem, operation, cause: "\(refusal.place) cannot be read: \(String(cString: strerror(refusal.errno)))",
                remedy: "run as root, or let a group of this user in: mount -o remount,gid=GROUP,mode=750 \(refusal.place)", errno: refusal.errno)
        }
        let canMount = Capability.systemAdministration.isEffective
        return EBPFError(
            .noTraceFileSystem, operation,
            cause: "tracefs is not mounted"
                + (canMount ? ", and this kernel does not let it be mounted" : ", and mounting it needs CAP_SYS_ADMIN"),
            remedy: canMount
                ? "use a kernel that is built with CONFIG_FTRACE and CONFIG_EVENT_TRACING"
                : "mount it as root: mount -t tracefs tracefs \(places[0])")
    }

    /// Whether a directory has an entry. It is opened, since access(2) asks for the real user rather than for the capabilities
    /// in effect.
    private static func has(_ name: String, in directory: borrowing Descriptor) -> Bool {
        let number = linux_openat(directory.number, name, pathOnly | O_CLOEXEC)
        guard number >= 0 else { return false }
        close(number)
        return true
    }

    /// `O_PATH` of `include/uapi/asm-generic/fcntl.h`, which the C library shows only on demand.
    private static let pathOnly: Int32 = 0o10000000

    /// A mount that stands in no directory (Linux 5.2): only its descriptor reaches it. `nil` where that is not allowed.
    private static func mountPrivately() -> Descriptor? {
        let number = linux_fsopen("tracefs", 1)  // FSOPEN_CLOEXEC
        guard number >= 0 else { return nil }
        let context = Descriptor(number)
        guard linux_fsconfig(context.number, 6, nil, nil, 0) == 0 else { return nil }  // FSCONFIG_CMD_CREATE
        let mount = linux_fsmount(context.number, 1, 0)  // FSMOUNT_CLOEXEC
        return mount >= 0 ? Descriptor(mount) : nil
    }

    /// The number by which perf_event_open(2) knows a tracepoint.
    ///
    /// - Throws: ``EBPFError`` with ``EBPFError/Code/noSuchTracepoint``.
    borrowing func identifier(category: String, tracepoint: String, for operation: String) throws(EBPFError) -> UInt64 {
        let path = "events/\(category)/\(tracepoint)/id"
        guard let text = SmallFile.read(path, in: directory.number) else {
            guard errno == ENOENT else {
                let remedy = "run as root, or let a group of this user in: mount -o remount,gid=GROUP,mode=750 \(Self.places[0])"
                throw EBPFError(system: errno, "\(operation) (\(path) of tracefs)", remedy: remedy)
            }
            let hasCategory = Self.has("events/\(category)", in: directory)
            throw EBPFError(
                .noSuchTracepoint, operation,
                cause: hasCategory
                    ? "this kernel has no tracepoint '\(tracepoint)' in category '\(category)'"
                    : "this kernel has no tracepoints of category '\(category)'",
                remedy: category == "syscalls" && !hasCategory
                    ? "use a kernel that is built with CONFIG_FTRACE_SYSCALLS"
                    : "check the name in the program's section; the kernel's own are in \(Self.places[0])/events/\(hasCategory ? category : "")")
        }
        guard let identifier = UInt64(text.prefix { $0.isNumber }) else {
            throw EBPFError(.system, operation, cause: "\(path) of tracefs holds no number")
        }
        return identifier
    }
}
