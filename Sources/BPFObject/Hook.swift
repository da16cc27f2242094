// SPDX-License-Identifier: Apache-2.0

/// Where a program is attached, as its section's name says.
public enum Hook: Sendable, Hashable, CustomStringConvertible {
    /// A tracepoint of the kernel: `syscalls`, `sys_enter_openat`.
    case tracepoint(category: String, name: String)

    /// The kind of hook and which one: `tracepoint syscalls/sys_enter_openat`.
    public var description: String {
        switch self {
        case .tracepoint(let category, let name): "tracepoint \(category)/\(name)"
        }
    }

    /// The type of the programs that attach here.
    public var programType: ProgramType {
        switch self {
        case .tracepoint: .tracepoint
        }
    }
}

extension Hook {
    /// The table of section names: the word before the first slash, and how the rest is read.
    private static let sections: [(prefix: String, read: @Sendable (Substring) -> Hook?)] = [
        ("tracepoint", readTracepoint),
        ("tp", readTracepoint),
    ]

    private static func readTracepoint(_ rest: Substring) -> Hook? {
        let parts = rest.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else { return nil }
        return .tracepoint(category: String(parts[0]), name: String(parts[1]))
    }

    /// The hook that a section's name stands for, or `nil` where it is not known here.
    public init?(sectionName: String) {
        // A question mark in front says only that the program is not loaded unless asked for.
        let name = sectionName.hasPrefix("?") ? sectionName.dropFirst() : sectionName[...]
        let prefix = name.prefix { $0 != "/" }
        guard let row = Self.sections.first(where: { $0.prefix == prefix }), let hook = row.read(name.dropFirst(prefix.count + 1))
        else { return nil }
        self = hook
    }

    /// The forms of section names that are known, for messages.
    package static var knownSections: String { sections.map { $0.prefix + "/..." }.joined(separator: ", ") }
}
