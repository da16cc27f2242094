// SPDX-License-Identifier: Apache-2.0

import Glibc

/// The directory that a process sees as `/`, as this process reaches it.
struct FileRoot: Sendable, Hashable {
    /// Empty where both see the same; else `/proc/PID/root`.
    let prefix: String

    /// What this process sees.
    static let own = FileRoot(prefix: "")

    init(prefix: String) {
        self.prefix = prefix
    }

    /// What a process sees. Where that cannot be found out, it is taken to see what this process does.
    init(of process: Int32?) {
        guard let process else {
            self = .own
            return
        }
        let root = "/proc/\(process)/root"
        let namespace = Self.target(ofLink: "/proc/\(process)/ns/mnt")
        let sharesNamespace = namespace == nil || namespace == Self.target(ofLink: "/proc/self/ns/mnt")
        // Within a namespace, the root may still be another: chroot(2).
        let path = Self.target(ofLink: root)
        let sharesRoot = path == nil || path == Self.target(ofLink: "/proc/self/root")
        prefix = sharesNamespace && sharesRoot ? "" : root
    }

    /// A path that this process can open, for an absolute path as the process sees it.
    ///
    /// Below another root, symbolic links are followed here: an absolute one would otherwise lead out of it.
    func path(_ path: String) -> String {
        guard !prefix.isEmpty else { return path }
        var pending = path.split(separator: "/").reversed().map(String.init)
        var done: [String] = []
        var linksLeft = 40  // MAXSYMLINKS of include/linux/namei.h
        while let name = pending.popLast() {
            if name == "." { continue }
            if name == ".." {
                _ = done.popLast()
                continue
            }
            let place = prefix + "/" + (done + [name]).joined(separator: "/")
            guard linksLeft > 0, let target = Self.target(ofLink: place) else {
                done.append(name)
                continue
            }
            linksLeft -= 1
            if target.hasPrefix("/") { done = [] }
            pending += target.split(separator: "/").reversed().map(String.init)
        }
        return prefix + "/" + done.joined(separator: "/")
    }

    /// What a symbolic link says; `nil` where there is none.
    static func target(ofLink path: String) -> String? {
        var bytes = [CChar](repeating: 0, count: 4096)  // PATH_MAX
        let count = readlink(path, &bytes, bytes.count)
        return count > 0 ? String(decoding: bytes[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self) : nil
    }
}
