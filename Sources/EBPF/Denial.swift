// SPDX-License-Identifier: Apache-2.0

import Glibc

/// Why the kernel said EPERM or EACCES, found by looking.
struct Denial {
    let cause: String
    let remedy: String

    /// Looks for the cause; `nil` where nothing that is looked at explains it.
    ///
    /// - Parameter needed: the capabilities that the call needs. CAP_SYS_ADMIN stands for each of them.
    init?(errno: Int32, needed: [Capability]) {
        let missing = Capability.systemAdministration.isEffective ? [] : needed.filter { !$0.isEffective }
        if !missing.isEmpty {
            let names = missing.map(\.name).joined(separator: " and ")
            // Who traces also has to read the kernel's list of tracepoints, which is root's.
            let reading = needed.contains(.perfmon) ? ["cap_dac_read_search"] : []
            let all = (needed.map { $0.name.lowercased() } + reading).joined(separator: ",")
            let isRoot = geteuid() == 0
            cause = "this process lacks \(names)\(isRoot ? "" : " (it does not run as root)")"
            remedy =
                isRoot
                ? "run it with that capability: a container needs it added, a service AmbientCapabilities="
                : "run it with sudo, or give the binary the capability: setcap \(all)+ep FILE"
        } else if errno == EPERM, !needed.isEmpty, let state = Self.firstLine(of: "/sys/kernel/security/lockdown"),
            state.contains("[confidentiality]")
        {
            cause = "the kernel is locked down (confidentiality)"
            remedy = "boot without lockdown=confidentiality"
        } else if errno == EPERM, !needed.isEmpty, !Self.isInInitialUserNamespace {
            cause = "this process runs in a user namespace, where its capabilities do not count for eBPF"
            remedy = "run it outside of the container, or in a privileged one"
        } else if errno == EPERM, !needed.isEmpty, let line = Self.status("Seccomp:"), line.hasSuffix("2") {
            cause = "a seccomp filter is in force and may forbid the call"
            remedy = "let the container's seccomp profile allow bpf and perf_event_open"
        } else {
            return nil
        }
    }

    /// The number of the first user namespace is part of the kernel's interface (`PROC_USER_INIT_INO`).
    static var isInInitialUserNamespace: Bool {
        var information = stat()
        return stat("/proc/self/ns/user", &information) != 0 || information.st_ino == 0xEFFF_FFFD
    }

    private static func status(_ key: String) -> Substring? {
        guard let text = SmallFile.read("/proc/self/status") else { return nil }
        return text.split(separator: "\n").first { $0.hasPrefix(key) }
    }

    private static func firstLine(of path: String) -> Substring? {
        SmallFile.read(path)?.split(separator: "\n").first
    }
}
