// SPDX-License-Identifier: Apache-2.0

import Bytes

extension BTF {
    /// The types of one of these kinds whose name is `name`, in the order of their numbers, those of the base first.
    ///
    /// The first few names are looked for by going over all types; then an index of them is made, once, which takes twelve
    /// bytes a type at most and answers in well under a microsecond. Nothing is decoded.
    public func types(named name: String, kinds: Set<BTFKind>) -> [TypeID] {
        guard !name.isEmpty else { return [] }
        var found = base?.types(named: name, kinds: kinds) ?? []
        let text = Array(name.utf8)
        let mask = Self.mask(kinds)
        guard let index = names.index(of: self) else {
            scan(mask) { index in
                if isOwnType(index, mask, named: text) { found.append(ownID(index)) }
            }
            return found
        }
        index.forEach(NameHash(name).hash) { index in
            if isOwnType(index, mask, named: text) { found.append(ownID(index)) }
        }
        return found
    }

    /// The types of one of these kinds whose name is `name` but for a flavor: `task_struct` and `task_struct___old`.
    ///
    /// What stands behind three underscores is a flavor, by which an object tells apart several forms of one kernel type.
    public func types(namedIgnoringFlavor name: String, kinds: Set<BTFKind>) -> [TypeID] {
        let exact = types(named: name, kinds: kinds)
        return exact + flavors(of: name, Self.mask(kinds))
    }

    /// Makes the index of names now, rather than after the first few look-ups.
    public func indexNames() {
        base?.indexNames()
        _ = names.index(of: self, now: true)
    }

    /// The numbers of all types of these kinds, those of the base first. Decodes nothing.
    public func types(ofKinds kinds: Set<BTFKind>) -> [TypeID] {
        var found = base?.types(ofKinds: kinds) ?? []
        scan(Self.mask(kinds)) { found.append(ownID($0)) }
        return found
    }

    /// Calls `body` with each own type, and each type that it refers to; numbers may lie outside of the table.
    package func forEachReference(_ body: (_ type: TypeID, _ target: TypeID) -> Void) {
        var table = TypeTable()
        table.append(typesOf: self)
        for index in 0..<table.count {
            table.forEachReference(table.header(index)) { word in body(ownID(index), TypeID(table[word])) }
        }
    }

    private func flavors(of name: String, _ mask: UInt32) -> [TypeID] {
        var found = base?.flavors(of: name, mask) ?? []
        let text = Array(name.utf8)
        func look(_ index: Int) {
            guard let header = ownNameAndInfo(index), header.info.isOf(mask), isFlavor(of: text, at: header.name)
            else { return }
            found.append(ownID(index))
        }
        if let index = names.index(of: self) {
            index.flavors(NameHash(name).hash).forEach { look(Int($0)) }
        } else {
            scan(mask, look)
        }
        return found
    }

    /// Calls `body` with the place of each own type of these kinds.
    @inline(__always)
    func scan(_ mask: UInt32, _ body: (Int) -> Void) {
        types.withBytes { bytes in
            for index in offsets.indices {
                // Inside: the pass of `init` has seen that the header of each type is.
                let info = bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: Int(offsets[index]) &+ 4, as: UInt32.self)
                if TypeInfo(byteOrder.convert(info)).isOf(mask) { body(index) }
            }
        }
    }

    static func mask(_ kinds: Set<BTFKind>) -> UInt32 {
        kinds.reduce(0) { $0 | 1 << UInt32($1.rawValue) }
    }

    func ownID(_ index: Int) -> TypeID { TypeID(UInt32(truncatingIfNeeded: firstIndex + index)) }

    @inline(__always)
    func ownNameAndInfo(_ index: Int) -> (name: UInt32, info: TypeInfo)? {
        let start = Int(offsets[index])
        guard let name = types.integer(UInt32.self, at: start, order: byteOrder), name != 0,
            let info = types.integer(UInt32.self, at: start + 4, order: byteOrder)
        else { return nil }
        return (name, TypeInfo(info))
    }

    @inline(__always)
    private func isOwnType(_ index: Int, _ mask: UInt32, named text: [UInt8]) -> Bool {
        guard let header = ownNameAndInfo(index), header.info.isOf(mask) else { return false }
        let place = place(ofString: header.name)
        return place.strings.holdsString(text, at: place.offset)
    }

    /// What remains of a type when typedefs and qualifiers are taken away, and its number.
    ///
    /// - Throws: ``BTFError`` for a number outside of the table, or types that go in a circle.
    public func resolve(_ id: TypeID) throws(BTFError) -> (id: TypeID, type: BTFType) {
        var current = id
        // A chain cannot have more links than there are types, unless it is a circle.
        for _ in 0...count {
            guard current != .void else { return (current, .void) }
            // Only the last is decoded: chains may be long, and have names.
            let header = try header(of: current)
            switch header.kind {
            case .alias, .volatile, .constant, .restrict, .typeTag: current = TypeID(header.sizeOrType)
            default: return (current, try type(current))
            }
        }
        throw BTFError(.malformed, "type \(id.rawValue) goes in a circle")
    }

    /// The size of a value of this type in bytes.
    ///
    /// - Parameter pointerSize: 8 for eBPF and 64-bit kernels.
    /// - Throws: ``BTFError`` for a type without a size, a size over 2^32, or types that go in a circle.
    public func byteCount(of id: TypeID, pointerSize: UInt32 = 8) throws(BTFError) -> UInt32 {
        // A chain cannot have more links than there are types, unless it is a circle.
        try byteCount(of: id, pointerSize: pointerSize, longest: count)
    }

    /// The same, where no more than `longest` typedefs, qualifiers and arrays are followed.
    package func byteCount(of id: TypeID, pointerSize: UInt32 = 8, longest: Int) throws(BTFError) -> UInt32 {
        var total: UInt32 = 1
        var current = id
        for _ in 0...longest {
            let header = try current == .void ? nil : header(of: current)
            switch header?.kind {
            case .alias, .constant, .volatile, .restrict, .typeTag, .variable: current = TypeID(header?.sizeOrType ?? 0)
            case .integer, .structure, .union, .enumeration, .enumeration64, .floatingPoint, .dataSection:
                return try multiply(total, header?.sizeOrType ?? 0, of: id)
            case .pointer: return try multiply(total, pointerSize, of: id)
            case .array:
                guard let header else { break }
                total = try multiply(total, word(header, 2), of: id)
                current = TypeID(word(header, 0))
            default: throw BTFError(.malformed, "type \(current.rawValue) ('\(try name(of: current))') has no size")
            }
        }
        throw BTFError(.malformed, "type \(id.rawValue) goes in a circle")
    }

    func multiply(_ left: UInt32, _ right: UInt32, of id: TypeID) throws(BTFError) -> UInt32 {
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
