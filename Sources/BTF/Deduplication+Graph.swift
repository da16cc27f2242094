// SPDX-License-Identifier: Apache-2.0

/// Whether the graphs that two types begin are the same.
///
/// Two graphs are walked side by side. Where a pair of types is met for the first time, it is assumed to be equal and what both
/// refer to is compared; where a type of the canonical graph is met again, it must be with the same partner. When nothing is left to
/// compare, all assumptions have proved true: this is how types in circles are found to be equal. What is left to compare stands
/// in a list, not on the stack, since graphs can be as deep as there are types.
extension Deduplication {
    /// Whether `candidate` begins the same graph as `canonical`. Afterwards ``assumed`` lists the types of the canonical graph.
    mutating func isEquivalent(_ candidate: UInt32, to canonical: UInt32) -> Bool {
        for type in assumed { assumptions[Int(type)] = Self.undecided }
        assumed.removeAll(keepingCapacity: true)
        var pending = [(candidate, canonical)]
        while let (candidate, canonical) = pending.popLast() {
            budget -= 1
            guard budget > 0, compare(candidate, canonical, &pending) else { return false }
        }
        return true
    }

    private mutating func compare(_ candidate: UInt32, _ given: UInt32, _ pending: inout [(UInt32, UInt32)]) -> Bool {
        guard resolve(candidate) != resolve(given) else { return true }
        // Declarations are followed on one side only: the candidate comes from one compilation, where each type is one.
        let canonical = given == 0 ? 0 : resolvingForward(given)
        guard candidate != 0, canonical != 0 else { return false }
        let assumption = assumptions[Int(canonical)]
        if assumption != Self.undecided {
            // Compilers sometimes describe one type twice in one compilation: equal contents will do then.
            return assumption == candidate || isIdentical(assumption, candidate, depth: 16)
        }
        assumptions[Int(canonical)] = candidate
        assumed.append(canonical)

        let left = header(candidate)
        let right = header(canonical)
        guard left.name == right.name else { return false }
        if (left.kind == .forward) != (right.kind == .forward) { return isDeclaration(candidate, left, canonical, right) }
        switch left.kind {
        case .enumeration, .enumeration64:
            return (right.kind == .enumeration || right.kind == .enumeration64) && isCompatible(enumeration: left, right)
        case .integer, .floatingPoint, .forward: return isAlike(left, right)
        case .void, .variable, .dataSection, .declarationTag: return false
        default:
            guard isAlike(left, right) else { return false }
            pushReferences(left, right, &pending)
            return true
        }
    }

    /// Both are alike, so they refer to as many types.
    private func pushReferences(_ left: TypeTable.Header, _ right: TypeTable.Header, _ pending: inout [(UInt32, UInt32)]) {
        let distance = right.start - left.start
        table.forEachReference(left) { word in
            let pair = (table[word], table[word + distance])
            if pair.0 != pair.1 { pending.append(pair) }
        }
    }

    /// Whether one declares the struct or union that the other is. Types of the base are never resolved to others.
    private func isDeclaration(_ candidate: UInt32, _ left: TypeTable.Header, _ canonical: UInt32, _ right: TypeTable.Header) -> Bool {
        let (declaration, number, definition) = left.kind == .forward ? (left, candidate, right) : (right, canonical, left)
        return isOwn(number) && definition.kind == (declaration.flag ? .union : .structure)
    }

    private mutating func resolvingForward(_ type: UInt32) -> UInt32 {
        guard header(type).kind == .forward else { return type }
        let resolved = resolve(type)
        return resolved == 0 || header(resolved).kind == .forward ? type : resolved
    }

    /// Whether two types are equal as they stand, down to a depth at which the answer becomes no.
    private mutating func isIdentical(_ left: UInt32, _ right: UInt32, depth: Int) -> Bool {
        guard left != right else { return true }
        budget -= 1
        guard depth > 0, budget > 0, left != 0, right != 0 else { return false }
        let (leftHeader, rightHeader) = (header(left), header(right))
        switch leftHeader.kind {
        case .variable, .dataSection, .declarationTag, .void: return false
        case .enumeration, .enumeration64:
            return (rightHeader.kind == .enumeration || rightHeader.kind == .enumeration64)
                && isCompatible(enumeration: leftHeader, rightHeader)
        default: break
        }
        guard isAlike(leftHeader, rightHeader) else { return false }
        var pairs: [(UInt32, UInt32)] = []
        pushReferences(leftHeader, rightHeader, &pairs)
        for (left, right) in pairs where !isIdentical(left, right, depth: depth - 1) { return false }
        return true
    }
}
