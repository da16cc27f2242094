// SPDX-License-Identifier: Apache-2.0

/// When a conditional jump is taken: how its first operand compares with the second (RFC 9669, section 4.3).
public enum Condition: UInt8, Sendable, Hashable, CaseIterable {
    /// `==`.
    case equal = 0x10
    /// Without signs.
    case greater = 0x20
    /// Without signs.
    case greaterOrEqual = 0x30
    /// They have a bit in common (`JSET`).
    case bitsSet = 0x40
    /// `!=`.
    case notEqual = 0x50
    /// With signs.
    case signedGreater = 0x60
    /// With signs.
    case signedGreaterOrEqual = 0x70
    /// Without signs. ISA v2, Linux 4.14.
    case less = 0xA0
    /// Without signs. ISA v2, Linux 4.14.
    case lessOrEqual = 0xB0
    /// With signs. ISA v2, Linux 4.14.
    case signedLess = 0xC0
    /// With signs. ISA v2, Linux 4.14.
    case signedLessOrEqual = 0xD0

    /// Whether ISA v2 brought it: before, compilers exchanged the operands.
    var isOfVersion2: Bool { rawValue >= Condition.less.rawValue }

    /// How LLVM writes it.
    var symbol: String {
        switch self {
        case .equal: "=="
        case .greater: ">"
        case .greaterOrEqual: ">="
        case .bitsSet: "&"
        case .notEqual: "!="
        case .signedGreater: "s>"
        case .signedGreaterOrEqual: "s>="
        case .less: "<"
        case .lessOrEqual: "<="
        case .signedLess: "s<"
        case .signedLessOrEqual: "s<="
        }
    }
}
