// SPDX-License-Identifier: Apache-2.0

/// Where a program stands among those of the same hook: traffic control (tcx), netkit and, since Linux 6.17, cgroups.
public enum LinkOrder: Sendable {
    /// Before all others that are there.
    case first
    /// Behind all others that are there.
    case last
    /// Before another program.
    case before(Program)
    /// Behind another program.
    case after(Program)

    /// `BPF_F_BEFORE` and `BPF_F_AFTER`; without either, the kernel puts it last.
    var flags: UInt32 {
        switch self {
        case .first, .before: 1 << 3
        case .last, .after: 1 << 4
        }
    }

    /// The program that it is told relative to.
    var program: Program? {
        switch self {
        case .first, .last: nil
        case .before(let program), .after(let program): program
        }
    }

    /// The descriptor of that program; 0 where there is none.
    var relative: UInt32 { program.map { UInt32(bitPattern: $0.descriptor.number) } ?? 0 }
}
