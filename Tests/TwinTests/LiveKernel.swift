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

    /// Linux 5.12.
    static let hasAtomicsThatAnswer = !release.lexicographicallyPrecedes([5, 12])
}
