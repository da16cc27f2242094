// SPDX-License-Identifier: Apache-2.0

import Bytes

/// Definitions of structs, unions and enums.
extension CPrinter {
    /// Prints a struct or union with its members, and with what makes C lay it out as the types say.
    mutating func printComposite(_ id: TypeID, _ header: BTF.Header, indent: Int, depth: Int) throws(BTFError) {
        try spend(depth: depth)
        let layout = try layout(of: id, header, depth: depth)
        beginComposite(id, header)
        var cursor: UInt64 = 0
        for index in 0..<header.count { try printMember(index, of: header, layout, &cursor, indent: indent, depth: depth) }
        try endComposite(header, layout, &cursor, indent: indent)
    }

    mutating func beginComposite(_ id: TypeID, _ header: BTF.Header) {
        put(header.kind == .union ? "union" : "struct")
        if header.nameOffset != 0 {
            put(" ")
            putTag(id, header)
        }
        put(" {")
    }

    /// - Parameter cursor: where C has arrived, in bits.
    @inline(__always)
    mutating func printMember(
        _ index: Int, of header: BTF.Header, _ layout: CLayout, _ cursor: inout UInt64, indent: Int, depth: Int
    ) throws(BTFError) {
        let member = btf.member(header, index)
        if header.kind == .structure { try pad(&cursor, before: member, layout, indent: indent, depth: depth) }
        put("\n")
        put(indent: indent + 1)
        if member.name != 0 {
            try printDeclaration(of: member.type, name: member.name, indent: indent + 1, depth: depth + 1)
        } else {
            try printAnonymousMember(member.type, indent: indent + 1, depth: depth + 1)
        }
        if member.width > 0 {
            put(": ")
            put(number: UInt64(member.width))
        }
        put(";")
        let size = member.width > 0 ? UInt64(member.width) : UInt64(try byteCount(of: member.type)) * 8
        cursor = UInt64(member.offset) + size
    }

    mutating func endComposite(_ header: BTF.Header, _ layout: CLayout, _ cursor: inout UInt64, indent: Int) throws(BTFError) {
        let end = UInt64(header.sizeOrType) * 8
        if header.kind == .structure, roundUp(cursor, to: UInt64(layout.alignment) * 8) < end {
            try putPadding(&cursor, to: end, indent: indent)
        }
        if layout.isPadded { try putPadding(ofUnion: end, indent: indent) }
        if header.count > 0 || cursor > 0 || layout.isPadded {
            put("\n")
            put(indent: indent)
        }
        put("}")
        if layout.isPacked { put(" __attribute__((packed))") }
        if layout.isAligned {
            put(" __attribute__((aligned(")
            put(number: UInt64(layout.alignment))
            put(")))")
        }
    }

    /// Prints a member without a name, whose own members count as the outer type's.
    ///
    /// Newer kernels are compiled with an extension by which such a member may be of a struct that has a name
    /// (`-fms-extensions`; Linux 7.2 is). Standard C has no word for it: it is printed once more, without its name.
    private mutating func printAnonymousMember(_ type: TypeID, indent: Int, depth: Int) throws(BTFError) {
        var id = type
        while true {
            try spend(depth: depth)
            guard id != .void else { throw BTFError(.malformed, "a member without a name has no type") }
            var header = try btf.header(of: id)
            switch header.kind {
            case .constant, .volatile, .alias, .typeTag: id = TypeID(header.sizeOrType)
            case .structure, .union:
                header.nameOffset = 0
                return try printComposite(id, header, indent: indent, depth: depth)
            default: return try printDeclaration(of: type, name: 0, indent: indent, depth: depth)
            }
        }
    }

