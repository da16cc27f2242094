// SPDX-License-Identifier: Apache-2.0

import BPFObject

/// CPUs by their numbers, to which XDP programs hand packets.
///
/// Linux 4.15. `include/uapi/linux/bpf.h`: `BPF_MAP_TYPE_CPUMAP`.
public struct CPUMap: RedirectMap {
    /// The number of the CPU.
    public typealias Key = UInt32
    /// The map.
    public let map: Map

    /// The map as one of this kind.
    ///
    /// - Throws: ``EBPFError`` where it is of another kind or size. The kernel is not asked.
    public init(_ map: Map) throws(EBPFError) {
        self.map = try map.checked(as: Self.self, [.cpumap], key: SwiftLayout(Key.self))
    }

    /// Gives a CPU a queue of packets.
    ///
    /// - Parameters:
    ///   - queueSize: how many packets wait there at most.
    ///   - program: an XDP program that packets run through on that CPU (`xdp/cpumap`), where values of the map have 8 bytes. Linux 5.9.
    /// - Throws: ``EBPFError`` where there is no such CPU, where the map has no place for a program, or the program is of another kind.
    public func update(_ cpu: UInt32, queueSize: UInt32, program: Program? = nil) throws(EBPFError) { try setRedirect(cpu, queueSize, program) }

    /// The queue of a CPU; `nil` where it has none.
    ///
    /// - Throws: ``EBPFError`` where the kernel refuses.
    public func queue(of cpu: UInt32) throws(EBPFError) -> CPUQueue? {
        try redirect(cpu).map { CPUQueue(queueSize: $0.target, programID: $0.program) }
    }
}
