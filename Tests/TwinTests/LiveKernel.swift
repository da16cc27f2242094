// SPDX-License-Identifier: Apache-2.0

import EBPF
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

    /// Whether the kernel gives memory wherever a program is at, for what it keeps with threads and the like, timers and arenas: from Linux 7.0 on that takes
    /// an instruction of 16 bytes, which old machines of x86-64 lack, or `slab_debug`, as Tests/Kernels/run has it.
    static let takesMemoryAnywhere = release.lexicographicallyPrecedes([7, 0]) || KernelFeatures.running.support(ofMaps: .arena).isYes
    static let noMemoryReason: Comment =
        "not run, because from Linux 7.0 on this takes memory by cmpxchg16b (kmalloc_nolock), which this machine does without"
}
