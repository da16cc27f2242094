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

    /// How many bytes follow the twelve that all types have, for a type whose `vlen` is `count`.
    func trailingSize(count: Int) -> Int {
        switch self {
        case .void, .pointer, .forward, .alias, .volatile, .constant, .restrict, .function, .floatingPoint, .typeTag: 0
        case .integer, .variable, .declarationTag: 4
        case .array: 12
        case .structure, .union, .dataSection, .enumeration64: 12 * count
        case .enumeration, .prototype: 8 * count
        }
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
