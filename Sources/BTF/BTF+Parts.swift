// SPDX-License-Identifier: Apache-2.0

import Bytes

/// The parts of types, read where they stand: nothing is copied, and no name looked up.
extension BTF {
    /// A member as it stands in the bytes.
    package struct RawMember: Sendable {
        /// Its name, as an offset in the strings.
        package let name: UInt32
        package let type: TypeID
        /// In bits.
        package let offset: UInt32
        /// The width of a bitfield in bits; 0 for what is none.
        package let width: UInt32
    }

    /// A member of a struct or union, whose caller vouches that there are as many.
    @inline(__always)
    package func member(_ header: Header, _ index: Int) -> RawMember {
        let offset = word(header, 3 * index + 2)
        // Bitfields of old encoders are integers that are narrower than their size and begin later.
        return RawMember(
            name: word(header, 3 * index), type: TypeID(word(header, 3 * index + 1)), offset: header.flag ? offset & 0xFF_FFFF : offset,
            width: header.flag ? offset >> 24 : 0)
    }

    /// The value of an enumeration's constant, extended to 64 bits by its sign.
    package func enumerator(_ header: Header, _ index: Int) -> UInt64 {
        if header.kind == .enumeration64 {
            return UInt64(word(header, 3 * index + 1)) | UInt64(word(header, 3 * index + 2)) << 32
        }
        let value = word(header, 2 * index + 1)
        return header.flag ? UInt64(bitPattern: Int64(Int32(bitPattern: value))) : UInt64(value)
    }

    /// The name of an enumeration's constant, as an offset in the strings.
    package func enumeratorName(_ header: Header, _ index: Int) -> UInt32 {
        word(header, (header.kind == .enumeration64 ? 3 : 2) * index)
    }

    /// The type of a parameter of a prototype.
    package func parameter(_ header: Header, _ index: Int) -> TypeID { TypeID(word(header, 2 * index + 1)) }

    /// The type of an array's elements, and how many it has.
    package func array(_ header: Header) -> (element: TypeID, count: UInt32) {
        (TypeID(word(header, 0)), word(header, 2))
    }

    /// What the word behind an integer's header says: its first bit, and whether it has a sign.
    package func integer(_ header: Header) -> (bitOffset: UInt8, isSigned: Bool) {
        let data = word(header, 0)
        return (UInt8(truncatingIfNeeded: data >> 16), data >> 24 & 1 != 0)
    }

    /// These types and all that they refer to, directly or not, in the order of their numbers.
    ///
    /// - Throws: ``BTFError`` for a number outside of the table.
    func types(reachableFrom roots: [TypeID]) throws(BTFError) -> [TypeID] {
        var isReached = [Bool](repeating: false, count: count)
        var open: [TypeID] = []
        func reach(_ type: TypeID) throws(BTFError) {
            guard type != .void else { return }
            guard Int(type.rawValue) < isReached.count else { throw noSuchType(type) }
            guard !isReached[Int(type.rawValue)] else { return }
            isReached[Int(type.rawValue)] = true
            open.append(type)
        }
        for root in roots { try reach(root) }
        while let type = open.popLast() {
            let header = try header(of: type)
            if header.kind.headerRefers { try reach(TypeID(header.sizeOrType)) }
            if header.kind == .array {
                try reach(TypeID(word(header, 0)))
                try reach(TypeID(word(header, 1)))
            } else if let entry = header.kind.entry, let place = entry.type {
                for index in 0..<header.count { try reach(TypeID(word(header, entry.wordCount * index + place))) }
            }
        }
        return typeIDs.filter { isReached[Int($0.rawValue)] }
    }

    /// What remains of a type when typedefs and qualifiers are taken away: its number, and its header.
    ///
    /// - Throws: ``BTFError`` for a number outside of the table, or more than 256 typedefs and qualifiers, as in a circle.
    package func resolvedHeader(of id: TypeID) throws(BTFError) -> (id: TypeID, header: Header) {
        var current = id
        for _ in 0...Self.longestChain {
            guard current != .void else { return (current, .void) }
            let header = try header(of: current)
            switch header.kind {
            case .alias, .volatile, .constant, .restrict, .typeTag: current = TypeID(header.sizeOrType)
            default: return (current, header)
            }
        }
        throw BTFError(.malformed, "type \(id.rawValue) goes in a circle, or stands behind more than \(Self.longestChain) typedefs")
    }

    /// How many typedefs, qualifiers and arrays may stand before a type where many types are looked at; the kernel takes no more than
    /// 32 (`MAX_RESOLVE_DEPTH`).
    package static let longestChain = 256
}
