// SPDX-License-Identifier: Apache-2.0

import Bytes

/// What does not depend on the types that are printed as Swift.
enum SwiftText {
    /// Names that the text uses, which a kernel's type must not take away.
    static let reservedTypes: Set<String> = [
        "Int8", "UInt8", "Int16", "UInt16", "Int32", "UInt32", "Int64", "UInt64", "Int128", "UInt128", "Int", "UInt", "Float", "Double",
        "Bool", "String", "Void", "Any", "Self", "Type", "Protocol", "Swift", "InlineArray", "RawRepresentable", "BitwiseCopyable",
        "Hashable", "Sendable",
    ]

    private static let keywords: Set<String> = [
        "actor", "any", "as", "associatedtype", "async", "await", "break", "case", "catch", "class", "continue", "default", "defer",
        "deinit", "do", "else", "enum", "extension", "fallthrough", "false", "fileprivate", "for", "func", "guard", "if", "import", "in",
        "inout", "internal", "is", "let", "nil", "open", "operator", "precedencegroup", "private", "protocol", "public", "repeat",
        "rethrows", "return", "some", "static", "struct", "subscript", "super", "switch", "throw", "throws", "true", "try", "typealias",
        "var", "where", "while",
    ]

    /// Members that Swift gives a meaning of their own even in backticks.
    private static let reservedMembers: Set<String> = ["init", "self", "Self", "Type", "Protocol", "rawValue", "_"]

    /// A name that Swift takes for a type: others than letters and digits become `_`.
    static func identifier(_ name: String) -> String {
        var bytes = name.utf8.map { byte -> UInt8 in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): byte
            default: UInt8(ascii: "_")
            }
        }
        if let first = bytes.first, first >= UInt8(ascii: "0"), first <= UInt8(ascii: "9") { bytes.insert(UInt8(ascii: "_"), at: 0) }
        let text = String(decoding: bytes, as: UTF8.self)
        return text.isEmpty || text == "_" || keywords.contains(text) ? text + "_" : text
    }

    /// A name that Swift takes for a member; a keyword keeps its spelling, in backticks.
    static func member(_ name: String) -> String {
        if reservedMembers.contains(name) { return name + "_" }
        return keywords.contains(name) ? "`\(name)`" : identifier(name)
    }

    /// What accessors are made of. Bitfields are counted from the lowest bit where the lowest byte comes first, else from the highest.
    static func prologue(_ order: ByteOrder) -> String {
        let isLittle = order == .littleEndian
        let step = isLittle ? "8 * index" : "8 * (last - first - index)"
        let shift = isLittle ? "offset - 8 * first" : "8 * (last + 1) - offset - count"
        return """
            // Generated from BTF. The memory of each type is laid out as C lays it out.

            private func _readField<Record: BitwiseCopyable, Value: BitwiseCopyable>(_ record: Record, _ offset: Int) -> Value {
                withUnsafeBytes(of: record) { $0.loadUnaligned(fromByteOffset: offset, as: Value.self) }
            }

            private func _writeField<Record: BitwiseCopyable, Value: BitwiseCopyable>(_ value: Value, to record: inout Record, _ offset: Int) {
                withUnsafeMutableBytes(of: &record) { $0.storeBytes(of: value, toByteOffset: offset, as: Value.self) }
            }

            private func _readBits<Record: BitwiseCopyable>(_ record: Record, _ offset: Int, _ count: Int) -> UInt64 {
                let (first, last) = (offset / 8, (offset + count - 1) / 8)
                var bits: UInt128 = 0
                withUnsafeBytes(of: record) { bytes in
                    for index in 0...(last - first) { bits |= UInt128(bytes[first + index]) << UInt128(\(step)) }
                }
                return UInt64(truncatingIfNeeded: bits >> UInt128(\(shift))) & (UInt64.max >> UInt64(64 - count))
            }

            private func _writeBits<Record: BitwiseCopyable>(_ value: UInt64, to record: inout Record, _ offset: Int, _ count: Int) {
                let (first, last) = (offset / 8, (offset + count - 1) / 8)
                let mask = UInt128(UInt64.max >> UInt64(64 - count)) << UInt128(\(shift))
                let bits = UInt128(value) << UInt128(\(shift)) & mask
                withUnsafeMutableBytes(of: &record) { bytes in
                    for index in 0...(last - first) {
                        let place = UInt128(\(step))
                        bytes[first + index] = bytes[first + index] & ~UInt8(truncatingIfNeeded: mask >> place) | UInt8(truncatingIfNeeded: bits >> place)
                    }
                }
            }

            """
    }
}