    /// Fills the gap before a member, where C would not leave it by itself.
    private mutating func pad(
        _ cursor: inout UInt64, before member: BTF.RawMember, _ layout: CLayout, indent: Int, depth: Int
    ) throws(BTFError) {
        let offset = UInt64(member.offset)
        guard cursor < offset else { return }
        let natural: UInt64
        if member.width > 0 {
            // A bitfield goes where the last member ended, unless it would cross the border of a unit of its type.
            let unit = UInt64(try byteCount(of: member.type)) * 8
            let crosses = unit > 0 && cursor % unit + UInt64(member.width) > unit
            natural = crosses && !layout.isPacked ? roundUp(cursor, to: unit) : cursor
        } else {
            let alignment = layout.isPacked ? 1 : try alignment(of: member.type, depth: depth + 1)
            natural = roundUp(cursor, to: UInt64(alignment) * 8)
        }
        if natural != offset { try putPadding(&cursor, to: offset, indent: indent) }
    }

    /// Bitfields without names, which do not cross the border of eight bytes and so lie exactly where they are put. They
    /// leave the alignment of the struct as it is, and are no members.
    private mutating func putPadding(_ cursor: inout UInt64, to end: UInt64, indent: Int) throws(BTFError) {
        while cursor < end {
            try budget.spend(holding: output.count)
            let width = min(end - cursor, 64 - cursor % 64)
            put("\n")
            put(indent: indent + 1)
            put("long: ")
            put(number: width)
            put(";")
            cursor += width
        }
    }

    /// A union's members all begin where it does. What is longer than a bitfield may be is a struct of them, which has no members either.
    private mutating func putPadding(ofUnion end: UInt64, indent: Int) throws(BTFError) {
        var cursor: UInt64 = 0
        guard end > 64 else { return try putPadding(&cursor, to: end, indent: indent) }
        put("\n")
        put(indent: indent + 1)
        put("struct {")
        try putPadding(&cursor, to: end, indent: indent + 1)
        put("\n")
        put(indent: indent + 1)
        put("};")
    }

    /// Prints an enumeration with its constants.
    mutating func printEnumeration(_ id: TypeID, _ header: BTF.Header, indent: Int) throws(BTFError) {
        states[Int(id.rawValue)].insert(.defined)
        beginEnumeration(id, header)
        for index in 0..<header.count { try printConstant(index, of: header, indent: indent) }
        endEnumeration(header, indent: indent)
    }

    mutating func beginEnumeration(_ id: TypeID, _ header: BTF.Header) {
        put("enum")
        if header.nameOffset != 0 {
            put(" ")
            putTag(id, header)
        }
        if header.count > 0 { put(" {") }
    }

    /// Prints a constant; one whose name is taken gets a number.
    @inline(__always)
    mutating func printConstant(_ index: Int, of header: BTF.Header, indent: Int) throws(BTFError) {
        try spend(depth: 0)
        put("\n")
        put(indent: indent + 1)
        let isWide = header.kind == .enumeration64
        let name = btf.enumeratorName(header, index)
        let count = identifiers.take(name, in: btf)
        put(identifier: name)
        put(suffix: count > 1 ? count : nil)
        put(" = ")
        putConstant(btf.enumerator(header, index), isSigned: header.flag, isWide: isWide)
        put(",")
    }

    mutating func endEnumeration(_ header: BTF.Header, indent: Int) {
        guard header.count > 0 else { return }
        put("\n")
        put(indent: indent)
        put("}")
        switch header.sizeOrType {
        case 1: put(" __attribute__((mode(byte)))")
        case 2: put(" __attribute__((mode(HI)))")
        // Constants that need eight bytes make the enumeration so wide without being asked.
        case 8: put(" __attribute__((mode(word)))")
        default: break
        }
    }

    private mutating func putConstant(_ bits: UInt64, isSigned: Bool, isWide: Bool) {
        let isNegative = isSigned && Int64(bitPattern: bits) < 0
        if isNegative, bits == 1 << 63 {
            // The number itself cannot be written: its negative is one too large.
            return put("-9223372036854775807LL - 1")
        }
        if isNegative { put("-") }
        put(number: isNegative ? 0 &- bits : bits)
        if isWide { put(isSigned ? "LL" : "ULL") }
    }
}
