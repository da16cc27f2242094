// SPDX-License-Identifier: Apache-2.0

import Bytes

/// How a struct or union has to be spelled so that C lays it out as its types say.
struct CLayout {
    /// The alignment in bytes that C gives it in that spelling, a power of two.
    var alignment: UInt32 = 1
    /// Whether its members lie where C puts them only when it is told not to align them.
    var isPacked = false
    /// Whether it is larger than its members make it, so that its alignment has to be spelled.
    var isAligned = false
    /// Whether it is a union that no alignment makes large enough, so that something without a name has to.
    var isPadded = false
}

func roundUp(_ value: UInt64, to unit: UInt64) -> UInt64 {
    unit > 1 ? (value + unit - 1) / unit * unit : value
}

extension CPrinter {
    /// The alignment in bytes that C gives to a value of a type as this printer spells it.
    mutating func alignment(of type: TypeID, depth: Int) throws(BTFError) -> UInt32 {
        var current = type
        var isArray = false
        while current != .void {
            try spend(depth: depth)
            let header = try btf.header(of: current)
            switch header.kind {
            case .alias, .constant, .volatile, .restrict, .typeTag: current = TypeID(header.sizeOrType)
            case .array:
                if isArray { return try alignment(ofNestedArray: current, depth: depth) }
                isArray = true
                current = TypeID(btf.word(header, 0))
            default: return try alignment(of: current, header, depth: depth)
            }
        }
        return 1
    }

    private mutating func alignment(of type: TypeID, _ header: BTF.Header, depth: Int) throws(BTFError) -> UInt32 {
        switch header.kind {
        case .pointer: return 8
        case .integer, .enumeration, .enumeration64, .floatingPoint:
            // Sizes of C's own types are powers of two, but who knows what a file claims.
            return header.sizeOrType & (header.sizeOrType &- 1) == 0 ? min(max(header.sizeOrType, 1), 16) : 1
        case .structure, .union: return try layout(of: type, header, depth: depth + 1).alignment
        default: return 1
        }
    }

    /// That of its innermost elements. Arrays of arrays may be so many times over, and are looked into once.
    private mutating func alignment(ofNestedArray array: TypeID, depth: Int) throws(BTFError) -> UInt32 {
        if let known = arrayAlignments[array] { return known }
        var current = array
        var alignment: UInt32 = 1
        while current != .void {
            try spend(depth: depth)
            let header = try btf.header(of: current)
            switch header.kind {
            case .alias, .constant, .volatile, .restrict, .typeTag: current = TypeID(header.sizeOrType)
            case .array: current = TypeID(btf.word(header, 0))
            default:
                alignment = try self.alignment(of: current, header, depth: depth)
                current = .void
            }
        }
        arrayAlignments[array] = alignment
        return alignment
    }

    /// The size of a value of a type in bytes.
    mutating func byteCount(of type: TypeID) throws(BTFError) -> UInt32 {
        var current = type
        var count: UInt32?
        while current != .void {
            let header = try btf.header(of: current)
            // Most members are of these.
            if count == nil {
                switch header.kind {
                case .integer, .enumeration, .structure, .union: return header.sizeOrType
                case .pointer: return 8
                default: break
                }
            }
            try budget.spend(holding: output.count)
            switch header.kind {
            case .alias, .constant, .volatile, .restrict, .typeTag: current = TypeID(header.sizeOrType)
            case .array:
                if let count { return try btf.multiply(count, byteCount(ofNestedArray: current), of: type) }
                count = btf.word(header, 2)
                current = TypeID(btf.word(header, 0))
            default: return try btf.multiply(count ?? 1, btf.byteCount(of: current), of: type)
            }
        }
        return try btf.byteCount(of: current)
    }

    private mutating func byteCount(ofNestedArray array: TypeID) throws(BTFError) -> UInt32 {
        if let known = arraySizes[array] { return known }
        var current = array
        var size: UInt32 = 1
        while true {
            try budget.spend(holding: output.count)
            let header = current == .void ? .void : try btf.header(of: current)
            switch header.kind {
            case .alias, .constant, .volatile, .restrict, .typeTag: current = TypeID(header.sizeOrType)
            case .array:
                size = try btf.multiply(size, btf.word(header, 2), of: array)
                current = TypeID(btf.word(header, 0))
            default:
                size = try btf.multiply(size, btf.byteCount(of: current), of: array)
                arraySizes[array] = size
                return size
            }
        }
    }

    /// How a struct or union has to be spelled.
    mutating func layout(of id: TypeID, _ header: BTF.Header, depth: Int) throws(BTFError) -> CLayout {
        try spend(depth: depth)
        if let known = layouts[Int(id.rawValue)] { return known }
        var layout = CLayout()
        for index in 0..<header.count {
            let member = btf.member(header, index)
            let alignment = try alignment(of: member.type, depth: depth + 1)
            layout.alignment = max(layout.alignment, alignment)
            if member.width > 0 {
                let unit = try byteCount(of: member.type) &* 8
                if unit > 0, UInt64(member.offset % unit) + UInt64(member.width) > UInt64(unit) { layout.isPacked = true }
            } else if member.offset % (alignment * 8) != 0 {
                layout.isPacked = true
            }
        }
        if header.sizeOrType % layout.alignment != 0 { layout.isPacked = true }
        if layout.isPacked { layout.alignment = 1 }
        if header.kind == .union { try align(&layout, union: header) }
        layouts[Int(id.rawValue)] = layout
        return layout
    }

    /// Where a union is larger than its members, an alignment makes it so, or else padding.
    private mutating func align(_ layout: inout CLayout, union header: BTF.Header) throws(BTFError) {
        var size: UInt64 = 0
        for index in 0..<header.count {
            let member = btf.member(header, index)
            size = max(size, member.width > 0 ? (UInt64(member.width) + 7) / 8 : UInt64(try byteCount(of: member.type)))
        }
        var alignment = UInt64(layout.alignment)
        while roundUp(size, to: alignment) < UInt64(header.sizeOrType), alignment < 1 << 28 { alignment *= 2 }
        guard alignment != UInt64(layout.alignment) else { return }
        guard roundUp(size, to: alignment) == UInt64(header.sizeOrType) else { return layout.isPadded = true }
        layout.alignment = UInt32(alignment)
        layout.isAligned = true
    }
}
