// SPDX-License-Identifier: Apache-2.0

import Bytes

extension BTF {
    /// The types of one of these kinds whose name is `name`, in the order of their numbers.
    ///
    /// Goes over all types, decodes none, and allocates nothing but the answer.
    public func types(named name: String, kinds: Set<BTFKind>) -> [TypeID] {
        let text = Array(name.utf8)
        return scan(kinds: kinds) { strings.holdsString(text, at: $0) }
    }

    /// The types of one of these kinds whose name is `name` but for a flavor: `task_struct` and `task_struct___old`.
    ///
    /// What stands behind three underscores is a flavor, by which an object tells apart several forms of one kernel type.
    public func types(namedIgnoringFlavor name: String, kinds: Set<BTFKind>) -> [TypeID] {
        let text = Array(name.utf8)
        let flavored = text + Array("___".utf8)
        return scan(kinds: kinds) { offset in
            if strings.holdsString(text, at: offset) { return true }
            guard let length = strings.stringLength(at: offset), length > flavored.count,
                let start = strings.slice(at: offset, count: flavored.count)
            else { return false }
            return start.array() == flavored && essentialName(string(at: UInt32(offset))) == name
        }
    }

    private func scan(kinds: Set<BTFKind>, where matches: (Int) -> Bool) -> [TypeID] {
        let wanted = kinds.reduce(UInt32(0)) { $0 | 1 << UInt32($1.rawValue) }
        var found: [TypeID] = []
        for index in 1..<max(offsets.count, 1) {
            let start = Int(offsets[index])
            guard let info = types.integer(UInt32.self, at: start + 4, order: byteOrder), wanted >> (info >> 24 & 0x1F) & 1 == 1,
                let name = types.integer(UInt32.self, at: start, order: byteOrder), name != 0, matches(Int(name))
            else { continue }
            found.append(TypeID(UInt32(index)))
        }
        return found
    }

    /// What remains of a type when typedefs and qualifiers are taken away, and its number.
    ///
    /// - Throws: ``BTFError`` for a number outside of the table, or types that go in a circle.
    public func resolve(_ id: TypeID) throws(BTFError) -> (id: TypeID, type: BTFType) {
        var current = id
        // A chain cannot have more links than there are types, unless it is a circle.
        for _ in 0...count {
            let type = try type(current)
            switch type {
            case .alias(_, let next), .qualified(_, let next): current = next
            default: return (current, type)
            }
        }
        throw BTFError(.malformed, "type \(id.rawValue) goes in a circle")
    }

    /// The size of a value of this type in bytes.
    ///
    /// - Parameter pointerSize: 8 for eBPF and 64-bit kernels.
    /// - Throws: ``BTFError`` for a type without a size, a size over 2^32, or types that go in a circle.
    public func byteCount(of id: TypeID, pointerSize: UInt32 = 8) throws(BTFError) -> UInt32 {
        var total: UInt32 = 1
        var current = id
        for _ in 0...count {
            let (resolved, type) = try resolve(current)
            let size: UInt32
            switch type {
            case .integer(let integer): size = integer.byteCount
            case .pointer: size = pointerSize
            case .composite(let composite): size = composite.byteCount
            case .enumeration(let enumeration): size = enumeration.byteCount
            case .floatingPoint(_, let bytes): size = bytes
            case .dataSection(let section): size = section.byteCount
            case .variable(_, let next, _):
                current = next
                continue
            case .array(let array):
                total = try multiply(total, array.count, of: id)
                current = array.element
                continue
            default: throw BTFError(.malformed, "type \(resolved.rawValue) ('\(try name(of: resolved))') has no size")
            }
            return try multiply(total, size, of: id)
        }
        throw BTFError(.malformed, "type \(id.rawValue) goes in a circle")
    }

    private func multiply(_ left: UInt32, _ right: UInt32, of id: TypeID) throws(BTFError) -> UInt32 {
        let (product, overflow) = left.multipliedReportingOverflow(by: right)
        guard !overflow else { throw BTFError(.malformed, "type \(id.rawValue) is larger than 2^32 bytes") }
        return product
    }
}

/// A type's name without its flavor: what stands before the last `___` that has something on both sides.
///
/// The rule is that of libbpf's `bpf_core_essential_name_len`.
public func essentialName(_ name: String) -> String {
    let bytes = Array(name.utf8)
    let underscore = UInt8(ascii: "_")
    guard bytes.count > 4 else { return name }
    for index in stride(from: bytes.count - 5, through: 0, by: -1)
    where bytes[index] != underscore && bytes[index + 1] == underscore && bytes[index + 2] == underscore
        && bytes[index + 3] == underscore && bytes[index + 4] != underscore
    {
        return String(decoding: bytes[...index], as: UTF8.self)
    }
    return name
}
