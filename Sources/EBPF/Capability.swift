// SPDX-License-Identifier: Apache-2.0

import BPFAssembly

/// A privilege of a thread that eBPF may need (capabilities(7)).
struct Capability: Sendable, Hashable {
    let number: UInt32
    let name: String

    /// Maps, and programs of every kind, since Linux 5.8.
    static let bpf = Capability(number: 39, name: "CAP_BPF")
    /// Programs that trace, since Linux 5.8.
    static let perfmon = Capability(number: 38, name: "CAP_PERFMON")
    /// Programs that see or change packets and sockets, and the maps that they send them through.
    static let networkAdministration = Capability(number: 12, name: "CAP_NET_ADMIN")
    /// Mounting, and finding objects by number; stands for the first two as well, and did alone before Linux 5.8.
    static let systemAdministration = Capability(number: 21, name: "CAP_SYS_ADMIN")

    /// Whether the thread that asks has it in effect.
    var isEffective: Bool { Capabilities.effective.contains(self) }
}

/// A set of capabilities: one bit each, as `/proc/self/status` prints it.
struct Capabilities: Sendable, Hashable, ExpressibleByArrayLiteral {
    let bits: UInt64

    init(bits: UInt64) { self.bits = bits }
    init(arrayLiteral elements: Capability...) { bits = elements.reduce(0) { $0 | 1 << UInt64($1.number) } }

    /// All that there are and will be.
    static let all = Capabilities(bits: .max)

    func contains(_ capability: Capability) -> Bool { bits >> UInt64(capability.number) & 1 == 1 }
}
