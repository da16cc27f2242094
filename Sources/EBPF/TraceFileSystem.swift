// SPDX-License-Identifier: Apache-2.0

import BPFObject
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
        if let mounted = PrivateMount.open("tracefs") {
            directory = mounted
            return
        }
        throw Self.failure(operation, refusal)
    }

    private static func failure(_ operation: String, _ refusal: (place: String, errno: Int32)?) -> EBPFError {
        // Who may not trace at all is told that first: a mounted tracefs would not help.
        let mayTrace = Capability.systemAdministration.isEffective || Capability.bpf.isEffective && Capability.perfmon.isEffective
        let seen = Circumstances.look(at: .other([.bpf, .perfmon]))
        if !mayTrace || !seen.isInInitialUserNamespace, let denial = Denial.judge(EPERM, .other([.bpf, .perfmon]), seen) {
            return EBPFError(.permission, operation, cause: denial.cause, remedy: denial.remedy, errno: EPERM)
        }
        if let refusal {
            if let denial = Denial.judge(refusal.errno, .readTraceFiles, seen) {
                return EBPFError(.permission, operation, cause: denial.cause, remedy: denial.remedy, errno: refusal.errno)
            }
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

    /// The number by which perf_event_open(2) knows a tracepoint.
    ///
    /// - Throws: ``EBPFError`` with ``EBPFError/Code/noSuchTracepoint``.
    borrowing func identifier(category: String, tracepoint: String, for operation: String) throws(EBPFError) -> UInt64 {
        // They are put together to a path, which must not lead elsewhere.
        guard Self.isName(category), Self.isName(tracepoint) else {
            throw EBPFError(
                .noSuchTracepoint, operation, cause: "no tracepoint has that name: category and name are one word each",
                remedy: "name them apart, as in category 'syscalls' and name 'sys_enter_openat'")
        }
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
                    ? "this kernel has no tracepoint '\(tracepoint)' in category '\(category)'\(near(tracepoint, in: category))"
                    : "this kernel has no tracepoints of category '\(category)'\(near(category: category, of: tracepoint))",
                remedy: category == "syscalls" && !hasCategory
                    ? "use a kernel that is built with CONFIG_FTRACE_SYSCALLS"
                    : "check the name in the program's section; the kernel's own are in \(Self.places[0])/events/\(hasCategory ? category : "")")
        }
        guard let identifier = UInt64(text.prefix { $0.isNumber }) else {
            throw EBPFError(.system, operation, cause: "\(path) of tracefs holds no number")
        }
        return identifier
    }

    private static func isName(_ text: String) -> Bool { !text.isEmpty && text != "." && text != ".." && !text.utf8.contains(UInt8(ascii: "/")) }

    /// The whole of a file; `nil` where it cannot be read.
    borrowing func contents(of path: String) -> [UInt8]? {
        let number = linux_openat(directory.number, path, O_RDONLY | O_CLOEXEC)
        guard number >= 0 else { return nil }
        let file = Descriptor(number)
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 256 * 1024)
        while true {
            let count = read(file.number, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { return nil }
            if count == 0 { return bytes }
            bytes += chunk[..<count]
        }
    }

    /// The lines of a file; none where it cannot be read.
    borrowing func lines(of path: String) -> [String] {
        String(decoding: contents(of: path) ?? [], as: UTF8.self).split(separator: "\n").map(String.init)
    }

    /// The tracepoints of a category whose names are like one, as the end of a sentence.
    private borrowing func near(_ tracepoint: String, in category: String) -> String {
        let names = lines(of: "available_events").compactMap { line in
            line.hasPrefix(category + ":") ? String(line.dropFirst(category.count + 1)) : nil
        }
        return Self.advice(NearestNames.of(tracepoint, among: names))
    }

    /// The tracepoint in other categories, or else the categories whose names are like one, as the end of a sentence.
    private borrowing func near(category: String, of tracepoint: String) -> String {
        let events = lines(of: "available_events").map { $0.split(separator: ":").map(String.init) }.filter { $0.count == 2 }
        let others = events.filter { $0[1] == tracepoint }.map { $0.joined(separator: "/") }
        return Self.advice(others.isEmpty ? NearestNames.of(category, among: events.map { $0[0] }) : others)
    }

    /// The tracepoints of all categories whose names are like one, as the end of a sentence; nothing where the list cannot be read.
    static func near(_ tracepoint: String) -> String {
        guard let files = try? TraceFileSystem(for: "look for tracepoints") else { return "" }
        let names = files.lines(of: "available_events").compactMap { $0.split(separator: ":").last.map(String.init) }
        // The tracepoints of single system calls are made of these two.
        return advice(NearestNames.of(tracepoint, among: names + ["sys_enter", "sys_exit"]))
    }

    private static func advice(_ names: [String]) -> String {
        names.isEmpty ? "" : "; it has \(names.map { "'\($0)'" }.joined(separator: ", "))"
    }
}
