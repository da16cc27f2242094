// SPDX-License-Identifier: Apache-2.0

/// The second stage: structs, unions and typedefs, through the graphs that they begin; then the declarations that are left.
///
/// Circles of types go through structs and unions in C, through typedefs in other languages as well, so these cannot wait until what
/// they refer to is decided.
extension Deduplication {
    mutating func mergeComposites() {
        var known = TypeHashTable(count: map.count)
        for type in 1..<UInt32(truncatingIfNeeded: max(map.count, 1)) {
            let header = header(type)
            guard header.kind == .structure || header.kind == .union || header.kind == .alias else { continue }
            let hash = hash(header, withReferences: false)
            if isOwn(type) {
                guard !isDecided(type) else { continue }
                let found = equivalent(to: type, header, hash, known)
                map[Int(type)] = found
                guard found == type else { continue }
            }
            known.add(type, hash: hash)
        }
    }

    private mutating func equivalent(
        to type: UInt32, _ header: TypeTable.Header, _ hash: UInt64, _ known: TypeHashTable
    ) -> UInt32 {
        var candidate = known.first(hash)
        while candidate != 0, budget > 0 {
            budget -= 1
            if isAlike(header, self.header(candidate)), isEquivalent(type, to: candidate) {
                acceptAssumptions()
                return resolve(candidate)
            }
            candidate = known.after(candidate)
        }
        return type
    }

    /// Two graphs are the same: declarations in one become what stands at their place in the other, and structs inside of the
    /// candidate's graph need not be compared again.
    private mutating func acceptAssumptions() {
        for assumed in assumed {
            let canonical = resolve(assumed)
            let candidate = resolve(assumptions[Int(assumed)])
            guard canonical != candidate, canonical != 0, candidate != 0 else { continue }
            let canonicalKind = header(canonical).kind
            let candidateKind = header(candidate).kind
            switch (candidateKind == .forward, canonicalKind == .forward) {
            case (false, true): if isOwn(canonical) { map[Int(canonical)] = candidate }
            case (true, false): if isOwn(candidate) { map[Int(candidate)] = canonical }
            case (true, true): break
            case (false, false):
                guard candidateKind == .structure || candidateKind == .union, candidateKind == canonicalKind else { continue }
                if isDecided(canonical), !isDecided(candidate) { map[Int(candidate)] = canonical }
            }
        }
    }

    /// A declaration that no graph resolved is what its name says, where only one struct or union has that name.
    mutating func resolveForwards() {
        // The only one of each name, or 0 where there are more.
        var composites: [UInt32: UInt32] = [:]
        for type in 1..<UInt32(truncatingIfNeeded: max(map.count, 1)) where map[Int(type)] == type {
            let header = header(type)
            guard header.kind == .structure || header.kind == .union, header.name != 0 else { continue }
            composites[header.name] = composites[header.name] == nil ? type : 0
        }
        for type in firstOwn..<UInt32(truncatingIfNeeded: max(map.count, Int(firstOwn))) where map[Int(type)] == type {
            let header = header(type)
            guard header.kind == .forward, let only = composites[header.name], only != 0,
                self.header(only).kind == (header.flag ? .union : .structure)
            else { continue }
            map[Int(type)] = only
        }
    }
}
