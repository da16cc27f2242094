// SPDX-License-Identifier: Apache-2.0

/// What two types have in common when looked at alone. Names are equal when their offsets are: equal strings stand once.
extension Deduplication {
    /// Whether two types are equal but for what they refer to.
    mutating func isAlike(_ left: TypeTable.Header, _ right: TypeTable.Header) -> Bool {
        guard left.name == right.name, left.info == right.info else { return false }
        let kind = left.kind
        guard kind.headerRefers || left.sizeOrType == right.sizeOrType else { return false }
        switch kind {
        case .array: return table[left.rest + 2] == table[right.rest + 2]
        case .integer, .variable, .declarationTag: return table[left.rest] == table[right.rest]
        default: break
        }
        guard let entry = kind.entry else { return true }
        budget -= left.count
        for index in 0..<left.count {
            for word in 0..<entry.wordCount where word != entry.type {
                let place = index * entry.wordCount + word
                if table[left.rest + place] != table[right.rest + place] { return false }
            }
        }
        return true
    }

    /// Whether two types are equal with what they refer to.
    mutating func isEqual(_ left: TypeTable.Header, _ right: TypeTable.Header) -> Bool {
        guard isAlike(left, right) else { return false }
        let kind = left.kind
        if kind.headerRefers, left.sizeOrType != right.sizeOrType { return false }
        if kind == .array { return table[left.rest] == table[right.rest] && table[left.rest + 1] == table[right.rest + 1] }
        guard let entry = kind.entry, let type = entry.type else { return true }
        for index in 0..<left.count {
            let place = index * entry.wordCount + type
            if table[left.rest + place] != table[right.rest + place] { return false }
        }
        return true
    }

    /// Whether two enumerations are equal, or one declares what the other is. What is declared has neither size nor kind of its own.
    mutating func isCompatible(enumeration left: TypeTable.Header, _ right: TypeTable.Header) -> Bool {
        guard left.count == 0 || right.count == 0, left.name != 0 else { return isAlike(left, right) }
        return left.name == right.name
    }

    /// A hash of what `isAlike` compares, and of what the type refers to as well where `isEqual` is meant.
    func hash(_ header: TypeTable.Header, withReferences: Bool) -> UInt64 {
        let kind = header.kind
        var hash = UInt64(header.name) << 32 | UInt64(header.info.word)
        func mix(_ word: UInt32) { hash = (hash ^ UInt64(word)) &* 0xFF51_AFD7_ED55_8CCD ^ (hash >> 33) }
        if withReferences || !kind.headerRefers { mix(header.sizeOrType) }
        switch kind {
        case .array:
            mix(table[header.rest + 2])
            if withReferences {
                mix(table[header.rest])
                mix(table[header.rest + 1])
            }
        case .integer, .variable, .declarationTag: mix(table[header.rest])
        default:
            guard let entry = kind.entry else { break }
            for index in 0..<header.count {
                for word in 0..<entry.wordCount where withReferences || word != entry.type {
                    mix(table[header.rest + index * entry.wordCount + word])
                }
            }
        }
        return hash
    }

    /// A hash of the kind and name alone, for kinds whose contents may differ between a declaration and what it declares.
    func nameHash(_ header: TypeTable.Header) -> UInt64 { UInt64(header.name) &* 0xFF51_AFD7_ED55_8CCD }
}
