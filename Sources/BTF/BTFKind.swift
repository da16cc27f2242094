// SPDX-License-Identifier: Apache-2.0

/// The kinds of types that BTF has: the `BTF_KIND_*` of `include/uapi/linux/btf.h`.
public enum BTFKind: UInt8, Sendable, Hashable, CaseIterable {
    case void = 0
    case integer = 1
    case pointer = 2
    case array = 3
    case structure = 4
    case union = 5
    case enumeration = 6
    case forward = 7
    case alias = 8
    case volatile = 9
    case constant = 10
    case restrict = 11
    case function = 12
    case prototype = 13
    case variable = 14
    case dataSection = 15
    case floatingPoint = 16
    case declarationTag = 17
    case typeTag = 18
    case enumeration64 = 19

    /// How many bytes a type of a kind's number takes whose `vlen` is `count`; 0 for a kind that is not known.
    ///
    /// Twelve that all types have, and what the kind adds. Void, kind 0, never stands in the table. The kernel's table has
    /// over a hundred thousand types in no order, so the two numbers of each kind, counted in words of four bytes, stand in the
    /// digits of constants: a choice between kinds would be guessed wrongly half of the time.
    @inline(__always)
    static func size(_ number: UInt8, count: Int) -> Int {
        let digit = UInt64(number < 16 ? number : number &- 16) &* 4
        let fixed: UInt64 = number < 16 ? 0x3433_3333_3333_6340 : 0x3343
        let perEntry: UInt64 = number < 16 ? 0x3020_0000_0233_0000 : 0x3000
        // Numbers behind the last shift all digits out.
        return 4 &* (Int(fixed >> digit & 15) &+ Int(perEntry >> digit & 15) &* count)
    }

    /// C's word for it, where C has one.
    public var word: String {
        switch self {
        case .structure: "struct"
        case .union: "union"
        case .enumeration, .enumeration64: "enum"
        case .alias: "typedef"
        case .volatile: "volatile"
        case .constant: "const"
        case .restrict: "restrict"
        default: "\(self)"
        }
    }
}
