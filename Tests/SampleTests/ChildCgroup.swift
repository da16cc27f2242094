// SPDX-License-Identifier: Apache-2.0

import Glibc

/// A cgroup of a test's own below that of this process; removed with the value.
final class ChildCgroup {
    let path: String
    private let home: String

    /// Where this process is; `nil` where cgroup2 is mounted nowhere.
    static let home: String? = {
        let roots = ["/sys/fs/cgroup", "/sys/fs/cgroup/unified"]
        guard let root = roots.first(where: { access("\($0)/cgroup.procs", W_OK) == 0 }) else { return nil }
        guard let file = fopen("/proc/self/cgroup", "r") else { return root }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 4096)
        while fgets(&line, 4096, file) != nil {
            let text = String(decoding: line.prefix { $0 != 0 && $0 != 10 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            guard text.hasPrefix("0::/") else { continue }
            let own = "\(root)\(text.dropFirst(3))"
            return access("\(own)/cgroup.procs", W_OK) == 0 ? own : root
        }
        return root
    }()

    init() throws {
        guard let home = Self.home else { throw FailedCall(description: "cgroup2 is mounted nowhere") }
        self.home = home
        path = "\(home)/swift-ebpf-samples-\(getpid())"
        try FailedCall.check(mkdir(path, 0o755), "mkdir \(path)")
    }

    /// Moves this process into it.
    func enter() throws { try Self.move(to: path) }

    /// Moves this process back to where it was.
    func leave() throws { try Self.move(to: home) }

    private static func move(to directory: String) throws {
        let number = open("\(directory)/cgroup.procs", O_WRONLY | O_CLOEXEC)
        try FailedCall.check(number, "open \(directory)/cgroup.procs")
        defer { close(number) }
        try FailedCall.check(Int32(clamping: write(number, "0", 1)), "move to \(directory)")
    }

    deinit { rmdir(path) }
}
