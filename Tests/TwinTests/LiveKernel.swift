// SPDX-License-Identifier: Apache-2.0

import Glibc
import Testing

/// Whether tests can load programs into the running kernel.
enum LiveKernel {
    static let isAvailable = geteuid() == 0
    static let reason: Comment = "not run, because loading eBPF programs needs root"

    /// The first two numbers of the kernel's release.
    static let release: [Int] = {
        var names = utsname()
        uname(&names)
        let release = withUnsafeBytes(of: names.release) { String(decoding: $0, as: UTF8.self) }
        return release.split { !$0.isNumber }.prefix(2).compactMap { Int($0) }
    }()

    /// Whether the running kernel takes the programs of a twin.
    static func takes(_ twin: Twin) -> Bool { isAvailable && twin.isTaken }

    /// Linux 5.12.
    static let hasAtomicsThatAnswer = !release.lexicographicallyPrecedes([5, 12])

    /// Whether runs without an event show programs of cgroups a packet: Linux 6.18 does, and 6.12 leaves them an empty one.
    static let showsPacketsToCgroups = !release.lexicographicallyPrecedes([6, 18])
    static let noPacketsReason: Comment = "not run, because test runs of older kernels (seen: Linux 6.12) show programs of cgroups an empty packet"

    /// The number of getpgid(2).
    static let numberOfGetpgid: Int64 = {
        #if arch(x86_64)
            return 121
        #else
            return 155
        #endif
    }()

    /// Whether values are kept with threads and the like: from Linux 7.0 on that takes memory by an instruction of 16 bytes, which old machines of x86-64
    /// lack.
    static let keepsValuesWithObjects: Bool = {
        #if arch(x86_64)
            guard !release.lexicographicallyPrecedes([7, 0]) else { return true }
            let words = text(of: open("/proc/cpuinfo", O_RDONLY)).split(whereSeparator: \.isWhitespace)
            return words.contains("cx16")
        #else
            return true
        #endif
    }()
    static let noStorageReason: Comment =
        "not run, because from Linux 7.0 on storage takes memory by cmpxchg16b (kmalloc_nolock), which this machine does without"
}
