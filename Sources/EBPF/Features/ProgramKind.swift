// SPDX-License-Identifier: Apache-2.0

public import BPFAssembly
public import BPFObject

/// A kind of program as a kernel has it or not: its type, what it is attached to, and whether it may wait.
///
/// The type alone says too little: `tracing` may be refused for `trace_fentry` and taken for `trace_raw_tp`.
public struct ProgramKind: Sendable, Hashable, CustomStringConvertible {
    /// The type.
    public let type: ProgramType
    /// What it is attached to; `nil` for types that leave no choice, and for those that also load without having chosen.
    public let attachType: AttachType?
    /// Whether it may wait, and call what waits (`BPF_F_SLEEPABLE`).
    public let isSleepable: Bool

    /// A kind of program.
    public init(_ type: ProgramType, _ attachType: AttachType? = nil, isSleepable: Bool = false) {
        self.type = type
        self.attachType = attachType
        self.isSleepable = isSleepable
    }

    /// The kind of the programs of a section.
    public init(_ section: SectionDefinition) {
        self.init(section.type, section.attachType, isSleepable: section.traits.contains(.sleepable))
    }

    /// All kinds that sections have (``SectionDefinition/known``), by type, attach type, and whether they may wait.
    public static let all: [ProgramKind] = {
        func order(_ kind: ProgramKind) -> (UInt32, Int64, Int) {
            (kind.type.rawValue, kind.attachType.map { Int64($0.rawValue) } ?? -1, kind.isSleepable ? 1 : 0)
        }
        return Set(SectionDefinition.known.map { ProgramKind($0) }).sorted { order($0) < order($1) }
    }()

    /// The kinds of a type.
    public static func all(of type: ProgramType) -> [ProgramKind] { all.filter { $0.type == type } }

    /// The release in which both type and attach type had appeared; a kind that may wait can be younger.
    public var since: KernelVersion? {
        [type.since, attachType?.since].compactMap { $0 }.max()
    }

    /// The kernel's names: `tracing/trace_fentry`, with `, sleepable` behind it.
    public var description: String {
        type.description + (attachType.map { "/\($0)" } ?? "") + (isSleepable ? ", sleepable" : "")
    }
}
