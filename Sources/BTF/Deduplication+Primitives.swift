// SPDX-License-Identifier: Apache-2.0

/// The first stage: types that refer to no others are equal when their contents are.
extension Deduplication {
    mutating func mergePrimitives() {
        var known = TypeHashTable(count: map.count)
        for type in 1..<UInt32(truncatingIfNeeded: max(map.count, 1)) {
            let header = header(type)
            switch header.kind {
            case .integer, .floatingPoint, .forward: merge(primitive: type, header, &known)
            case .enumeration, .enumeration64: merge(enumeration: type, header, &known)
            // As many as there are: that a variable is in two objects is for a linker to judge.
            case .variable, .dataSection: map[Int(type)] = type
            default: break
            }
        }
    }

    private mutating func merge(primitive type: UInt32, _ header: TypeTable.Header, _ known: inout TypeHashTable) {
        let hash = hash(header, withReferences: true)
        if isOwn(type) {
            var candidate = known.first(hash)
            while candidate != 0, budget > 0 {
                budget -= 1
                if isAlike(header, self.header(candidate)) {
                    map[Int(type)] = candidate
                    return
                }
                candidate = known.after(candidate)
            }
            map[Int(type)] = type
        }
        known.add(type, hash: hash)
    }

    /// An enumeration without values takes those of one with the same name.
    private mutating func merge(enumeration type: UInt32, _ header: TypeTable.Header, _ known: inout TypeHashTable) {
        let hash = nameHash(header)
        guard isOwn(type) else { return known.add(type, hash: hash) }
        var candidate = known.first(hash)
        var found = type
        while candidate != 0, found == type, budget > 0 {
            budget -= 1
            let other = self.header(candidate)
            if other.kind == .enumeration || other.kind == .enumeration64, isCompatible(enumeration: header, other) {
                if header.count == 0 || other.count > 0 {
                    found = candidate
                } else if isOwn(candidate) {
                    // What was a declaration until now is this.
                    map[Int(candidate)] = type
                }
            }
            candidate = known.after(candidate)
        }
        map[Int(type)] = found
        if found == type { known.add(type, hash: hash) }
    }
}
