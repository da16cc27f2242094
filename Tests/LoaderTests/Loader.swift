// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A bpftool, which loads objects with libbpf.
struct Loader {
    let path: String
    /// What it calls itself: `bpftool v7.8.0`.
    let name: String

    /// That of the machine, and those that EBPF_LOADERS names, divided by colons.
    static let all: [Loader] = {
        let environment = ProcessInfo.processInfo.environment
        let directories = (environment["PATH"] ?? "").split(separator: ":").map(String.init) + ["/usr/sbin", "/sbin"]
        let own = directories.map { $0 + "/bpftool" }.first(where: FileManager.default.isExecutableFile(atPath:))
        let further = (environment["EBPF_LOADERS"] ?? "").split(separator: ":").map(String.init)
        return ((own.map { [$0] } ?? []) + further).compactMap(Loader.init)
    }()

    /// `nil` where there is nothing that runs.
    private init?(_ path: String) {
        guard let lines = try? Command(path, ["version"]).outcome().output.split(separator: "\n"), let first = lines.first else { return nil }
        self.path = path
        // It calls itself by the path that it was called by.
        name = String(first.split(separator: "/").last ?? first)
    }

    /// Starts to load each object alone, in a mount namespace whose bpf file system holds nothing else. One process does it for all objects.
    func start(_ objects: [String]) throws -> Command {
        // busybox has these commands and options as well.
        let script = """
            loader=$1
            shift
            for object; do
                mount -t bpf bpf /sys/fs/bpf && mkdir /sys/fs/bpf/programs || exit 1
                timeout 60 "$loader" prog loadall "$object" /sys/fs/bpf/programs > /dev/null 2>&1
                echo $?
                umount /sys/fs/bpf
            done
            """
        return try Command("/bin/sh", ["-c", "exec unshare -m sh -c \"$0\" sh \"$@\"", script, path] + objects)
    }

    /// Waits for the end, and answers of each object whether all of its programs were loaded. What takes a minute, or dies, is an error: it says neither
    /// yes nor no.
    func finish(_ command: Command, _ objects: [String]) throws -> [Bool] {
        let outcome = try command.outcome()
        let statuses = outcome.output.split(separator: "\n").compactMap { Int($0) }
        guard outcome.status == 0, statuses.count == objects.count else {
            throw LoaderError(description: "\(name) gave \(statuses.count) answers: \(outcome.errors)")
        }
        // Its own status is 255 where it fails; between are those of timeout(1) and of signals.
        for (status, object) in zip(statuses, objects) where (124..<255).contains(status) {
            throw LoaderError(description: "\(name) ended with \(status) for \(object)")
        }
        return statuses.map { $0 == 0 }
    }
}

/// A loader that answers neither yes nor no.
struct LoaderError: Error, CustomStringConvertible {
    let description: String
}
