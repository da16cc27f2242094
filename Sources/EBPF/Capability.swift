// SPDX-License-Identifier: Apache-2.0

import CLinux
import Glibc

/// A privilege of a process that eBPF needs (capabilities(7)).
struct Capability: Sendable, Hashable {
    let number: UInt32
    let name: String

    /// Maps, and programs of every kind, since Linux 5.8.
    static let bpf = Capability(number: 39, name: "CAP_BPF")
    /// Programs that trace, since Linux 5.8.
    static let perfmon = Capability(number: 38, name: "CAP_PERFMON")
    /// Mounting; stands for the two above as well, and did alone before Linux 5.8.
    static let systemAdministration = Capability(number: 21, name: "CAP_SYS_ADMIN")

    /// Whether this process has it in effect.
    var isEffective: Bool { Self.effective >> UInt64(number) & 1 == 1 }

    /// All that this process has in effect, one bit each.
    private static var effective: UInt64 {
        var low: UInt32 = 0
        var high: UInt32 = 0
        return linux_effective_capabilities(&low, &high) == 0 ? UInt64(high) << 32 | UInt64(low) : 0
    }
}
