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
}
