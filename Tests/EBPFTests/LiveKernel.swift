// SPDX-License-Identifier: Apache-2.0

import BPFAssembly
@testable import EBPF
import Glibc
import Testing

/// Whether tests can load programs into the running kernel.
enum LiveKernel {
    static let isAvailable = geteuid() == 0
    static let reason: Comment = "not run, because loading eBPF programs needs root"

    /// Whether tests can run programs of type syscall, which hand events out when they are told to.
    static let runsPrograms = isAvailable && (KernelVersion.running ?? "5.10") >= "5.14"
    static let runsProgramsReason: Comment = "not run, because programs of type syscall came with Linux 5.14"

    /// Whether the running kernel is of that release or a newer one.
    static func isSince(_ release: KernelVersion) -> Bool { (KernelVersion.running ?? "5.10") >= release }

    /// Whether entries are taken out of hashes in one call.
    static let takesFromHashes = (KernelVersion.running ?? "5.10") >= "5.14"

    /// How many maps with this many entries this process holds.
    static func mapsHeld(maxEntries: Int) -> Int {
        guard let directory = opendir("/proc/self/fdinfo") else { return 0 }
        defer { closedir(directory) }
        var count = 0
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            // Linux 6.18 follows a null pointer where it tells of some links.
            guard DescriptorKind.of("/proc/self/fd/\(name)") == .known(.map) else { continue }
            if text(of: "/proc/self/fdinfo/\(name)").contains("max_entries:\t\(maxEntries)\n") { count += 1 }
        }
        return count
    }

    private static func text(of path: String) -> String {
        guard let file = fopen(path, "r") else { return "" }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = fread(&bytes, 1, bytes.count, file)
        return String(decoding: bytes[..<count], as: UTF8.self)
    }
}
