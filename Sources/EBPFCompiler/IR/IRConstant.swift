// SPDX-License-Identifier: Apache-2.0

/// Constants as they are written.
enum IRConstant {
    /// The bytes of a type and value: `i32 5`, `<2 x i32> <i32 1, i32 2>`, `[2 x i8] c"ab"`.
    ///
    /// - Parameter types: what `%name` stands for.
    static func bytes(_ text: Substring, types: [String: String] = [:]) -> [UInt8]? {
        let text = IRText.trimmed(text)
        if text.hasPrefix("%") {
            guard let (name, rest) = IRName.read(text), let body = types["%" + IRName.spelled(name)] else { return nil }
            return bytes((body + rest)[...], types: types)
        }
        if text.hasPrefix("i"), let space = text.utf8.firstIndex(of: UInt8(ascii: " ")), let bits = Int(text[..<space].dropFirst()), bits <= 128 {
            return integer(text[space...].dropFirst(), byteCount: (bits + 7) / 8)
        }
        if text == "ptr null" { return [UInt8](repeating: 0, count: 8) }
        guard text.first == "<" || text.first == "[" || text.first == "{", let close = IRText.closing(text) else { return nil }
        let value = IRText.trimmed(text[text.index(after: close)...])
        if value.hasPrefix("c\"") { return characters(value.dropFirst(2).dropLast()) }
        if value == "zeroinitializer" || value == "undef" || value == "poison" {
            return size(text[...close], types).map { [UInt8](repeating: 0, count: $0) }
        }
        // What is not packed has gaps, and Swift packs.
        guard text.first != "{" else { return nil }
        if value.hasPrefix("splat ("), let size = size(text[...close], types), let one = bytes(value.dropFirst("splat (".count).dropLast()),
            !one.isEmpty
        {
            return (0..<size / one.count).flatMap { _ in one }
        }
        var all: [UInt8] = []
        for element in IRText.split(inner(value)) {
            guard let next = bytes(element, types: types) else { return nil }
            all += next
        }
        return all
    }

    /// Without its brackets: `<{ ... }>` has two.
    private static func inner(_ value: Substring) -> Substring {
        let inside = IRText.trimmed(value.dropFirst().dropLast())
        return value.hasPrefix("<{") ? IRText.trimmed(inside.dropFirst().dropLast()) : inside
    }

    private static func integer(_ text: Substring, byteCount: Int) -> [UInt8]? {
        if text == "true" { return [1] }
        if text == "false" { return [0] }
        if text == "undef" || text == "poison" { return [UInt8](repeating: 0, count: byteCount) }
        if let value = Int128(text) { return (0..<byteCount).map { UInt8(truncatingIfNeeded: value >> Int128($0 * 8)) } }
        guard let value = UInt128(text) else { return nil }
        return (0..<byteCount).map { UInt8(truncatingIfNeeded: value >> UInt128($0 * 8)) }
    }

    /// The bytes of a text whose others are written as `\\00`.
    static func characters(_ text: Substring) -> [UInt8]? {
        var all: [UInt8] = []
        var rest = text.utf8
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "\\") else {
                all.append(byte)
                continue
            }
            guard let high = rest.popFirst(), let low = rest.popFirst(), let value = UInt8(String(decoding: [high, low], as: UTF8.self), radix: 16)
            else { return nil }
            all.append(value)
        }
        return all
    }

    /// How many bytes a type of integers, and arrays and packed structures of them, has.
    static func size(_ type: Substring, _ types: [String: String]) -> Int? {
        let type = IRText.trimmed(type)
        if type == "ptr" { return 8 }
        if type.hasPrefix("%") { return IRName.read(type).flatMap { types["%" + IRName.spelled($0.name)] }.flatMap { size($0[...], types) } }
        if type.hasPrefix("i") { return Int(type.dropFirst()).map { ($0 + 7) / 8 } }
        guard let first = type.first, first == "[" || first == "<" else { return nil }
        let inside = IRText.trimmed(type.dropFirst().dropLast())
        if inside.first == "{" {
            return IRText.split(inside.dropFirst().dropLast()).reduce(0) { sum, part in sum.flatMap { sum in size(part, types).map { sum + $0 } } }
        }
        guard let times = inside.range(of: " x "), let count = Int(inside[..<times.lowerBound]), let one = size(inside[times.upperBound...], types)
        else { return nil }
        let (product, overflow) = count.multipliedReportingOverflow(by: one)
        return overflow ? nil : product
    }

    /// Where a part of an array or a packed structure lies in it, and of which type it is.
    static func part(_ index: Int, of type: Substring, _ types: [String: String]) -> (offset: Int, type: Substring)? {
        let type = IRText.trimmed(type)
        if type.hasPrefix("%") {
            return IRName.read(type).flatMap { types["%" + IRName.spelled($0.name)] }.flatMap { part(index, of: $0[...], types) }
        }
        guard index >= 0, type.first == "[" || type.first == "<" else { return nil }
        let inside = IRText.trimmed(type.dropFirst().dropLast())
        if inside.first == "{" {
            let members = IRText.split(inside.dropFirst().dropLast())
            guard index < members.count else { return nil }
            var offset = 0
            for member in members[..<index] {
                guard let size = size(member, types) else { return nil }
                offset += size
            }
            return (offset, members[index])
        }
        guard let times = inside.range(of: " x "), let size = size(inside[times.upperBound...], types) else { return nil }
        let (offset, overflow) = index.multipliedReportingOverflow(by: size)
        return overflow ? nil : (offset, inside[times.upperBound...])
    }
}
