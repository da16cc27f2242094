// SPDX-License-Identifier: Apache-2.0

import Bytes

extension BTFBuilder {
    /// Appends all types of another BTF with their strings, as linking objects needs; equal types stay apart until they are
    /// de-duplicated.
    ///
    /// Types that stand on a base are appended with it, unless this builder has a base with as many types and strings, which then
    /// must be the same.
    ///
    /// - Returns: the new number of every type, by its old one; void stays void.
    /// - Throws: ``BTFError`` where a type refers to one that is not there, a kind is not known, or the whole becomes larger than 4 GiB.
    @discardableResult
    public mutating func append(contentsOf btf: BTF) throws(BTFError) -> [TypeID] {
        var map: [TypeID] = [.void]
        map.reserveCapacity(btf.count)
        var ownFirst = 1
        if let other = btf.base {
            if let base, base.count == other.count, base.strings.count == other.strings.count {
                map += other.typeIDs
            } else {
                map = try append(contentsOf: other)
            }
            ownFirst = other.count
        }
        let first = count
        guard first + (btf.count - ownFirst) <= Int(Int32.max) else { throw BTFError(.malformed, "there are more than 2^31 types") }
        for index in ownFirst..<max(btf.count, ownFirst) {
            map.append(TypeID(UInt32(truncatingIfNeeded: first + index - ownFirst)))
        }
        try append(typesOf: btf, map)
        return map
    }

    /// Appends the types of another BTF but for some, under numbers that the caller has given them, as linking needs: what one file declares
    /// another defines, and both refer to one type then, which may come later.
    ///
    /// - Parameters:
    ///   - btf: types that stand on no base.
    ///   - map: the new number of every type by its old one. Those that are not omitted count up from ``nextType``, which the caller vouches for;
    ///     in the place of those that are stands what is to be referred to instead.
    ///   - omitted: the types that are left out.
    /// - Throws: ``BTFError`` where a type refers to one that is not there, or the whole becomes larger than 4 GiB.
    package mutating func append(contentsOf btf: BTF, numbered map: [TypeID], omitting omitted: Set<TypeID>) throws(BTFError) {
        try append(typesOf: btf, map, omitting: omitted)
    }

    /// Appends the own types of another BTF with numbers and names rewritten.
    mutating func append(typesOf btf: BTF, _ map: [TypeID], omitting omitted: Set<TypeID> = []) throws(BTFError) {
        if let unknown = btf.firstUnknown { throw btf.unknownKind(of: unknown) }
        var moved = TypeTable()
        moved.append(typesOf: btf)
        guard table.words.count + moved.words.count < Int(UInt32.max / 4) else { throw BTFError(.malformed, "the types are larger than 4 GiB") }
        if !omitted.isEmpty { moved = moved.without(Set(omitted.map { Int($0.rawValue) - btf.firstIndex })) }
        for index in 0..<moved.count {
            try moved.renumber(moved.header(index)) { (old) throws(BTFError) in
                guard old < map.count else { throw BTFError(.noSuchType, "a type refers to type \(old); there are \(map.count - 1)") }
                return map[Int(old)].rawValue
            }
        }
        // Names repeat, and are then at one offset: most need not be looked up again.
        var known: [UInt32: UInt32] = [0: 0]
        for index in 0..<moved.count {
            try moved.rename(moved.header(index)) { (old) throws(BTFError) in
                if let new = known[old] { return new }
                let new = try strings.offset(ofStringAt: old, in: btf)
                known[old] = new
                return new
            }
        }
        table.append(moved)
    }
}
