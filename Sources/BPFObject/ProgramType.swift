// SPDX-License-Identifier: Apache-2.0

public import BPFAssembly

/// A kind of program (`enum bpf_prog_type`): what it may do, and where it runs.
public struct ProgramType: RawRepresentable, Sendable, Hashable, CustomStringConvertible {
    public let rawValue: UInt32
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    public static let unspecified = ProgramType(rawValue: 0)
    public static let tracepoint = ProgramType(rawValue: 5)

    /// The table of the kinds of programs: each with its kernel name and the release in which it appeared.
    static let table: [(type: ProgramType, name: String, since: KernelVersion)] = [
        (.tracepoint, "tracepoint", "4.7")
    ]

    /// The release in which this kind appeared, where it is known here.
    public var since: KernelVersion? { Self.table.first { $0.type == self }?.since }

    public var description: String { Self.table.first { $0.type == self }?.name ?? "program type \(rawValue)" }
}
