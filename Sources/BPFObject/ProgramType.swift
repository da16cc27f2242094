// SPDX-License-Identifier: Apache-2.0

public import BPFAssembly

/// A kind of program (`enum bpf_prog_type`): what it may do, and where it runs.
public struct ProgramType: RawRepresentable, Sendable, Hashable, CustomStringConvertible {
    /// The kernel's number, from `enum bpf_prog_type`.
    public let rawValue: UInt32
    /// A kind by the kernel's number, also one that has no name here.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// `BPF_PROG_TYPE_UNSPEC`: no kind. No kernel loads such a program.
    public static let unspecified = ProgramType(rawValue: 0)
    /// `BPF_PROG_TYPE_TRACEPOINT`: runs when a tracepoint is reached. Linux 4.7.
    public static let tracepoint = ProgramType(rawValue: 5)

    /// The table of the kinds of programs: each with its kernel name and the release in which it appeared.
    static let table: [(type: ProgramType, name: String, since: KernelVersion)] = [
        (.tracepoint, "tracepoint", "4.7")
    ]

    /// The release in which this kind appeared, where it is known here.
    public var since: KernelVersion? { Self.table.first { $0.type == self }?.since }

    /// The kernel's own name, or the number where it is not known here.
    public var description: String { Self.table.first { $0.type == self }?.name ?? "program type \(rawValue)" }
}
